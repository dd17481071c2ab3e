// TLS in front of a database that has none, with a certificate of the test's choice.
import { connect, createServer as createPlainServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Certificate } from "./certificates.ts";

/** The front. */
export interface TlsFront {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  /** Bytes that clients have sent through TLS. */
  received(): number;
  /** Ends it. */
  close(): Promise<void>;
}

/** PostgreSQL's request for TLS, after which its client speaks TLS. */
const REQUEST_BYTES = 8;

/**
 * Opens a front.
 *
 * @param certificate What it shows
 * @param database The URL behind it; for PostgreSQL it answers the request for TLS first
 */
export async function openTlsFront({ key, cert }: Certificate, database: string): Promise<TlsFront> {
  const { protocol, hostname, port } = new URL(database);
  const sockets = new Set<Socket>();
  let received = 0;
  const inside = createTlsServer({ key, cert }, (client) => {
    const behind = connect(Number(port), hostname);
    client.on("data", (bytes: Uint8Array) => received += bytes.length);
    join(client, behind, sockets);
  });
  // A client that does not like the certificate says so.
  inside.on("tlsClientError", () => {});
  const insidePort = await listen(inside);
  const outside = createPlainServer((client) => {
    const behind = connect(insidePort, "127.0.0.1");
    const begin = () => join(client, behind, sockets);
    if (!protocol.startsWith("postgres")) return begin();
    client.once("data", (bytes: Uint8Array) => {
      if (bytes.length !== REQUEST_BYTES) return client.destroy();
      begin();
      client.write("S");
    });
  });
  return {
    port: await listen(outside),
    received: () => received,
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([inside, outside].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

/** Passes on what either says, and ends both when one ends. */
function join(one: Socket, other: Socket, sockets: Set<Socket>): void {
  for (const [from, to] of [[one, other], [other, one]] as const) {
    sockets.add(from);
    from.on("error", () => to.destroy());
    from.on("close", () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on("data", (bytes: Uint8Array) => to.write(bytes));
  }
}
