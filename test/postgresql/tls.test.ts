// PostgreSQL's own TLS, and the ways to ask for it.
import { afterAll, beforeAll, expect } from "bun:test";
import postgres from "postgres";
import { openStore } from "../../mod.ts";
import { GRACE } from "../../src/postgresql/interrupt.ts";
import { migrate, postgresqlStore } from "../../src/postgresql/mod.ts";
import type { Store } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import { giveToServer, type LocalPostgreSQL, startPostgreSQL } from "../support/local_postgresql.ts";
import { codeOf, until } from "./database.ts";
import { waits, watched, whileLocked } from "./watched.ts";

const behaviour = behaviours("postgresql tls");
let certificates: Certificates;
let server: LocalPostgreSQL;
let other: postgres.Sql;
/** The server's address by a name. */
let url: string;

beforeAll(async () => {
  certificates = makeCertificates();
  giveToServer(certificates.folder);
  const { keyFile, certFile } = certificates.named;
  server = await startPostgreSQL(undefined, ["ssl=on", `ssl_key_file=${keyFile}`, `ssl_cert_file=${certFile}`]);
  url = server.url.replace("127.0.0.1", "localhost");
  await migrate({ url });
  other = postgres(server.url, { max: 3, onnotice: () => {} });
}, 120_000);
afterAll(async () => {
  await other.end();
  await server.stop();
  certificates.remove();
}, 60_000);

/** The code with which a store's calls end. */
async function ends(store: Store): Promise<string> {
  const code = await codeOf(store.properties.set("tls", "name", "value", { timeout: 5_000 }));
  await store.close();
  return code;
}

behaviour("statements go through TLS, and so does the word to stop one", async () => {
  const tls = { ca: certificates.authority.cert };
  await watched(other, { url, schema: "public", tls }, async (all) => {
    const { store, activity } = all;
    await store.properties.set("stopped", "name", "before");
    const [connection] = await other`SELECT ssl FROM pg_stat_ssl WHERE pid = ${(await activity())[0]!.pid}`;
    expect(connection?.ssl).toBe(true);
    await whileLocked(other, "public", "stopped", async () => {
      const writing = codeOf(store.properties.set("stopped", "name", "after", { timeout: 500 }));
      await until(() => waits(all));
      expect(await writing).toBe("timeout");
      const started = performance.now();
      // The connection is used again as soon as the server has said that it stopped.
      expect(await store.properties.get("stopped", "name")).toBe("before");
      expect(performance.now() - started).toBeLessThan(GRACE / 2);
    });
  });
});

behaviour("the environment asks for TLS by the certificate of an authority, in lines or in one", async () => {
  const { cert } = certificates.authority;
  for (const PG_DB_TLS_CA of [cert, cert.replaceAll("\n", "\\n")]) {
    expect(await ends(await openStore({ DATABASE_URL: url, PG_DB_TLS_CA }))).toBe("no error");
    expect(await ends(await openStore({ DATABASE_URL: `${url}?sslmode=disable`, PG_DB_TLS_CA }))).toBe("no error");
    expect(await ends(await openStore({ DATABASE_URL: server.url, PG_DB_TLS_CA }))).toBe("configuration");
  }
  expect(await ends(await openStore({ DATABASE_URL: url, PG_DB_TLS: "true" }))).toBe("configuration");
});

for (const mode of ["verify-full", "verify-ca"]) {
  behaviour(`sslmode=${mode} checks the certificate and the host`, async () => {
    expect(await ends(postgresqlStore({ url: `${url}?sslmode=${mode}` }))).toBe("configuration");
  });
}

behaviour("sslmode=require encrypts and checks nothing, as elsewhere", async () => {
  expect(await ends(postgresqlStore({ url: `${url}?sslmode=require` }))).toBe("no error");
});

behaviour("a URL that names a file of certificates is a matter of configuration, as no file is read", async () => {
  expect(await ends(postgresqlStore({ url: `${url}?sslmode=require&sslrootcert=root.crt` }))).toBe("configuration");
});

behaviour("TLS with several hosts checks their names, and takes no addresses, which it could not check", async () => {
  const { port } = new URL(url);
  const tls = { ca: certificates.authority.cert };
  const hosts = (...names: string[]) => `postgres://postgres@${names.map((name) => `${name}:${port}`)}/postgres`;
  expect(await ends(postgresqlStore({ url: hosts("localhost", "localhost"), tls }))).toBe("no error");
  expect(() => postgresqlStore({ url: hosts("localhost", "127.0.0.1"), tls: true })).toThrow("names");
  expect(() => postgresqlStore({ url: `${hosts("127.0.0.1", "127.0.0.2")}?sslmode=verify-full` })).toThrow("names");
  expect(await ends(postgresqlStore({ url: `${hosts("127.0.0.1", "127.0.0.2")}?sslmode=require` }))).toBe("no error");
});
