// A node of ours and a node of the Python reference that trust and follow each other, and one of them is killed.
import { expect } from "bun:test";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Json } from "../../src/store.ts";
import { ownCommand, serve, terminate } from "../cli/program.ts";
import {
  ask,
  copied,
  createActor,
  followed,
  type Home,
  originals,
  type RunningNode,
  subscriptionAt,
} from "../http/followers.ts";
import { behaviours } from "../support/behaviour.ts";
import { freePort, start, untilListening } from "../support/processes.ts";
import { type SharedPlace, sharedPlace } from "./place.ts";
import { referencePython } from "./python.ts";

const behaviour = behaviours("interop nodes");
const program = fileURLToPath(new URL("./node.py", import.meta.url));
const MILLISECONDS = 300_000;
const CHANGES = 200;
const KILLED = 80;
const RESTARTED = 120;
const OPTIONS = ["--allow-private-peers", "--process-callbacks"];

/** A node that can be killed. */
interface MortalNode extends RunningNode {
  /** Without any warning. */
  kill(): Promise<void>;
  stop(): Promise<unknown>;
}

async function ourNode(place: SharedPlace, port = 0): Promise<MortalNode> {
  const node = await serve(ownCommand(), [...OPTIONS, "--port", String(port)], place.environment);
  return {
    url: node.url,
    complaints: () => node.complaints(),
    async kill() {
      node.signal("SIGKILL");
      await node.ended;
    },
    stop: () => terminate(node),
  };
}

async function referenceNode(place: SharedPlace, given = 0): Promise<MortalNode> {
  const port = given === 0 ? await freePort() : given;
  const env = { ...process.env, ...place.environment };
  const node = start(referencePython(), ["-u", program, String(port)], { env });
  await untilListening(port, node);
  return {
    url: `http://127.0.0.1:${port}/`,
    complaints: () => node.printed(),
    kill: () => node.stop("SIGKILL"),
    stop: () => node.stop(),
  };
}

/** The n-th change on either side: of properties, as a whole, and of items of a list. */
async function change(home: Home, n: number): Promise<void> {
  switch (n % 8) {
    case 0:
      return void await ask(home, "PUT", `/properties/p${n % 40}`, { n, part: { a: n, "ø": ["€", 1.5, true, null] } });
    case 1:
      return void await ask(home, "POST", "/properties", { [`q${n % 24}`]: `text ${n}`, r: n, s: [n] });
    case 2:
      return void await ask(home, "DELETE", `/properties/q${(n - 9 + 24) % 24}`);
    case 3:
      return void await ask(home, "PUT", "/properties/text", `plain ${n}`);
    case 4:
      if (n > 30) {
        const body = { action: "update", item_index: 0, item_value: { changed: n } };
        return void await ask(home, "POST", "/properties/list/items", body);
      }
      break;
    case 5:
      if (n > 30) {
        return void await ask(home, "POST", "/properties/list/items", { action: "delete", item_index: 1 });
      }
  }
  await ask(home, "POST", "/properties/list/items", { action: "add", item_value: { n } });
}

/** Makes the reference ask for what it missed. */
async function catchUp(home: Home, peerId: string): Promise<void> {
  const [node, { id }] = home;
  const { subscriptionid } = await subscriptionAt(home, peerId, true);
  const response = await fetch(`${node.url}catch-up/${id}/${peerId}/${subscriptionid}`, { method: "POST" });
  expect(await response.json()).toMatchObject({ success: true });
}

for (
  const { title, ours, theirs, weAsk } of [
    { title: "ours is killed and was asked", ours: "postgresql", theirs: "dynamodb", weAsk: false },
    { title: "the reference's is killed and was asked", ours: "dynamodb", theirs: "postgresql", weAsk: true },
  ] as const
) {
  behaviour(`each follows the other and both copies are equal at the end: ${title}`, async () => {
    const places = [await sharedPlace(ours, "node_ours"), await sharedPlace(theirs, "node_theirs")] as const;
    const nodes = [await ourNode(places[0]), await referenceNode(places[1])];
    try {
      const actors = [await createActor(nodes[0]!, "ann"), await createActor(nodes[1]!, "bob")] as const;
      const home = (index: number): Home => [nodes[index]!, actors[index]!];
      const [own, reference] = [0, 1];
      const peerOf = (index: number) => actors[1 - index]!.id;
      for (const index of [own, reference]) {
        await ask(home(index), "POST", "/properties", { before: "there", list: { _type: "list" } });
      }
      const [asking, asked] = weAsk ? [own, reference] : [reference, own];
      await ask(home(asking), "POST", "/trust", { url: nodes[asked]!.url + peerOf(asking), relationship: "friend" });
      await ask(home(asked), "PUT", `/trust/friend/${peerOf(asked)}`, { approved: true });
      for (const index of [own, reference]) {
        const body = { peerid: peerOf(index), target: "properties", granularity: index === own ? "low" : "high" };
        await ask(home(index), "POST", "/subscriptions", body);
      }
      await catchUp(home(reference), peerOf(reference));

      const mortal = weAsk ? reference : own;
      const port = Number(new URL(nodes[mortal]!.url).port);
      for (let n = 1; n <= CHANGES; n++) {
        if (n === KILLED) await nodes[mortal]!.kill();
        if (n === RESTARTED) {
          nodes[mortal] = await (mortal === own ? ourNode : referenceNode)(places[mortal]!, port);
          if (mortal === reference) await catchUp(home(reference), peerOf(reference));
        }
        await change(home(1 - mortal), n);
        if (n % 4 === 0 && (n < KILLED || n >= RESTARTED)) await change(home(mortal), n / 4);
      }
      await followed(home(own), home(reference));
      await followed(home(reference), home(own));

      for (const index of [own, reference]) {
        const original = await originals(home(1 - index));
        const store = places[index]!.open();
        const { timestamp: _, ...copy } = await copied(store, actors[index]!.id, peerOf(index));
        await store.close();
        expect(copy).toEqual(original);
        expect((original.list as Json[]).length).toBeGreaterThan(5);
      }
    } finally {
      for (const node of nodes) await node.stop();
      for (const place of places) await place.remove();
    }
  }, MILLISECONDS);
}
