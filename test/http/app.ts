// The routes over an embedded database, one for each test file.
import { pgliteStore } from "../../src/pglite/mod.ts";
import { routes } from "../../src/http/mod.ts";
import type { Actor, Store } from "../../src/store.ts";

/** Routes with what is behind them. */
export interface TestApp {
  /** Where the rows are. */
  readonly store: Store;
  /** Sends a request with the credentials of an actor, or without. */
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  /** Creates an actor. */
  actor(fields?: Readonly<Record<string, string>>): Promise<Actor>;
}

/** What a request carries. */
export interface SendOptions {
  /** Whose credentials. */
  readonly as?: Actor;
  /** The body; what is no text or form becomes JSON. */
  readonly body?: unknown;
  /** Headers beside the credentials. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. */
  json(): unknown;
}

/** Opens the store and mounts the routes. */
export async function openApp(): Promise<TestApp> {
  const store = await pgliteStore();
  const app = routes(store);
  const send = async (method: string, path: string, options: SendOptions = {}) => {
    return await read(await app.request(path, requestInit(method, options)));
  };
  return {
    store,
    send,
    async actor(fields = {}) {
      const answer = await send("POST", "/", { body: fields });
      return answer.json() as Actor;
    },
  };
}

/** The parts of a request. */
export function requestInit(method: string, { as, body, headers = {} }: SendOptions): RequestInit {
  const all: Record<string, string> = { ...headers };
  if (as !== undefined) all.authorization = basic(`${as.creator}:${as.passphrase}`);
  const raw = body === undefined || typeof body === "string" || body instanceof Uint8Array || isForm(body);
  return {
    method,
    headers: all,
    ...(body === undefined ? {} : { body: (raw ? body : JSON.stringify(body)) as BodyInit }),
  };
}

/** Reads an answer to its end. */
export async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}

/** The header of HTTP basic authentication, for any text. */
export function basic(credentials: string): string {
  const bytes = new TextEncoder().encode(credentials);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function isForm(body: unknown): boolean {
  return body instanceof URLSearchParams || body instanceof FormData || body instanceof ReadableStream;
}
