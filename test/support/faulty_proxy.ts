// A way to a database with the faults of a network and, for HTTP, those of a server.
import { connect, createServer, type Socket } from "node:net";

/** A request over HTTP as the proxy sees it. */
export interface HttpRequest {
  /** DynamoDB's operation, e.g. `PutItem`. */
  readonly operation: string;
  /** Its body. */
  readonly body: string;
  /** When it was signed; milliseconds since the epoch. */
  readonly signedAt: number;
}

/** What a server says instead of the database. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly date?: Date;
}

/**
 * What goes wrong:
 *
 * - `cut before`: the request never arrives, and its connection breaks
 * - `cut after`: the request arrives, and the connection breaks before the answer
 * - `cut amid`: half of the answer arrives, and the connection breaks
 * - `hold request`, `hold answer`: it arrives only when the fault is over
 * - a function: HTTP only; it answers in place of the database, or passes the request on with `null`
 */
export type Fault =
  | "cut before"
  | "cut after"
  | "cut amid"
  | "hold request"
  | "hold answer"
  | ((request: HttpRequest) => HttpAnswer | null);

/** The proxy. */
export interface FaultyProxy {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  /** Connections that are open. */
  open(): number;
  /** Lets something go wrong with so many requests; default: with all until `heal`. */
  fail(fault: Fault, times?: number): void;
  /** Ends the fault, and passes on what was held back. */
  heal(): void;
  /** Lets new connections go to another address. */
  aim(host: string, databasePort: number): void;
  /** Breaks all connections. */
  cut(): void;
  /** Lets all connections stay and fall silent for ever, as if whoever was there had gone without a word. */
  silence(): void;
  /** Breaks all connections and ends the proxy. */
  close(): Promise<void>;
}

/** Opens a proxy to a port of a host. */
export async function openFaultyProxy(host: string, databasePort: number): Promise<FaultyProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let fault: Fault | null = null;
  let left = 0;
  let held: (() => void)[] = [];
  let target = { host, port: databasePort };
  /** Counts the times that all have fallen silent. */
  let silences = 0;

  /** The fault that this request meets, which counts as one of its times. */
  const met = () => {
    if (fault === null || left === 0) return null;
    left--;
    return fault;
  };

  const server = createServer((client) => {
    const database = connect(target.port, target.host);
    const born = silences;
    const pair = [client, database] as const;
    pairs.add(pair);
    const cut = () => {
      client.destroy();
      database.destroy();
      pairs.delete(pair);
    };
    let holding = 0;
    // What is held back arrives, also when nobody waits for it any more.
    const gone = () => {
      if (holding === 0 && born === silences) cut();
    };
    for (const socket of pair) socket.on("error", gone).on("close", gone);
    let meeting: Fault | null = null;
    let request = new Uint8Array();
    const hold = (pass: () => void) => {
      holding++;
      held.push(() => {
        holding--;
        meeting = null;
        pass();
        // Whoever has gone in the meantime has told so already.
        if (client.destroyed && database.destroyed) cut();
        else if (client.destroyed) database.end();
        else if (database.destroyed) client.end();
      });
    };
    client.on("data", (bytes: Uint8Array) => {
      if (born !== silences) return;
      meeting ??= met();
      if (meeting === "cut before") return cut();
      if (meeting === "hold request") return hold(() => database.write(bytes));
      if (typeof meeting !== "function") return void database.write(bytes);
      request = joined(request, bytes);
      const whole = readRequest(request);
      if (whole === null) return;
      const answer = meeting(whole);
      if (answer === null) database.write(request);
      else client.write(written(answer));
      request = new Uint8Array();
      meeting = null;
    });
    database.on("data", (bytes: Uint8Array) => {
      if (born !== silences) return;
      if (meeting === "cut after") return cut();
      if (meeting === "hold answer") return hold(() => client.write(bytes));
      if (meeting === "cut amid") {
        return void client.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), cut);
      }
      client.write(bytes);
      meeting = null;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const destroyAll = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };

  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    open: () => pairs.size,
    fail(next, times = Infinity) {
      fault = next;
      left = times;
    },
    heal() {
      fault = null;
      const late = held;
      held = [];
      for (const pass of late) pass();
    },
    aim: (host, port) => void (target = { host, port }),
    cut: destroyAll,
    silence: () => void silences++,
    close() {
      destroyAll();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** A request with a length, once all of it is there. */
function readRequest(bytes: Uint8Array): HttpRequest | null {
  const text = new TextDecoder("latin1").decode(bytes);
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const field = (name: string) => new RegExp(`^${name}: *(.*)$`, "im").exec(text.slice(0, end))?.[1]?.trim() ?? "";
  if (bytes.length < end + 4 + Number(field("content-length"))) return null;
  const [, ...signed] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(field("x-amz-date")) ?? [];
  const [year, month, day, hour, minute, second] = signed.map(Number);
  return {
    operation: field("x-amz-target").split(".")[1] ?? "",
    body: new TextDecoder().decode(bytes.subarray(end + 4)),
    signedAt: Date.UTC(year!, month! - 1, day, hour, minute, second),
  };
}

function written({ status, body, date = new Date() }: HttpAnswer): string {
  const length = new TextEncoder().encode(body).length;
  return `HTTP/1.1 ${status} Told\r\ncontent-type: application/x-amz-json-1.0\r\ndate: ${date.toUTCString()}\r\n` +
    `content-length: ${length}\r\n\r\n${body}`;
}
