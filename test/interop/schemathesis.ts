// Schemathesis against a served node: requests made of its OpenAPI document, valid and not.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ownCommand, serve, terminate } from "../cli/program.ts";
import { basic } from "../http/app.ts";
import { createActor } from "../http/followers.ts";
import { referencePython } from "./python.ts";

const SECRET = "schemathesis";
const CHECKS = "not_a_server_error,status_code_conformance";

/** What a run found. */
export interface Examination {
  /** How many requests were sent. */
  readonly requests: number;
  /** Whether none was answered with 500 or with a status that the document does not name. */
  readonly passed: boolean;
  /** What it printed, its seed included. */
  readonly printed: string;
}

/** Examines a node on an embedded database. `phases` and `examples` of each operation say how long. */
export async function examine(phases: string, examples: number, seed: number): Promise<Examination> {
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-schemathesis-"));
  const node = await serve(ownCommand(), ["--process-callbacks"]);
  try {
    writeFileSync(join(folder, "schemathesis.toml"), await settings(node.url));
    const run = ["--config-file", "schemathesis.toml", "run", `${node.url}openapi.json`, "--no-color"];
    const what = ["--phases", phases, "--checks", CHECKS, "-n", String(examples), "--seed", String(seed)];
    const header = ["-H", `Authorization: Bearer ${SECRET}`];
    const { code, printed } = await runIn(folder, ["-m", "schemathesis.cli", ...run, ...what, ...header]);
    return { requests: Number(/(\d+) generated/.exec(printed)?.[1] ?? 0), passed: code === 0, printed };
  } finally {
    await terminate(node);
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The names of what is there. The one who asks is an administrator, who may do all that the creator may and is a peer, too;
 * what would take these credentials away is asked about others.
 */
async function settings(url: string): Promise<string> {
  const actor = await createActor({ url, complaints: () => "" }, "ann");
  const authorization = basic(`${actor.creator}:${actor.passphrase}`);
  const body = { baseuri: "https://peer.invalid/p", id: "p", secret: SECRET, type: "urn:x" };
  const send = async (method: string, path: string, given: unknown) => {
    const answer = await fetch(`${url}${actor.id}${path}`, {
      method,
      headers: { authorization },
      body: JSON.stringify(given),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };
  await send("POST", "/trust/admin", body);
  await send("PUT", "/trust/admin/p", { approved: true });
  await send("POST", "/properties", { list: { _type: "list" }, list2: { _type: "list" } });
  const other = (name: string) =>
    `[[operations]]
include-name = "${name}"
parameters = { "path.relationship" = "viewer" }
`;
  const trust = "/{id}/trust/{relationship}/{peer}";
  return `[parameters]
"path.id" = "${actor.id}"
"path.relationship" = "admin"
"path.peer" = "p"

[[operations]]
include-name = "DELETE /{id}"
enabled = false

${["PUT", "POST", "DELETE"].map((method) => other(`${method} ${trust}`)).join("\n")}
${["PUT", "DELETE"].map((method) => other(`${method} ${trust}/permissions`)).join("\n")}`;
}

function runIn(cwd: string, args: readonly string[]): Promise<{ code: number | null; printed: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(referencePython(), args, { cwd, env: { ...process.env, PYTHONUTF8: "1" } });
    let printed = "";
    child.stdout.on("data", (chunk) => printed += String(chunk));
    child.stderr.on("data", (chunk) => printed += String(chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, printed }));
  });
}
