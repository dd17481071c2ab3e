// Several nodes that reach each other by name, without sockets.
import { routes, type RoutesOptions } from "../../src/http/mod.ts";
import type { Actor, Store, StoreOptions } from "../../src/store.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { type Answer, read, requestInit, type SendOptions } from "./app.ts";

/** What a request carries; a peer's secret instead of credentials. */
export interface NodeOptions extends SendOptions {
  /** Secret of a relationship. */
  readonly secret?: string;
}

/** A node. */
export interface Node {
  readonly url: string;
  readonly store: Store;
  /** Faults that were reported. */
  readonly faults: unknown[];
  /** What the network has carried to it: method and path. */
  readonly received: string[];
  send(method: string, path: string, options?: NodeOptions): Promise<Answer>;
  actor(fields?: Readonly<Record<string, string>>): Promise<Actor>;
}

/** A network. */
export interface Network {
  /** Adds a node, e.g. `one` as `https://one.example/`. */
  node(name: string, options?: RoutesOptions, store?: Store | StoreOptions): Node;
  /** Waits for all that goes on after answers. */
  settled(): Promise<void>;
  /** Carries a request to the node whose name its host begins with. */
  fetch(request: Request): Promise<Response>;
  /** Names of nodes that do not answer. */
  readonly down: Set<string>;
}

type App = ReturnType<typeof routes>;

/** An empty network. */
export function openNetwork(): Network {
  const apps = new Map<string, { app: App; received: string[] }>();
  const pending = new Set<Promise<unknown>>();
  const down = new Set<string>();
  const waitUntil = (work: Promise<unknown>) => {
    pending.add(work);
    void work.finally(() => pending.delete(work));
  };
  const fetch = async (request: Request): Promise<Response> => {
    const { host, pathname, search } = new URL(request.url);
    const name = host.replace(/\.example$/, "");
    const target = apps.get(name);
    if (target === undefined || down.has(name)) throw new TypeError("connection refused");
    target.received.push(`${request.method} ${pathname}${search}`);
    return await target.app.fetch(request);
  };
  return {
    down,
    fetch,
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
    node(name, options = {}, given = {}) {
      const store = "properties" in given ? given : memoryStore(given);
      const faults: unknown[] = [];
      const received: string[] = [];
      const url = `https://${name}.example/`;
      const onFault = (fault: unknown) => void faults.push(fault);
      const app = routes(store, { baseUrl: url, fetch, waitUntil, onFault, ...options });
      apps.set(name, { app, received });
      const send = async (method: string, path: string, { secret, ...rest }: NodeOptions = {}) => {
        const headers = { ...rest.headers, ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }) };
        return await read(await app.request(`${url}${path}`, requestInit(method, { ...rest, headers })));
      };
      return {
        url,
        store,
        faults,
        received,
        send,
        actor: async (fields = {}) => (await send("POST", "", { body: fields })).json() as Actor,
      };
    },
  };
}

/** Two actors on two nodes, and the relationship that the first has asked the second for. */
export interface Pair {
  readonly network: Network;
  readonly one: Node;
  readonly two: Node;
  readonly ann: Actor;
  readonly bob: Actor;
  /** The secret of both. */
  readonly secret: string;
}

/** Makes a pair; `ann` on `one` asks, and `bob` on `two` approves unless told not to. */
export async function openPair(
  { relationship = "friend", approved = true, one: first = {}, two: second = {} }: {
    readonly relationship?: string;
    readonly approved?: boolean;
    readonly one?: RoutesOptions;
    readonly two?: RoutesOptions;
  } = {},
): Promise<Pair> {
  const network = openNetwork();
  const one = network.node("one", first);
  const two = network.node("two", second);
  const ann = await one.actor({ creator: "ann" });
  const bob = await two.actor({ creator: "bob" });
  const answer = await one.send("POST", `${ann.id}/trust`, {
    as: ann,
    body: { url: two.url + bob.id, relationship },
  });
  if (answer.status !== 201) throw new Error(`no relationship: ${answer.text}`);
  const { secret } = answer.json() as { secret: string };
  if (approved) {
    const path = `${bob.id}/trust/${relationship}/${ann.id}`;
    const { status, text } = await two.send("PUT", path, { as: bob, body: { approved: true } });
    if (status !== 204) throw new Error(`not approved: ${text}`);
  }
  return { network, one, two, ann, bob, secret };
}
