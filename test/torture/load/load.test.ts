// `serve` under load: at the highest rate that it holds it loses nothing and does not grow; at twice that rate it sheds.
// LOAD_MINUTES sets how long.
import { expect } from "bun:test";
import { execFileSync } from "node:child_process";
import process from "node:process";
import type { Actor } from "../../../src/store.ts";
import { ownCommand, serve, terminate } from "../../cli/program.ts";
import { basic } from "../../http/app.ts";
import { behaviours } from "../../support/behaviour.ts";
import { type Load, type LoadReport, prepare, type Prepared, run } from "./generator.ts";

const behaviour = behaviours("load");

const MINUTES = Number(process.env.LOAD_MINUTES ?? 1);
const CONNECTIONS = 256;
/** Twice the rate needs more requests at once than the server takes. */
const MANY = 1_024;
const WARM_SECONDS = 15;
/** Milliseconds between two looks at the memory. */
const LOOK = 1_000;
const MILLISECONDS = MINUTES * 60_000 * 2 + 240_000;

/** Megabytes of memory that a process has in use. */
function memoryOf(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1_024;
}

interface Watched extends LoadReport {
  /** Megabytes, in the order they were measured. */
  readonly memory: readonly number[];
}

async function watched(pid: number, port: number, requests: readonly Prepared[], load: Load): Promise<Watched> {
  const memory: number[] = [];
  const look = setInterval(() => memory.push(memoryOf(pid)), LOOK);
  try {
    const report = await run(port, requests, load);
    return { ...report, memory };
  } finally {
    clearInterval(look);
  }
}

function middle(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

/** What half of the time has added, in megabytes. */
function growth(memory: readonly number[]): number {
  const quarter = Math.floor(memory.length / 4);
  if (quarter === 0) return 0;
  return middle(memory.slice(-quarter)) - middle(memory.slice(quarter, 2 * quarter));
}

function described(what: string, report: Watched): string {
  const { rate, p50, p99, longest, statuses, errors, complaints, mute, memory } = report;
  const counts = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`).join(", ");
  return `${what}: ${Math.round(rate)} a second, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, longest ` +
    `${longest.toFixed(0)} ms; ${counts}; ${errors} errors${complaints.map((each) => ` (${each})`).join("")}; ` +
    `${mute} × 503 without Retry-After; memory ${middle(memory).toFixed(0)} MB, growth ${growth(memory).toFixed(0)} MB`;
}

/** Prints the figures, and fails with what does not hold. */
function judge(what: string, report: Watched, checks: Readonly<Record<string, boolean>>): void {
  console.log(`figure: ${described(what, report)}`);
  const failed = Object.entries(checks).filter(([, holds]) => !holds).map(([check]) => check);
  if (failed.length > 0) throw new Error(`not so: ${failed.join("; ")}. ${described(what, report)}`);
}

function onlyAnswers({ statuses }: LoadReport, ...expected: readonly string[]): boolean {
  return Object.keys(statuses).join() === expected.join();
}

/** Reads and writes of one actor's properties: one write to four reads. */
async function requestsTo(url: string): Promise<Prepared[]> {
  const body = JSON.stringify({ creator: "ann", passphrase: "secret-passphrase" });
  const { id } = await (await fetch(url, { method: "POST", body })).json() as Actor;
  const headers = { authorization: basic("ann:secret-passphrase"), "content-type": "application/json" };
  const requests: Prepared[] = [];
  for (let number = 0; number < 100; number++) {
    const path = `/${id}/properties/name${number}`;
    requests.push(prepare("PUT", path, headers, JSON.stringify("value ".repeat(10))));
    for (let count = 0; count < 4; count++) requests.push(prepare("GET", path, headers));
  }
  return requests;
}

behaviour(
  "at the rate that 256 connections reach nothing fails and memory stays flat; at twice that it sheds",
  async () => {
    const server = await serve(ownCommand());
    const port = Number(new URL(server.url).port);
    const { pid } = server;
    const seconds = MINUTES * 60;
    const requests = await requestsTo(server.url);
    try {
      await run(port, requests, { connections: CONNECTIONS, seconds: WARM_SECONDS });

      const held = await watched(pid, port, requests, { connections: CONNECTIONS, seconds });
      judge(`${CONNECTIONS} connections, ${seconds} s`, held, {
        "nothing fails": held.errors === 0,
        "all is answered with 200 or 204": onlyAnswers(held, "200", "204"),
        // A collector that gets little of a busy machine leaves more behind; a leak goes on beyond this.
        "memory grows by less than a quarter": growth(held.memory) < middle(held.memory) / 4,
      });

      const doubled = { connections: MANY, seconds: seconds / 2, rate: held.rate * 2 };
      const shed = await watched(pid, port, requests, doubled);
      judge(`twice that rate, ${MANY} connections, ${seconds / 2} s`, shed, {
        "nothing fails": shed.errors === 0,
        "all is answered with 200, 204 or 503": onlyAnswers(shed, "200", "204", "503"),
        "every 503 says when to come again": shed.mute === 0,
        "it goes on with its work": shed.rate > held.rate / 3,
        "it has not grown by more than a quarter": middle(shed.memory) < middle(held.memory) * 1.25 + 50,
      });

      const after = await watched(pid, port, requests, { connections: 8, seconds: 3 });
      judge("afterwards", after, {
        "nothing fails": after.errors === 0,
        "all is answered with 200 or 204": onlyAnswers(after, "200", "204"),
      });
    } finally {
      await terminate(server);
    }
    expect(server.complaints()).toBe("");
  },
  MILLISECONDS,
);
