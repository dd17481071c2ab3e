// An authority of a test, and what it and others have signed; made by openssl for each run.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runToEnd } from "./processes.ts";

/** A server's key and certificate, as texts and as files. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly keyFile: string;
  readonly certFile: string;
}

/** Certificates that are good for something else than being trusted, and those that are good. */
export interface Certificates {
  /** The folder with their files, which may be given to another user. */
  readonly folder: string;
  /** The authority that is trusted. */
  readonly authority: Certificate;
  /** For `localhost` and 127.0.0.1. */
  readonly right: Certificate;
  /** For `localhost` alone. */
  readonly named: Certificate;
  /** For another host. */
  readonly foreign: Certificate;
  /** For the right host, until some years ago. */
  readonly expired: Certificate;
  /** For the right host, signed by an authority that nobody knows. */
  readonly unknown: Certificate;
  /** For the right host, signed by itself. */
  readonly selfSigned: Certificate;
  /** Removes their files. */
  remove(): void;
}

const HOST = "DNS:localhost,IP:127.0.0.1";
const DAY = 86_400_000;
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
const SETTINGS = `
[ca]
default_ca = authority
[authority]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = policy
unique_subject = no
copy_extensions = copy
[policy]
commonName = supplied
`;

/** Makes all of them. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-certificates-"));
  writeFileSync(join(folder, "settings"), SETTINGS);
  writeFileSync(join(folder, "index.txt"), "");
  const openssl = (...args: string[]) => runToEnd("openssl", args, { cwd: folder });
  const files = (name: string) => ({ keyFile: join(folder, `${name}.key`), certFile: join(folder, `${name}.pem`) });
  const read = (name: string): Certificate => {
    const { keyFile, certFile } = files(name);
    return { key: readFileSync(keyFile, "utf8"), cert: readFileSync(certFile, "utf8"), keyFile, certFile };
  };
  const signedByItself = (name: string, ...extensions: string[]) => {
    const out = ["-keyout", `${name}.key`, "-out", `${name}.pem`, "-days", "2", "-subj", `/CN=${name}`];
    openssl("req", "-x509", ...NEW_KEY, ...out, ...extensions);
    return read(name);
  };
  const signed = (name: string, hosts: string, by: string, from = Date.now() - DAY, until = Date.now() + DAY) => {
    const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=${hosts}`];
    openssl("req", ...NEW_KEY, "-keyout", `${name}.key`, "-out", `${name}.csr`, ...subject);
    const signer = ["-cert", `${by}.pem`, "-keyfile", `${by}.key`, "-startdate", dated(from), "-enddate", dated(until)];
    openssl("ca", "-batch", "-config", "settings", "-notext", ...signer, "-in", `${name}.csr`, "-out", `${name}.pem`);
    return read(name);
  };
  const authority = signedByItself("authority");
  signedByItself("nobody");
  return {
    folder,
    authority,
    right: signed("right", HOST, "authority"),
    named: signed("named", "DNS:localhost", "authority"),
    foreign: signed("foreign", "DNS:database.example", "authority"),
    expired: signed("expired", HOST, "authority", Date.UTC(2020, 0, 1), Date.UTC(2020, 1, 1)),
    unknown: signed("unknown", HOST, "nobody"),
    selfSigned: signedByItself("self-signed", "-addext", `subjectAltName=${HOST}`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A time as openssl writes it. */
function dated(time: number): string {
  return new Date(time).toISOString().replace(/[-:T]|\.\d+/g, "");
}
