// A server that answers as it is told to, or breaks the connection: what a real DynamoDB does only on bad days.
import { createServer, type Server, type Socket } from "node:net";
import {
  createDynamoDBClient,
  type DynamoDBClient,
  type DynamoDBClientOptions,
} from "../../src/dynamodb/client/mod.ts";

/** A request that arrived whole. */
export interface Received {
  /** The operation, e.g. `GetItem`. */
  readonly operation: string;
  /** Its input. */
  readonly input: Record<string, unknown>;
  /** Its headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** When it arrived; milliseconds on a clock of its own. */
  readonly at: number;
  /** 1 for the first request on its connection. */
  readonly ofConnection: number;
}

/**
 * What comes back: a status and a body (an object is written as JSON, a text as it is), or a fault.
 *
 * `reset` closes the connection without an answer, `cut` closes it in the middle of the answer, `silence` never
 * answers, `stall` begins an answer and never ends it.
 */
export type Reply =
  | "reset"
  | "cut"
  | "silence"
  | "stall"
  | { readonly status?: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

/** The server. */
export interface FakeDynamoDB {
  /** Its URL. */
  readonly endpoint: string;
  /** What has arrived since the last {@linkcode FakeDynamoDB.script}. */
  readonly received: Received[];
  /** What is answered from now on: one reply after another, the last of them for ever; or a function that decides. */
  script(...replies: readonly [Reply, ...Reply[]] | readonly [(request: Received) => Reply]): void;
  /** Resolves when so many requests have arrived since the last script. */
  arrived(count: number): Promise<void>;
  /** Ends all connections and closes the port. */
  stop(): Promise<void>;
}

/** DynamoDB's refusal of a type. */
export function refusal(type: string, more: Record<string, unknown> = {}, status = 400): Reply {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: `told ${type}`, ...more } };
}

/** Starts a server on a free port. */
export async function startFakeDynamoDB(): Promise<FakeDynamoDB> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let decide: (request: Received) => Reply = () => ({ body: {} });

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A client that gives up resets the connection; that is its right.
    socket.on("error", () => socket.destroy());
    readRequests(socket, (request) => {
      received.push(request);
      const reply = decide(request);
      for (const { count, resolve } of waiting) if (received.length >= count) resolve();
      answer(socket, reply);
    });
  });
  const port = await listen(server);

  return {
    endpoint: `http://127.0.0.1:${port}`,
    received,
    script(...replies) {
      received.length = 0;
      waiting.length = 0;
      const [first] = replies;
      if (typeof first === "function") decide = first;
      else decide = () => (replies as readonly Reply[])[Math.min(received.length, replies.length) - 1]!;
    },
    arrived(count) {
      return new Promise((resolve) => {
        if (received.length >= count) resolve();
        else waiting.push({ count, resolve });
      });
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
    });
  });
}

/** HTTP/1.1 with a length and nothing else: a server library would not let us break it where we want. */
function readRequests(socket: Socket, handle: (request: Received) => void): void {
  let buffered = new Uint8Array();
  let count = 0;
  socket.on("data", (chunk: Uint8Array) => {
    const joined = new Uint8Array(buffered.length + chunk.length);
    joined.set(buffered);
    joined.set(chunk, buffered.length);
    buffered = joined;
    for (let request = next(); request !== null; request = next()) handle(request);
  });

  function next(): Received | null {
    const head = new TextDecoder("latin1").decode(buffered).split("\r\n\r\n", 1)[0]!;
    if (head.length === buffered.length) return null;
    const lines = head.split("\r\n").slice(1).map((line) => line.split(/:\s*(.*)/s));
    const headers = Object.fromEntries(lines.map(([name, value]) => [name!.toLowerCase(), value!]));
    const end = head.length + 4 + Number(headers["content-length"] ?? 0);
    if (buffered.length < end) return null;
    const body = new TextDecoder().decode(buffered.subarray(head.length + 4, end));
    buffered = buffered.slice(end);
    const operation = headers["x-amz-target"]?.split(".")[1] ?? "";
    return { operation, input: JSON.parse(body || "{}"), headers, at: performance.now(), ofConnection: ++count };
  }
}

function answer(socket: Socket, reply: Reply): void {
  if (reply === "reset") return void socket.destroy();
  if (reply === "silence") return;
  const { status = 200, body = {}, headers = {} } = typeof reply === "object" ? reply : {};
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const length = new TextEncoder().encode(text).length;
  const fields = { "content-type": "application/x-amz-json-1.0", ...headers, "content-length": String(length) };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const start = `HTTP/1.1 ${status} Told\r\n${head}\r\n`;
  if (reply === "cut") socket.write(`${start}{`, () => socket.destroy());
  else if (reply === "stall") socket.write(`${start}{`);
  else socket.write(start + text);
}

/** A port that nobody listens on: connections to it are refused. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return port;
}

/** A client of a fake server, without jitter. */
export function fakeClient(server: FakeDynamoDB, options: Partial<DynamoDBClientOptions> = {}): DynamoDBClient {
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  return createDynamoDBClient({
    region: "eu-west-1",
    endpoint: server.endpoint,
    credentials,
    random: () => 0,
    ...options,
  });
}
