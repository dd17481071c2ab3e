// Two nodes as processes, one on PGlite and one on DynamoDB: they trust and follow each other, and one is killed.
import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dynamodbStore } from "../../src/dynamodb/mod.ts";
import { attributeListOf, attributeLists } from "../../src/lists/mod.ts";
import { pgliteStore } from "../../src/pglite/mod.ts";
import type { Actor, Json, Store } from "../../src/store.ts";
import { ownCommand, type Program, serve, terminate } from "../cli/program.ts";
import { basic } from "../http/app.ts";
import { behaviours } from "../support/behaviour.ts";
import { dynamodbConnection, removeTables, uniqueName } from "../support/stores.ts";

const behaviour = behaviours("two nodes");
const MILLISECONDS = 300_000;
const CHANGES = 200;
const FOLLOWED_MILLISECONDS = 60_000;
const OPTIONS = ["--allow-private-peers", "--process-callbacks"];

type Running = Program & { readonly url: string };

async function ask(node: Running, actor: Actor, method: string, path: string, body?: unknown): Promise<Json> {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`${node.url}${actor.id}${path}`, {
    method,
    headers: { authorization: basic(`${actor.creator}:${actor.passphrase}`) },
    ...(text === undefined ? {} : { body: text }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
  return answer === "" ? null : JSON.parse(answer) as Json;
}

async function create(node: Running, creator: string): Promise<Actor> {
  const response = await fetch(node.url, { method: "POST", body: JSON.stringify({ creator }) });
  return await response.json() as Actor;
}

/** The n-th change, of a property, a part of one, or a list. */
async function change(node: Running, actor: Actor, n: number): Promise<void> {
  switch (n % 8) {
    case 0:
      return void await ask(node, actor, "PUT", `/properties/p${n % 40}`, JSON.stringify({ n, part: { a: n } }));
    case 1:
      return void await ask(node, actor, "PUT", `/properties/p${(n - 1) % 40}/part/b`, String(n));
    case 2:
      return void await ask(node, actor, "POST", "/properties", { [`q${n % 24}`]: `text ${n}`, r: n });
    case 3:
      return void await ask(node, actor, "DELETE", `/properties/q${(n - 9) % 24}`);
    case 4:
      return void await ask(node, actor, "PUT", "/properties/text", `plain ${n}`);
    case 7:
      if (n > 30) return void await ask(node, actor, "DELETE", "/properties/list/1");
  }
  if (n % 8 === 6 && n > 30) return void await ask(node, actor, "PUT", "/properties/list/0", { changed: n });
  await ask(node, actor, "POST", "/properties/list", { n });
}

/** Waits until a follower has processed all that there is. */
async function followed(
  [node, actor]: readonly [Running, Actor],
  [source, original]: readonly [Running, Actor],
): Promise<void> {
  const numbers = async (at: Running, who: Actor, peer: Actor, mine: boolean) => {
    const { data } = await ask(at, who, "GET", `/subscriptions/${peer.id}`) as unknown as {
      data: { callback: boolean; sequence: number }[];
    };
    return data.find(({ callback }) => callback === mine)!.sequence;
  };
  for (const started = Date.now();;) {
    const [here, there] = await Promise.all([
      numbers(node, actor, original, true),
      numbers(source, original, actor, false),
    ]);
    if (here === there) return;
    if (Date.now() - started > FOLLOWED_MILLISECONDS) throw new Error(`at ${here} of ${there}: ${node.complaints()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function copied(store: Store, actorId: string, peerId: string): Promise<Record<string, Json>> {
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

async function original(node: Running, actor: Actor): Promise<Record<string, Json>> {
  const all = await ask(node, actor, "GET", "/properties?format=full") as Record<string, Json>;
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return [name, { value }];
      const { _list, items } = value as { _list?: Json; items?: Json };
      return [name, _list === true ? items! : value];
    }),
  );
}

behaviour("each follows the other through a kill and a restart, and both copies are equal at the end", async () => {
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-nodes-"));
  const prefix = uniqueName("two_nodes");
  const { endpoint, region, credentials } = dynamodbConnection();
  const environment = {
    DATABASE_BACKEND: "dynamodb",
    AWS_DB_HOST: endpoint,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DB_PREFIX: prefix,
  };
  const onFolder = ["--data", join(folder, "data"), ...OPTIONS];
  try {
    let one = await serve(ownCommand(), onFolder);
    const two = await serve(ownCommand(), OPTIONS, environment);
    const [ann, bob] = [await create(one, "ann"), await create(two, "bob")];
    await ask(two, bob, "POST", "/properties", { before: "there", list: { _type: "list" } });

    await ask(one, ann, "POST", "/trust", { url: two.url + bob.id, relationship: "partner" });
    await ask(two, bob, "PUT", `/trust/partner/${ann.id}`, { approved: true });
    await ask(one, ann, "POST", "/subscriptions", { peerid: bob.id, target: "properties", granularity: "high" });
    await ask(two, bob, "POST", "/subscriptions", { peerid: ann.id, target: "properties", granularity: "low" });

    const port = new URL(one.url).port;
    for (let n = 1; n <= CHANGES; n++) {
      if (n === 80) {
        one.signal("SIGKILL");
        await one.ended;
      }
      if (n === 120) one = await serve(ownCommand(), [...onFolder, "--port", port]);
      await change(two, bob, n);
      if (n % 10 === 0 && (n < 80 || n >= 120)) await ask(one, ann, "PUT", `/properties/a${n}`, String(n));
    }
    await followed([one, ann], [two, bob]);
    await followed([two, bob], [one, ann]);
    const [ofBob, ofAnn] = [await original(two, bob), await original(one, ann)];
    expect(await terminate(one)).toBe(0);
    expect(await terminate(two)).toBe(0);

    const first = await pgliteStore({ folder: join(folder, "data") });
    expect(await copied(first, ann.id, bob.id)).toEqual(ofBob);
    expect((ofBob.list as Json[]).length).toBeGreaterThan(5);
    await first.close();
    const second = dynamodbStore({ endpoint, region, credentials, prefix });
    expect(await copied(second, bob.id, ann.id)).toEqual(ofAnn);
    await second.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await removeTables(prefix);
  }
}, MILLISECONDS);
