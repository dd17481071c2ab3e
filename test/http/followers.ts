// Two nodes on two ports that follow each other, as their clients see them.
import { attributeListOf, attributeLists } from "../../src/lists/mod.ts";
import type { Actor, Json, Store } from "../../src/store.ts";
import { basic } from "./app.ts";

const FOLLOWED_MILLISECONDS = 60_000;

/** A node that runs as a process. */
export interface RunningNode {
  /** Its root, with a slash at its end. */
  readonly url: string;
  /** What it has complained about. */
  complaints(): string;
}

/** An actor on a node. */
export type Home = readonly [node: RunningNode, actor: Actor];

/** Sends a request with the actor's credentials; throws unless the answer is 2xx. */
export async function ask([node, actor]: Home, method: string, path: string, body?: unknown): Promise<Json> {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`${node.url}${actor.id}${path}`, {
    method,
    headers: {
      authorization: basic(`${actor.creator}:${actor.passphrase}`),
      ...(text === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(text === undefined ? {} : { body: text }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer} ${node.complaints()}`);
  return answer === "" ? null : JSON.parse(answer) as Json;
}

/** Creates an actor. */
export async function createActor(node: RunningNode, creator: string): Promise<Actor> {
  const response = await fetch(node.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ creator }),
  });
  return await response.json() as Actor;
}

/** The subscription of a follower to an original, as either side lists it. */
export async function subscriptionAt(
  home: Home,
  peerId: string,
  isFollower: boolean,
): Promise<{ readonly subscriptionid: string; readonly sequence: number }> {
  const { data } = await ask(home, "GET", `/subscriptions/${peerId}`) as unknown as {
    data: { callback: boolean; sequence: number; subscriptionid: string }[];
  };
  return data.find(({ callback }) => callback === isFollower)!;
}

/** Waits until a follower has processed all that there is. */
export async function followed(follower: Home, original: Home): Promise<void> {
  for (const started = Date.now();;) {
    const [here, there] = await Promise.all([
      subscriptionAt(follower, original[1].id, true),
      subscriptionAt(original, follower[1].id, false),
    ]);
    if (here.sequence === there.sequence) return;
    if (Date.now() - started > FOLLOWED_MILLISECONDS) {
      throw new Error(`at ${here.sequence} of ${there.sequence}: ${follower[0].complaints()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What an actor's copy of a peer holds. */
export async function copied(store: Store, actorId: string, peerId: string): Promise<Record<string, Json>> {
  const bucket = `remote:${peerId}`;
  const found: Record<string, Json> = {};
  for (const { name, data } of await store.attributes.bucket(actorId, bucket)) {
    if (!name.startsWith("list:")) found[name] = data;
  }
  for (const name of await attributeLists(store, actorId, bucket)) {
    found[name] = await attributeListOf(store, actorId, bucket, name).slice();
  }
  return found;
}

/** What an actor holds, in the form of a copy. */
export async function originals(home: Home): Promise<Record<string, Json>> {
  const all = await ask(home, "GET", "/properties?format=full") as Record<string, Json>;
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return [name, { value }];
      const { _list, items } = value as { _list?: Json; items?: Json };
      return [name, _list === true ? items! : value];
    }),
  );
}
