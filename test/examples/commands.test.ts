// The commands that documents show: those that need no network are run, the others name what is there.
import { afterAll, beforeAll, expect } from "bun:test";
import { spawn } from "node:child_process";
import process from "node:process";
import { createTables } from "../../src/dynamodb/mod.ts";
import { createDynamoDBClient } from "../../src/dynamodb/client/mod.ts";
import { runProgram } from "../../src/cli/program.ts";
import { openStore } from "../../src/open.ts";
import { root } from "../cli/program.ts";
import { behaviours } from "../support/behaviour.ts";
import { documents } from "../support/examples.ts";
import { freePort, start, untilListening } from "../support/processes.ts";
import { readText } from "../support/sources.ts";
import { checkNamed, commandBlocks, namedCommands, ownArguments, type ShownCommand } from "./commands.ts";
import { makeWorld, world } from "./world.ts";

const behaviour = behaviours("commands");
const NODE = "http://127.0.0.1:8080";
const ID = "4f7c…";
const START = "npm start";
/** The embedded database takes seconds to start, and many on a busy machine. */
const MILLISECONDS = 240_000;

beforeAll(async () => {
  await makeWorld();
});
afterAll(() => world().end());

for (const file of documents()) {
  for (const block of commandBlocks(file)) {
    if (block.every(({ text }) => text.startsWith("curl "))) {
      behaviour(`${block[0]!.place}: requests to a node that \`${START}\` started`, () => request(block), MILLISECONDS);
    } else for (const command of block) behaviour(`${command.place}: ${command.text}`, () => run(command));
  }
  behaviour(`${file} names commands and options that there are`, async () => {
    for (const command of namedCommands(file)) await checkNamed(command);
  });
}

/** Runs an operator's command on both databases. What serves, tests or installs is not run, but has to be there. */
async function run({ text }: ShownCommand): Promise<void> {
  await checkNamed(text);
  const words = ownArguments(text);
  if (words === null || words[0] === "serve") return;
  for (const backend of ["postgresql", "dynamodb"]) {
    const environment = { ...world().environment, DATABASE_BACKEND: backend };
    await prepare(environment);
    const said: string[] = [];
    const say = (line: string) => void said.push(line);
    const code = await runProgram(words, { environment, print: say, complain: say });
    expect([backend, code, code === 0 ? [] : said]).toEqual([backend, 0, []]);
  }
}

/** The tables with an actor, as an operator has them. */
async function prepare(environment: Readonly<Record<string, string>>): Promise<void> {
  if (environment.DATABASE_BACKEND === "dynamodb") {
    const { AWS_DEFAULT_REGION: region, AWS_DB_HOST: endpoint, AWS_ACCESS_KEY_ID: accessKeyId } = environment;
    const credentials = { accessKeyId: accessKeyId!, secretAccessKey: "secret" };
    await createTables(createDynamoDBClient({ region: region!, endpoint, credentials }), "demo_actingweb");
  }
  const store = await openStore(environment);
  await store.actors.createIfAbsent({ id: "a1", creator: "ada@example.org", passphrase: "correct horse" });
  await store.close();
}

/** Sends requests one after the other to a node, and holds what is said of their answers against these. */
async function request(block: readonly ShownCommand[]): Promise<void> {
  const port = await freePort();
  const { scripts } = JSON.parse(readText("package.json")) as { scripts: { start: string } };
  const [program, ...words] = scripts.start.split(" ");
  const { PATH = "", HOME = "" } = process.env;
  const node = start(program!, [...words, "--port", String(port)], { cwd: root, env: { PATH, HOME } });
  try {
    await untilListening(port, node);
    let id = "";
    for (const { place, text, gives } of block) {
      const line = text.replace(NODE, `http://127.0.0.1:${port}`).replaceAll(ID, id);
      const { status, body } = await curl(line);
      if (id === "" && status === 201) id = (JSON.parse(body) as { id: string }).id;
      const told = gives?.startsWith("{") === true;
      const said = told ? JSON.parse(gives.replaceAll(ID, id)) : gives;
      expect([place, told ? JSON.parse(body) : body === "" ? `${status}, no body` : body]).toEqual([place, said]);
      expect([place, Math.floor(status / 100)]).toEqual([place, 2]);
    }
  } finally {
    await node.stop();
  }
}

/** Runs a line with `curl` in a shell; the answer's status and body. */
async function curl(line: string): Promise<{ status: number; body: string }> {
  const child = spawn("sh", ["-c", line.replace(/^curl /, "curl -sS -w '\\n%{http_code}' ")]);
  let printed = "";
  child.stdout.on("data", (chunk) => printed += chunk);
  child.stderr.on("data", (chunk) => printed += chunk);
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect([line, code, code === 0 ? "" : printed]).toEqual([line, 0, ""]);
  const [, body, status] = /^([^]*)\n(\d+)$/.exec(printed)!;
  return { status: Number(status), body: body! };
}
