// The commands: databases named by URLs, files, standard streams, exit codes.
import { afterAll, beforeAll, expect } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { createDynamoDBClient } from "../../src/dynamodb/client/mod.ts";
import { ownCommand, start } from "../cli/program.ts";
import { behaviours } from "../support/behaviour.ts";
import { dynamodbConnection, dynamodbPlace, type Place, postgresqlPlace, postgresqlUrl } from "../support/stores.ts";
import { differencesOf } from "./last.ts";
import { fill } from "./rows.ts";

const behaviour = behaviours("transfer commands");
const ROWS = 400;
const connection = dynamodbConnection();

const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-commands-"));
let filled: Place & { readonly prefix: string };
let empty: Place & { readonly schema: string };
beforeAll(async () => {
  [filled, empty] = await Promise.all([dynamodbPlace("commands"), postgresqlPlace("commands")]);
  const store = await filled.open();
  await fill(store, ROWS);
  await store.close();
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([filled.remove(), empty.remove()]);
}, 120_000);

const dynamodb = () =>
  `dynamodb://${new URL(connection.endpoint).host}/${filled.prefix}?region=${connection.region}&tls=false`;
const postgresql = () => `${postgresqlUrl()}?schema=${empty.schema}`;

async function call(...args: string[]) {
  const program = start([...ownCommand(), ...args, ...(args.length > 3 ? ["--quiet"] : [])], {
    AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
    AWS_DB_HOST: connection.endpoint,
    AWS_DB_PREFIX: filled.prefix,
  });
  return { code: await program.ended, printed: program.output(), complained: program.complaints() };
}

behaviour("copy, compare and compare with --repair between a word and a URL", async () => {
  const before = await call("compare", "--from", "dynamodb", "--to", postgresql());
  expect([before.code, before.complained]).toEqual([3, ""]);
  expect(before.printed).toContain(`${ROWS} differences: ${ROWS} absent.`);
  expect(before.printed.split("\n").filter((line) => line.startsWith("absent: ")).length).toBe(100);
  const copied = await call("copy", "--from", dynamodb(), "--to", postgresql());
  expect([copied.code, copied.complained]).toEqual([0, ""]);
  expect(copied.printed).toContain(`Copied ${ROWS} rows of ${ROWS}`);
  const equal = await call("compare", "--from", "dynamodb", "--to", postgresql());
  expect([equal.code, equal.printed]).toEqual([0, `Equal: ${2 * ROWS} rows of both sides read.\n`]);
  const store = await empty.open();
  await store.properties.set("extra", "name", "secret value");
  const repaired = await call("compare", "--from", "dynamodb", "--to", postgresql(), "--repair");
  expect([repaired.code, repaired.printed]).toEqual([
    0,
    'extra: properties ["extra","name"]\n1 difference: 1 extra.\nRepaired 1.\n',
  ]);
  expect(await store.properties.get("extra", "name")).toBeNull();
  await store.close();
}, 120_000);

behaviour("--dry-run tells what a copy would be, and writes nothing", async () => {
  const to = `dynamodb://${
    new URL(connection.endpoint).host
  }/${filled.prefix}_dry?region=${connection.region}&tls=false`;
  const { code, printed } = await call("copy", "--from", dynamodb(), "--to", to, "--dry-run");
  expect(code).toBe(0);
  expect(printed).toMatch(new RegExp(`${ROWS} rows and about \\d+ bytes would be copied`));
  expect(printed).toMatch(/About \d+ write request units, \$0\.00/);
  const client = createDynamoDBClient(connection);
  const { TableNames = [] } = await client.send("ListTables", { ExclusiveStartTableName: `${filled.prefix}_drx` });
  const created = TableNames.filter((name) => name.startsWith(`${filled.prefix}_dry_`));
  await Promise.all(created.map((TableName) => client.send("DeleteTable", { TableName })));
}, 120_000);

behaviour("rows that fail are listed in a file, which can be tried again", async () => {
  const client = createDynamoDBClient(connection);
  const item = { id: { S: "odd" }, name: { S: "nul" }, value: { S: "a\0b" } };
  const put = (Item: object) => client.send("PutItem", { TableName: `${filled.prefix}_properties`, Item });
  await put(item);
  const failed = join(folder, "failed.jsonl");
  const copied = await call("copy", "--from", "dynamodb", "--to", postgresql(), "--failed", failed);
  expect([copied.code, copied.printed.includes("1 row could not be copied.")]).toEqual([3, true]);
  expect(JSON.parse(readFileSync(failed, "utf8"))).toMatchObject({ table: "properties", key: ["odd", "nul"] });
  expect((await call("copy", "--from", "dynamodb", "--to", postgresql(), "--retry", failed)).code).toBe(3);
  await put({ ...item, value: { S: "mended" } });
  expect((await call("copy", "--from", "dynamodb", "--to", postgresql(), "--retry", failed)).code).toBe(0);
  expect((await call("compare", "--from", "dynamodb", "--to", postgresql())).code).toBe(0);
}, 120_000);

behaviour("export and import by file, compressed or not, and by a standard stream", async () => {
  const target = await postgresqlPlace("commands_import");
  try {
    const to = `${postgresqlUrl()}?schema=${target.schema}`;
    const [plain, compressed] = [join(folder, "all.jsonl"), join(folder, "all.jsonl.gz")];
    const only = ["--tables", "actors,properties"];
    const whole = await call("export", "--from", dynamodb(), plain);
    expect(whole.code).toBe(0);
    const sum = `${ROWS + 1} rows \\(actors ${ROWS / 20}, .*lookups ${ROWS / 20}\\), ${statSync(plain).size} bytes, ` +
      "in \\d+\\.\\d seconds, \\d+ rows a second\\.\n$";
    expect(whole.printed).toMatch(new RegExp(`^Exported ${sum}`));
    expect((await call("export", "--from", dynamodb(), compressed, ...only)).code).toBe(0);
    const streamed = await call("export", "--from", dynamodb(), "-", ...only);
    expect([streamed.code, streamed.printed.split("\n").length]).toEqual([0, gunzipped(compressed).split("\n").length]);
    expect((await call("import", "--to", to, compressed)).code).toBe(0);
    const imported = await call("import", "--to", to, plain);
    expect([imported.code, imported.printed]).toEqual([0, expect.stringMatching(new RegExp(`^Imported ${sum}`))]);
    const counts = JSON.parse((await call("import", "--to", to, plain, "--json")).printed) as Record<string, unknown>;
    expect(counts).toMatchObject({ written: ROWS + 1, bytes: statSync(plain).size, rows: { actors: ROWS / 20 } });
    const [one, other] = [await filled.open(), await target.open()];
    expect((await differencesOf(one, other)).differences).toEqual([]);
    await Promise.all([one.close(), other.close()]);

    const text = readFileSync(plain, "utf8");
    writeFileSync(plain, text.slice(0, text.length >> 1));
    const cut = await call("import", "--to", to, plain);
    expect([cut.code, cut.complained.includes("the file cannot be used")]).toEqual([1, true]);
    expect((await call("import", "--to", to, join(folder, "absent"))).code).toBe(1);
    expect(existsSync(`${plain}.part`)).toBe(false);
  } finally {
    await target.remove();
  }
}, 120_000);

behaviour("a wrong call is told at once, with exit code 2", async () => {
  const wrong = [
    ["copy", "--from", "dynamodb"],
    ["copy", "--from", "elsewhere", "--to", "postgresql"],
    ["copy", "--from", dynamodb(), "--to", postgresql(), "--segment", "17/16"],
    ["copy", "--from", dynamodb(), "--to", postgresql(), "--segment", "1/2", "--segments", "2"],
    ["copy", "--from", dynamodb(), "--to", postgresql(), "--tables", "actor"],
    ["copy", "--from", dynamodb(), "--to", postgresql(), "--rows-per-second", "0"],
    ["export", "--from", dynamodb()],
  ];
  for (const args of wrong) {
    const { code, printed, complained } = await call(...args);
    expect([args.join(" "), code, printed, complained.includes("Try: ")]).toEqual([args.join(" "), 2, "", true]);
  }
}, 120_000);

function gunzipped(file: string): string {
  return gunzipSync(readFileSync(file)).toString("utf8");
}
