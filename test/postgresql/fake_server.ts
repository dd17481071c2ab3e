// As much of a PostgreSQL server as a client meets before its first statement.
import { createServer, type Socket } from "node:net";

/** How a connection goes. */
export interface Manners {
  /** Asks for the password in clear text. */
  readonly asks?: boolean;
  /** SQLSTATE with which it ends the connection, before or after the password; none: it answers every statement with no rows. */
  readonly refuses?: string;
}

/** A server that only pretends. */
export interface FakeServer {
  /** Where it listens. */
  readonly port: number;
  /** The start-up parameters of each connection. */
  readonly startups: Readonly<Record<string, string>>[];
  /** The passwords that were sent. */
  readonly passwords: string[];
  /** The statements that were sent. */
  readonly statements: string[];
  /** How often TLS was asked for; it is always refused. */
  tlsRequests: number;
  /** Ends it. */
  close(): Promise<void>;
}

const TLS_REQUEST = 80877103;
const LENGTH_MAXIMUM = 1_000_000;

/** Starts a server. */
export async function startFakeServer(manners: Manners = {}): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    serve(socket, manners, fake);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const fake: FakeServer = {
    port: typeof address === "object" && address !== null ? address.port : 0,
    startups: [],
    passwords: [],
    statements: [],
    tlsRequests: 0,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return fake;
}

function serve(socket: Socket, { asks, refuses }: Manners, fake: FakeServer): void {
  let received = new Uint8Array();
  let started = false;
  const send = (type: string, ...parts: (string | Uint8Array)[]) => socket.write(message(type, ...parts));
  const welcome = () => {
    if (refuses !== undefined) {
      send("E", `SFATAL\0VFATAL\0C${refuses}\0Mrefused\0\0`);
      socket.end();
      return;
    }
    send("R", new Uint8Array(4));
    send("K", new Uint8Array(8));
    send("Z", "I");
  };

  socket.on("data", (bytes: Uint8Array) => {
    received = new Uint8Array([...received, ...bytes]);
    for (;;) {
      const head = started ? 1 : 0;
      if (received.length < head + 4) return;
      const view = new DataView(received.buffer);
      const length = head + view.getInt32(head);
      // Not our language: a client that begins with TLS although it was refused.
      if (length > LENGTH_MAXIMUM) return void socket.destroy();
      if (received.length < length) return;
      const body = received.slice(head + 4, length);
      const type = started ? String.fromCharCode(received[0]!) : "";
      received = received.slice(length);
      if (started) answer(type, body);
      else if (new DataView(body.buffer).getInt32(0) === TLS_REQUEST) {
        fake.tlsRequests++;
        socket.write("N");
      } else {
        started = true;
        fake.startups.push(parametersOf(body.slice(4)));
        if (asks) send("R", new Uint8Array([0, 0, 0, 3]));
        else welcome();
      }
    }
  });

  function answer(type: string, body: Uint8Array): void {
    const words = new TextDecoder().decode(body).split("\0");
    if (type === "p") {
      fake.passwords.push(words[0]!);
      welcome();
    } else if (type === "P") {
      fake.statements.push(words[1]!);
      send("1");
    } else if (type === "D") {
      send("t", new Uint8Array(2));
      send("n");
    } else if (type === "B") send("2");
    else if (type === "E") send("C", "SELECT 0\0");
    else if (type === "S") send("Z", "I");
    else if (type === "X") socket.end();
  }
}

function parametersOf(body: Uint8Array): Record<string, string> {
  const words = new TextDecoder().decode(body).split("\0");
  const parameters: Record<string, string> = {};
  for (let index = 0; words[index]; index += 2) parameters[words[index]!] = words[index + 1] ?? "";
  return parameters;
}

function message(type: string, ...parts: (string | Uint8Array)[]): Uint8Array {
  const bodies = parts.map((part) => typeof part === "string" ? new TextEncoder().encode(part) : part);
  const length = bodies.reduce((sum, body) => sum + body.length, 4);
  const bytes = new Uint8Array(1 + length);
  bytes[0] = type.charCodeAt(0);
  new DataView(bytes.buffer).setInt32(1, length);
  let at = 5;
  for (const body of bodies) {
    bytes.set(body, at);
    at += body.length;
  }
  return bytes;
}
