// Every example of documents and docstrings runs, and gives what it says.
import { afterAll, beforeAll, expect } from "bun:test";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { root } from "../cli/program.ts";
import { behaviours } from "../support/behaviour.ts";
import { type Example, examples, servesOn, writeExamples } from "../support/examples.ts";
import { freePort, start, untilListening } from "../support/processes.ts";
import { readText } from "../support/sources.ts";
import { close } from "./given.ts";
import { makeWorld, world } from "./world.ts";

const behaviour = behaviours("examples");
const all = examples();
const PORT = "port: 8080";
/** The embedded database takes seconds to start, and many on a busy machine. */
const MILLISECONDS = 240_000;

let written: ReturnType<typeof writeExamples>;
beforeAll(async () => {
  const { redirected } = await makeWorld();
  written = writeExamples(all, redirected);
});
afterAll(async () => {
  written.remove();
  await close();
  await world().end();
});

for (const [index, example] of all.entries()) {
  const runtime = servesOn(example);
  behaviour(`${example.file}, line ${example.line}`, async () => {
    if (runtime === null) await run(written.files[index]!);
    else await serve(runtime, example);
  }, MILLISECONDS);
}

/** Runs an example here; a worker's handler is asked something. */
async function run(file: string): Promise<void> {
  const { default: worker } = await import(pathToFileURL(file).href) as { default?: ExportedHandler };
  if (worker === undefined) return;
  const response = await worker.fetch(new Request("https://example.org/"), process.env);
  expect(response.status).toBe(200);
}

interface ExportedHandler {
  fetch(request: Request, environment: object): Promise<Response>;
}

/** Runs an example that serves with the permissions that are named beside it, asks it something and ends it. */
async function serve(runtime: "bun" | "deno", example: Example): Promise<void> {
  const port = await freePort();
  const edited = (program: string) => world().redirected(program).replace(PORT, `port: ${port}`);
  const { files: [file], remove } = writeExamples([example], edited);
  const [, permissions = ""] = /`deno run (.+) \w+\.ts`/.exec(readText(example.file)) ?? [];
  const options = runtime === "bun" ? [] : ["run", "--no-check", "--quiet", ...permissions.split(" ")];
  const { PATH = "" } = process.env;
  const env = { PATH, ...world().environment };
  const server = start(`${root}node_modules/.bin/${runtime}`, [...options, file!], { cwd: root, env });
  try {
    await untilListening(port, server);
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "{}" });
    expect(response.status).toBe(201);
  } finally {
    await server.stop();
    remove();
  }
}
