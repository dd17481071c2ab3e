// Sends requests over many connections, one at a time on each: as fast as they are answered, or at a rate.
import { connect, type Socket } from "node:net";

/** A request, ready to be sent. */
export interface Prepared {
  /** Which kind it is, for counting. */
  readonly kind: string;
  readonly bytes: Uint8Array;
}

/** How much is sent. */
export interface Load {
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second; left out: each connection sends the next one when it has the answer. */
  readonly rate?: number;
}

/** What came back. */
export interface LoadReport {
  /** Requests answered. */
  readonly answered: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Connections that broke, and answers that could not be read. */
  readonly errors: number;
  /** The first of them: what happened, and when. */
  readonly complaints: readonly string[];
  /** Answers with 503 that did not say when to come again. */
  readonly mute: number;
  /** Answers a second that were no 503. */
  readonly rate: number;
  /** Milliseconds, of answers that were no 503; with a rate, from when each was due. */
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** An answer's head: its status, its bytes in all, and whether it says when to come again. */
interface Head {
  readonly status: number;
  readonly bytes: number;
  readonly saysWhen: boolean;
}

interface Connection {
  readonly socket: Socket;
  received: string;
  /** When its request was sent or due; 0 while there is none. */
  since: number;
  /** When it had its last answer. */
  idleSince: number;
}

/** How many errors are described. */
const COMPLAINTS = 5;

/** The request's bytes. */
export function prepare(method: string, path: string, headers: Readonly<Record<string, string>>, body = ""): Prepared {
  const all: Record<string, string> = { host: "localhost", ...headers, "content-length": String(body.length) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const bytes = new TextEncoder().encode(`${method} ${path} HTTP/1.1\r\n${lines}\r\n${body}`);
  return { kind: method, bytes };
}

/** Runs a load to its end. */
export async function run(port: number, requests: readonly Prepared[], given: Load): Promise<LoadReport> {
  const { seconds, rate } = given;
  const statuses: Record<string, number> = {};
  const latencies: number[] = [];
  let [sent, errors, mute, answered] = [0, 0, 0, 0];
  const complaints: string[] = [];
  /** The longest idle comes first: a server closes what is idle for too long. */
  const idle = new Set<Connection>();
  const open = new Set<Connection>();
  const started = performance.now();
  const end = started + seconds * 1_000;
  let whenIdle = () => {};

  function complain(what: string, { since, idleSince }: Connection): void {
    errors++;
    if (complaints.length >= COMPLAINTS) return;
    const now = performance.now();
    const state = since === 0
      ? `idle for ${Math.round(now - idleSince)} ms`
      : `waiting for ${Math.round(now - since)} ms`;
    complaints.push(`${what} after ${Math.round((now - started) / 1_000)} s, ${state}`);
  }

  function send(connection: Connection, since: number): void {
    idle.delete(connection);
    connection.since = since;
    connection.socket.write(requests[sent++ % requests.length]!.bytes);
  }

  function dispatch(): void {
    const now = performance.now();
    if (now >= end) {
      if (idle.size === open.size) whenIdle();
      return;
    }
    const due = rate === undefined ? Infinity : (now - started) / 1_000 * rate;
    for (const connection of idle) {
      if (sent >= due) return;
      send(connection, rate === undefined ? now : started + sent / rate * 1_000);
    }
  }

  function take(connection: Connection, { status, saysWhen }: Head): void {
    answered++;
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status !== 503) latencies.push(performance.now() - connection.since);
    else if (!saysWhen) mute++;
    connection.since = 0;
    connection.idleSince = performance.now();
    idle.add(connection);
    dispatch();
  }

  function read(connection: Connection, chunk: string): void {
    connection.received += chunk;
    const head = headOf(connection.received);
    if (head === null || connection.received.length < head.bytes) return;
    // One request at a time: nothing of another answer can follow.
    if (connection.received.length > head.bytes) complain("more than one answer", connection);
    connection.received = "";
    take(connection, head);
  }

  await Promise.all(Array.from({ length: given.connections }, async () => {
    const socket = await connected(port);
    const connection: Connection = { socket, received: "", since: 0, idleSince: performance.now() };
    open.add(connection);
    connection.socket.setEncoding("latin1");
    connection.socket.on("data", (chunk) => read(connection, String(chunk)));
    connection.socket.on("error", () => {});
    connection.socket.on("close", () => {
      if (!open.delete(connection)) return;
      idle.delete(connection);
      complain("a connection was closed", connection);
      dispatch();
    });
    idle.add(connection);
  }));
  const ended = new Promise<void>((resolve) => whenIdle = resolve);
  const timer = setInterval(dispatch, 2);
  dispatch();
  await ended;
  clearInterval(timer);
  const lasted = (performance.now() - started) / 1_000;
  for (const connection of open) {
    open.delete(connection);
    connection.socket.destroy();
  }
  latencies.sort((left, right) => left - right);
  const at = (part: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? 0;
  return {
    answered,
    statuses,
    errors,
    complaints,
    mute,
    rate: latencies.length / lasted,
    p50: at(0.5),
    p99: at(0.99),
    longest: at(1),
  };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

function headOf(text: string): Head | null {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const head = text.slice(0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? "0";
  return {
    status: Number(head.slice(9, 12)),
    bytes: end + 4 + Number(length),
    saysWhen: /\r\nretry-after: *\d/i.test(head),
  };
}
