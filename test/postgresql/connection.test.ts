// How the store reaches PostgreSQL, and what it says when it cannot.
import { afterAll, beforeAll, expect } from "bun:test";
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { postgresqlStore, type PostgreSQLStoreOptions, type PresetName, PRESETS } from "../../src/postgresql/mod.ts";
import { connect } from "../../src/postgresql/postgres_client.ts";
import { migrate, StoreError } from "../../src/postgresql/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { postgresqlUrl, uniqueName } from "../support/stores.ts";
import { codeOf, otherClient, partsOf, until } from "./database.ts";
import { startFakeServer } from "./fake_server.ts";

const behaviour = behaviours("postgresql connection");
const schema = uniqueName("connection");
const url = postgresqlUrl();
let other: postgres.Sql;

beforeAll(async () => {
  other = otherClient({ max: 2 });
  await migrate({ url, schema });
});
afterAll(async () => {
  await other`DROP SCHEMA ${other(schema)} CASCADE`;
  await other.end();
});

/** Runs a test with a store of its own, closed afterwards; the application's name tells its connections. */
async function withStore(
  options: PostgreSQLStoreOptions,
  work: (store: ReturnType<typeof postgresqlStore>, application: string) => Promise<void>,
): Promise<void> {
  const application = uniqueName("application");
  const store = postgresqlStore({ url, schema, ...options, parameters: { application_name: application } });
  try {
    await work(store, application);
  } finally {
    await store.close();
  }
}

async function connections(application: string): Promise<number> {
  const [row] =
    await other`SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = ${application}`;
  return row!.count as number;
}

for (const [name, preset] of Object.entries(PRESETS)) {
  behaviour(
    `preset ${name} opens at most ${preset.max} connections, and no statement is lost in the line`,
    () =>
      withStore({ preset: name as PresetName }, async (store, application) => {
        const names = Array.from({ length: 30 }, (_, index) => `${name} ${index}`);
        let writes: Promise<unknown> = Promise.resolve();
        await other.begin(async (sql) => {
          await sql`LOCK TABLE ${sql(schema)}.properties IN ACCESS EXCLUSIVE MODE`;
          writes = Promise.all(names.map((each) => store.properties.set("line", each, each)));
          await until(async () => await connections(application) === preset.max);
        });
        await writes;
        expect([...(await store.properties.getMany("line", names)).keys()]).toEqual([...names].sort());
        expect(await connections(application)).toBe(preset.max);
      }),
  );

  behaviour(
    `preset ${name} ${preset.prepare ? "prepares its statements by name" : "prepares nothing by name"}`,
    async () => {
      const client = connect({ url, preset: name as PresetName, max: 1 }, 5_000);
      const call = { operation: "test", deadline: Date.now() + 10_000 };
      for (let round = 0; round < 2; round++) await client.query("SELECT $1::text AS value", ["x"], call);
      const text = "SELECT statement FROM pg_prepared_statements WHERE statement = 'SELECT $1::text AS value'";
      expect((await client.query(text, [], call)).rows.length).toBe(preset.prepare ? 1 : 0);
      await client.close();
    },
  );

  behaviour(
    `preset ${name} ${preset.sessionParameters ? "sets" : "does not set"} a deadline on the server`,
    async () => {
      const server = await startFakeServer();
      const store = postgresqlStore({
        host: "127.0.0.1",
        port: server.port,
        user: "me",
        preset: name as PresetName,
        timeout: 4_321,
      });
      await store.properties.get("a", "n");
      expect(server.startups[0]?.statement_timeout).toBe(preset.sessionParameters ? "4321" : undefined);
      expect(server.startups[0]).toMatchObject({
        user: "me",
        database: "actingweb",
        application_name: "actingweb-edge",
      });
      await store.close();
      await server.close();
    },
  );
}

behaviour("nothing is asked of the server but the store's own statements, not even its types", async () => {
  const server = await startFakeServer();
  const store = postgresqlStore({ host: "127.0.0.1", port: server.port, schema });
  await store.properties.get("a", "n");
  expect(server.statements).toEqual([
    `SELECT value FROM "${schema}".properties WHERE id = $1::text AND name = $2::text`,
  ]);
  await store.close();
  await server.close();
});

behaviour(
  "one connection serves fifty calls at once, batches and indexed properties among them",
  () =>
    withStore({ max: 1 }, async (store, application) => {
      await store.actors.createIfAbsent({ id: "one", creator: "me", passphrase: "secret" });
      await Promise.all(Array.from({ length: 50 }, (_, index) =>
        index % 5 === 0
          ? store.properties.setMany("one", [["email", `${index}@x.org`], [`name ${index}`, "x"]])
          : index % 5 === 1
          ? store.properties.set("one", "email", `${index}@x.org`)
          : store.attributes.set("one", "bucket", `name ${index}`, index)));
      const email = await store.properties.get("one", "email");
      expect(await store.lookups.get("email", email!)).toBe("one");
      expect((await store.attributes.bucket("one", "bucket")).length).toBe(30);
      expect(await connections(application)).toBe(1);
    }),
);

behaviour("unused connections are closed, and a process that leaves its store open ends by itself", async () => {
  const application = uniqueName("idle");
  const program = `
    import { postgresqlStore } from ${JSON.stringify(new URL("../../src/postgresql/mod.ts", import.meta.url).href)};
    const store = postgresqlStore({
      url: ${JSON.stringify(url)},
      schema: ${JSON.stringify(schema)},
      preset: "lambda",
      parameters: { application_name: ${JSON.stringify(application)} },
    });
    await store.properties.set("idle", "name", "value");
    console.log(await store.properties.get("idle", "name"));`;
  const folder = fileURLToPath(new URL("../../", import.meta.url));
  const args = "Deno" in globalThis ? ["eval", "--no-check", "--ext=ts", program] : ["--eval", program];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  child.stdout.on("data", (bytes) => printed += bytes);
  child.stderr.on("data", (bytes) => printed += bytes);
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(printed.trim()).toBe("value");
  expect(code).toBe(0);
  await until(async () => await connections(application) === 0);
});

behaviour("a password function is asked for every new connection", async () => {
  const server = await startFakeServer({ asks: true });
  let given = 0;
  const store = postgresqlStore({
    host: "127.0.0.1",
    port: server.port,
    max: 3,
    password: () => Promise.resolve(`token ${++given}`),
  });
  await Promise.all(["a", "b", "c"].map((name) => store.properties.get("actor", name)));
  expect([...server.passwords].sort()).toEqual(["token 1", "token 2", "token 3"]);
  await store.close();
  await server.close();
});

behaviour("a password function that fails is a refused user with that cause", async () => {
  const server = await startFakeServer({ asks: true, refuses: "28P01" });
  const fault = new Error("the token service is away");
  const store = postgresqlStore({
    host: "127.0.0.1",
    port: server.port,
    password: () => Promise.reject(fault),
  });
  const error = await store.properties.get("a", "n").then(() => null, (error: unknown) => error as StoreError);
  expect(error?.code).toBe("denied");
  expect((error?.cause as Error).cause).toBe(fault);
  await store.close();
  await server.close();
});

behaviour("a URL's parameters become those of the session", async () => {
  const application = uniqueName("url");
  const client = connect({ url: `${url}?application_name=${application}&work_mem=12345` }, 5_000);
  const call = { operation: "test", deadline: Date.now() + 10_000 };
  const { rows } = await client.query("SELECT current_setting('work_mem') AS memory", [], call);
  expect(rows[0]?.memory).toBe("12345kB");
  expect(await connections(application)).toBe(1);
  await client.close();
});

behaviour(
  "an option wins over the same part of the URL",
  () =>
    withStore({ url: "postgres://nobody@localhost:1/nothing", ...partsOf(url) }, async (store) => {
      await store.properties.set("parts", "name", "value");
      expect(await store.properties.get("parts", "name")).toBe("value");
    }),
);

const TLS: readonly (readonly [title: string, tls: boolean | object | undefined, mode: string, asked: boolean])[] = [
  ["TLS is asked for when told so", true, "disable", true],
  ["TLS options ask for TLS", { rejectUnauthorized: false }, "disable", true],
  ["TLS is asked for when only the URL says so", undefined, "require", true],
  ["TLS is not asked for when told so, whatever the URL says", false, "require", false],
  ["TLS is not asked for when nobody says anything", undefined, "disable", false],
];

for (const [title, tls, mode, asked] of TLS) {
  behaviour(title, async () => {
    const server = await startFakeServer();
    const address = `postgres://me@127.0.0.1:${server.port}/database?sslmode=${mode}`;
    const store = postgresqlStore({ url: address, timeout: 1_000, ...(tls === undefined ? {} : { tls }) });
    // The server has no TLS, and going on without would be worse than not going on.
    expect(await codeOf(store.properties.get("a", "n"))).toBe(asked ? "unavailable" : "no error");
    expect(server.tlsRequests > 0).toBe(asked);
    expect(server.startups.length > 0).toBe(!asked);
    await store.close();
    await server.close();
  });
}
