// Preparing databases.
import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../../src/cli/program.ts";
import { behaviours } from "../support/behaviour.ts";
import { createEmpty } from "../support/embedded.ts";

const behaviour = behaviours("migrate");

async function migrate(environment: Readonly<Record<string, string>>, ...args: string[]) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const code = await runProgram(["migrate", ...args], { environment, print: write, complain: write });
  return { code, lines };
}

behaviour("it creates a schema once and then has nothing to do", async () => {
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-migrate-"));
  const environment = { DATABASE_BACKEND: "pglite", PGLITE_DATA: folder };
  try {
    await createEmpty(folder);
    const first = await migrate(environment);
    expect(first.code).toBe(0);
    expect(first.lines[0]).toMatch(/^Database: PGlite, PostgreSQL \d+\.\d+, in /);
    expect(first.lines[1]).toMatch(/^Created the schema at revision [0-9a-f]{12} in \d steps\.$/);
    const second = await migrate(environment, "--json");
    expect(second.code).toBe(0);
    const { from, to, ...rest } = JSON.parse(second.lines.join("\n"));
    expect(rest).toEqual({ backend: "pglite", schema: "public", applied: [] });
    expect(first.lines[1]).toContain(to);
    expect(from).toBe(to);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

behaviour("it creates the tables of DynamoDB that are missing, and switches expiry on", async () => {
  const tables = new Set(["notes_actors"]);
  const sent: string[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { TableName } = JSON.parse(text);
    const target = String(request.headers["x-amz-target"]).split(".")[1]!;
    sent.push(target);
    if (target === "CreateTable") tables.add(TableName);
    const missing = TableName !== undefined && !tables.has(TableName);
    const answers: Record<string, unknown> = {
      ListTables: { TableNames: [...tables] },
      DescribeTable: { Table: { TableStatus: "ACTIVE" } },
      DescribeTimeToLive: { TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } },
    };
    response.writeHead(missing ? 400 : 200);
    response.end(JSON.stringify(missing ? { __type: "ResourceNotFoundException" } : answers[target] ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = {
    DATABASE_BACKEND: "dynamodb",
    AWS_DB_HOST: `http://${host}`,
    AWS_DB_PREFIX: "notes",
    AWS_ACCESS_KEY_ID: "id",
    AWS_SECRET_ACCESS_KEY: "s3cret",
  };
  const first = await migrate(environment);
  expect(first.code).toBe(0);
  expect(first.lines[0]).toBe(`Database: DynamoDB at ${host}, region us-west-1, tables notes_*`);
  expect(first.lines[1]).toMatch(/^Created notes_attributes, notes_peertrustees, /);
  expect(first.lines[1]).not.toContain("notes_actors");
  expect(sent).toContain("UpdateTimeToLive");
  expect(tables.size).toBe(9);
  expect(await migrate(environment)).toEqual({ code: 0, lines: [first.lines[0]!, "All tables are there."] });
  const json = await migrate(environment, "--json");
  expect(JSON.parse(json.lines.join("\n"))).toEqual({ backend: "dynamodb", prefix: "notes", created: [] });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
