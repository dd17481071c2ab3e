// The database behind TLS: which certificates are good enough to send anything to.
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect } from "bun:test";
import { behaviours } from "../../support/behaviour.ts";
import { type Certificates, makeCertificates } from "../../support/certificates.ts";
import { dynamodbConnection, dynamodbPlace, type Place, postgresqlPlace, postgresqlUrl } from "../../support/stores.ts";
import { openTlsFront, type TlsFront } from "../../support/tls_front.ts";
import type { Ending } from "./tls_client.ts";

const behaviour = behaviours("tls");
const onDynamoDB = process.env.TEST_BACKEND === "dynamodb";
/** A certificate will not be better at the deadline: the call ends long before. */
const TIMEOUT = 20_000;
const SOON = 5_000;

interface Case {
  readonly title: string;
  readonly certificate: Exclude<keyof Certificates, "folder" | "remove">;
  readonly host: string;
  readonly taken?: true;
}

// Those that are refused come first: a client may go on with a session that it has had with the same process under the
// same name, and then sees no certificate.
const CASES: readonly Case[] = [
  { title: "another host's certificate", certificate: "foreign", host: "localhost" },
  { title: "a name's certificate at an address", certificate: "named", host: "127.0.0.1" },
  { title: "another host's certificate at an address", certificate: "foreign", host: "127.0.0.1" },
  { title: "a certificate that has expired", certificate: "expired", host: "localhost" },
  { title: "the certificate of an authority that nobody knows", certificate: "unknown", host: "localhost" },
  { title: "a certificate that was signed by itself", certificate: "selfSigned", host: "localhost" },
  { title: "the host's own certificate by a trusted authority", certificate: "right", host: "localhost", taken: true },
  {
    title: "an address's own certificate by a trusted authority",
    certificate: "right",
    host: "127.0.0.1",
    taken: true,
  },
];

let place: Place;
let certificates: Certificates;
let fronts: TlsFront[];
/** Of each front in turn how a write and a read ended. */
let endings: Ending[];

beforeAll(async () => {
  certificates = makeCertificates();
  const database = onDynamoDB ? dynamodbConnection().endpoint : postgresqlUrl();
  fronts = await Promise.all(CASES.map(({ certificate }) => openTlsFront(certificates[certificate], database)));
  const addresses = CASES.map(({ host }, index) => `${host}:${fronts[index]!.port}`);
  let configurations: object[];
  if (onDynamoDB) {
    const { prefix, ...rest } = await dynamodbPlace("tls");
    place = rest;
    const options = { ...dynamodbConnection(), backend: "dynamodb", prefix, createTables: false, timeout: TIMEOUT };
    configurations = addresses.map((address) => ({ ...options, endpoint: `https://${address}` }));
  } else {
    const { schema, ...rest } = await postgresqlPlace("tls");
    place = rest;
    const options = { backend: "postgresql", schema, tls: true, timeout: TIMEOUT };
    const { username, pathname } = new URL(database);
    configurations = addresses.map((address) => ({ ...options, url: `postgres://${username}@${address}${pathname}` }));
  }
  endings = await endingsOf(configurations);
}, 120_000);
afterAll(async () => {
  await Promise.all(fronts.map((front) => front.close()));
  await place.remove();
  certificates.remove();
});

/** Opens a store with each configuration in a process that trusts the test's authority. */
async function endingsOf(configurations: readonly object[]): Promise<Ending[]> {
  const file = fileURLToPath(new URL("./tls_client.ts", import.meta.url));
  const options = "Deno" in globalThis ? ["run", "-A", "--no-check", "--quiet"] : [];
  const trusted = certificates.authority.certFile;
  const child = spawn(process.execPath, [...options, file, JSON.stringify(configurations)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: trusted, DENO_CERT: trusted },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (bytes) => printed += bytes);
  await new Promise((resolve) => child.once("close", resolve));
  return JSON.parse(printed) as Ending[];
}

for (const [index, { title, taken = false }] of CASES.entries()) {
  behaviour(`${title} is ${taken ? "taken" : "refused at once, and nothing is sent"}`, () => {
    for (const { code, milliseconds, message } of endings.slice(2 * index, 2 * index + 2)) {
      expect(`${code}: ${message}`).toMatch(taken ? /^answered/ : /^configuration: .*certificate/);
      expect(milliseconds).toBeLessThan(SOON);
      expect(message).not.toContain("a stored value");
    }
    expect(fronts[index]!.received() > 0).toBe(taken);
  });
}
