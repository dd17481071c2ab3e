/**
 * An HTTP server: Bun's own on Bun, `node:http` on Node and Deno.
 *
 * @module
 */

import { Failure } from "./command.ts";
import { startNodeServer } from "./node_server.ts";

/** Answers requests. */
export type Handler = (request: Request) => Response | Promise<Response>;

/** Where to listen. */
export interface Address {
  /** Host name or IP address. */
  readonly host: string;
  /** Port; 0 for any free one. */
  readonly port: number;
}

/** A server of one runtime. */
export interface RunningServer {
  /** The port it listens on. */
  readonly port: number;
  /** Accepts nothing more; resolves when all requests under way are answered. */
  finish(): Promise<void>;
  /** Cuts all connections. */
  cut(): void | Promise<void>;
}

/** A server. */
export interface Server {
  /** Where it answers, with a slash at the end. */
  readonly url: string;
  /** Accepts nothing more, and waits for the requests under way; cuts what is left after some milliseconds. */
  stop(milliseconds: number): Promise<void>;
}

interface BunRuntime {
  serve(options: {
    hostname: string;
    port: number;
    idleTimeout: number;
    development: boolean;
    fetch: Handler;
    error: () => Response;
  }): {
    readonly port: number;
    stop(cut?: boolean): Promise<void>;
  };
}

/** Seconds without a byte after which Bun closes a connection; more than a call of a store may take. */
const IDLE_SECONDS = 60;

const OWN_HOSTS: readonly string[] = ["127.0.0.1", "localhost", "::1", "0.0.0.0", "::"];

/**
 * Starts a server.
 *
 * @throws {Failure} When the address cannot be listened on
 */
export async function startServer(handler: Handler, address: Address): Promise<Server> {
  const server = await start(handler, address).catch((error: unknown) => {
    throw new Failure(refusal(error, address), { cause: error });
  });
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return {
    url: `http://${host}:${server.port}/`,
    async stop(milliseconds) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<"late">((resolve) => timer = setTimeout(() => resolve("late"), milliseconds));
      if (await Promise.race([server.finish(), late]) === "late") await server.cut();
      clearTimeout(timer);
    },
  };
}

// deno-lint-ignore require-await -- what Bun throws at once becomes a rejection
async function start(handler: Handler, { host, port }: Address): Promise<RunningServer> {
  const { Bun } = globalThis as { readonly Bun?: BunRuntime };
  // Deno has node:http, too, and its own server loses the bodies under way when it is told to finish.
  if (Bun === undefined) return startNodeServer(handler, { host, port });
  const server = Bun.serve({
    hostname: host,
    port,
    idleTimeout: IDLE_SECONDS,
    // Else its answer to a fault is a page with the source.
    development: false,
    // A host that is none makes a URL that is none.
    fetch: (request) => URL.canParse(request.url) ? handler(request) : new Response(null, { status: 400 }),
    error: () => new Response(null, { status: 500 }),
  });
  return { port: server.port, finish: () => server.stop(), cut: () => server.stop(true) };
}

function refusal(error: unknown, { host, port }: Address): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === "EADDRINUSE") {
    // Bun says the same when the host is not its own.
    const doubt = OWN_HOSTS.includes(host) ? "" : `, or ${host} is no address of this machine`;
    return `port ${port} of ${host} is in use${doubt}; choose another with --port`;
  }
  if (code === "EACCES") return `port ${port} of ${host} may not be used; choose one from 1024 with --port`;
  return `cannot listen on ${host}: ${typeof code === "string" ? code : message}; see --host and --port`;
}
