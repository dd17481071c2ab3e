// Clients in several processes of the same runtime, which run scenarios against one database at the same time.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import process from "node:process";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Answer, Order } from "./client.ts";
import type { scenarios, Task } from "./scenarios.ts";

type Scenarios = typeof scenarios;

/** The processes. */
export interface Fleet {
  /** Clients in all processes together. */
  readonly clients: number;
  /** Runs a scenario with all clients at once; what each returned, by its number. */
  run<Name extends keyof Scenarios>(name: Name, task: Task): Promise<Awaited<ReturnType<Scenarios[Name]>>[]>;
  /** Ends the processes. */
  stop(): Promise<void>;
}

interface Member {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly lines: AsyncIterator<string>;
  readonly reader: Interface;
}

/** Starts so many processes with so many clients each, on the tables of this name. */
export async function startFleet(
  backend: string,
  tables: string,
  processes: number,
  clientsEach: number,
): Promise<Fleet> {
  let members = await startMembers(backend, tables, processes);

  async function order(index: number, task: Omit<Order, "clients">): Promise<readonly unknown[]> {
    const { child, lines } = members[index]!;
    const clients = Array.from({ length: clientsEach }, (_, client) => index * clientsEach + client);
    child.stdin.write(`${JSON.stringify({ ...task, clients })}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error("a client has ended");
    const answer = JSON.parse(value) as Answer;
    if ("error" in answer) throw new Error(`a client failed: ${answer.error}`);
    return answer.results;
  }

  return {
    clients: processes * clientsEach,

    async run<Name extends keyof Scenarios>(scenario: Name, task: Task) {
      try {
        const answers = await Promise.all(members.map((_, index) => order(index, { ...task, scenario })));
        return answers.flat() as Awaited<ReturnType<Scenarios[Name]>>[];
      } catch (error) {
        // The others may still be at this race, and would answer the next one with it.
        for (const { child } of members) child.kill("SIGKILL");
        members = await startMembers(backend, tables, processes);
        throw error;
      }
    },

    async stop() {
      await Promise.all(members.map(({ child, reader }) => {
        const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
        child.stdin.end();
        return gone.finally(() => reader.close());
      }));
    },
  };
}

async function startMembers(backend: string, tables: string, processes: number): Promise<Member[]> {
  const members = Array.from({ length: processes }, () => startMember(backend, tables));
  const ready = await Promise.all(members.map(({ lines }) => lines.next()));
  if (ready.some(({ value }) => value !== "ready")) throw new Error("a client did not start");
  return members;
}

function startMember(backend: string, tables: string): Member {
  const file = fileURLToPath(new URL("./client.ts", import.meta.url));
  const options = "Deno" in globalThis ? ["run", "-A", "--no-check", "--quiet"] : [];
  const child = spawn(process.execPath, [...options, file, backend, tables], { stdio: ["pipe", "pipe", "inherit"] });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  const reader = createInterface({ input: child.stdout });
  return { child, reader, lines: reader[Symbol.asyncIterator]() };
}
