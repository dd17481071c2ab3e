// The Python reference as a function: one process that answers one request after the other.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { compactJson, parseJson } from "../../src/model/json.ts";
import type { Json } from "../../src/store.ts";
import { referencePython } from "./python.ts";

const worker = fileURLToPath(new URL("./worker.py", import.meta.url));
const PRINTED = 4_000;

/** Arguments by their Python names. */
export type Named = { readonly [name: string]: Json };
/** A method of an accessor and its arguments. */
export type ReferenceCall = readonly [method: string, args: Named];

/** What the reference raised. */
export class ReferenceError extends Error {
  override readonly name = "ReferenceError";
}

/** The reference. */
export interface Reference {
  /** Makes one call on a new accessor. */
  call(accessor: string, method: string, args?: Named, accessorArguments?: Named): Promise<Json>;
  /** Makes several calls on one accessor, which keeps the row that it read or created last. */
  calls(accessor: string, calls: readonly ReferenceCall[], accessorArguments?: Named): Promise<Json[]>;
  /** Ends the process. */
  close(): Promise<void>;
}

/** An instant, as the reference gives and takes it. */
export function datetime(iso: string): Json {
  return { $datetime: iso };
}

/** Bytes, as the reference takes an actor's passphrase. */
export function bytes(text: string): Json {
  return { $bytes: text };
}

/** Starts the reference with an environment that names its database. */
export function startReference(environment: Readonly<Record<string, string>>): Reference {
  const child = spawn(referencePython(), ["-u", worker], { env: { ...process.env, ...environment }, stdio: "pipe" });
  const line = requests(child);
  return {
    calls: (accessor, calls, accessorArguments = {}) => line.send(accessor, calls, accessorArguments),
    async call(accessor, method, args = {}, accessorArguments = {}) {
      const [result] = await line.send(accessor, [[method, args]], accessorArguments);
      return result!;
    },
    close: () => line.close(),
  };
}

interface Waiting {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: Error) => void;
}

/** Answers come in the order of the requests. */
function requests(child: ChildProcessWithoutNullStreams) {
  const waiting: Waiting[] = [];
  let printed = "";
  let ended: Error | null = null;
  child.stderr.on("data", (chunk) => printed = (printed + String(chunk)).slice(-PRINTED));
  child.stdin.on("error", () => {});
  createInterface({ input: child.stdout }).on("line", (answer) => waiting.shift()?.resolve(answer));
  const gone = new Promise<void>((resolve) => {
    child.once("error", (error) => printed += error.message);
    child.once("close", () => {
      ended = new Error(`the reference has ended: ${printed}`);
      for (const each of waiting.splice(0)) each.reject(ended);
      resolve();
    });
  });

  return {
    async send(accessor: string, calls: readonly ReferenceCall[], accessorArguments: Named): Promise<Json[]> {
      if (ended !== null) throw ended;
      const request = compactJson({ accessor, with: accessorArguments, calls: calls.map((call) => [...call]) });
      const answer = await new Promise<string>((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${request}\n`);
      });
      const { results, error } = parseJson(answer) as { results: Json[]; error?: string };
      if (error !== undefined) throw new ReferenceError(`${accessor}: ${error}`);
      return results;
    },
    close(): Promise<void> {
      child.stdin.end();
      return gone;
    },
  };
}
