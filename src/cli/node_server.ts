/**
 * A server on `node:http`, from its messages to web-standard requests and responses.
 *
 * @module
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Address, Handler, RunningServer } from "./server.ts";

/** Node's own type of the same class. */
type NodeStream = Parameters<typeof Readable.fromWeb>[0];

/** Starts it. */
export function startNodeServer(handler: Handler, { host, port }: Address): Promise<RunningServer> {
  const server = createServer((incoming, outgoing) => {
    answer(handler, incoming, outgoing).catch((error: unknown) => {
      // The connection broke, or the handler threw what it should have answered: nothing whole can be sent any more.
      outgoing.destroy(error instanceof Error ? error : undefined);
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(running(server));
    });
  });
}

function running(server: Server): RunningServer {
  return {
    port: (server.address() as AddressInfo).port,
    finish: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    cut: () => server.closeAllConnections(),
  };
}

async function answer(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const request = requestOf(incoming);
  if (request === null) {
    outgoing.writeHead(400, { connection: "close" }).end();
    return;
  }
  const response = await handler(request);
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers["set-cookie"] = cookies;
  // What is left of a body that nobody read would be taken for the next request.
  if (!incoming.complete) headers.connection = "close";
  outgoing.writeHead(response.status, headers);
  if (response.body === null) outgoing.end();
  else await pipeline(Readable.fromWeb(response.body as unknown as NodeStream), outgoing);
}

/** The request with its body as a stream, or `null` when its address is none. */
function requestOf(incoming: IncomingMessage): Request | null {
  const url = `http://${incoming.headers.host ?? "localhost"}${incoming.url}`;
  if (!incoming.url?.startsWith("/") || !URL.canParse(url)) return null;
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const { method = "GET" } = incoming;
  const init: RequestInit & { duplex?: "half" } = { method, headers };
  if (method !== "GET" && method !== "HEAD") {
    init.body = Readable.toWeb(incoming) as unknown as ReadableStream<Uint8Array<ArrayBuffer>>;
    init.duplex = "half";
  }
  return new Request(url, init);
}
