// Both databases: the Python library in a process of its own, and the store, on the same tables.
import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type BackendName, BACKENDS, sharedPlace } from "../test/interop/place.ts";
import { referencePython } from "../test/interop/python.ts";
import type { Store } from "../src/store.ts";
import { postgresqlStore } from "../src/postgresql/mod.ts";
import { postgresqlUrl } from "../test/support/stores.ts";
import { measure, type Rounds, type Side } from "./rounds.ts";
import { VALUE } from "./ways.ts";
import { options, print } from "./work.ts";

const ROWS = 1_000;
const ERASED_PROPERTIES = 100;
const ACTOR = "edge";
const program = fileURLToPath(new URL("./reference.py", import.meta.url));

/** The Python library, measuring itself. */
function startReference(environment: Readonly<Record<string, string>>) {
  const child = spawn(referencePython(), ["-u", program], {
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface({ input: child.stdout })
    [Symbol.asyncIterator]();
  return {
    async rate(
      call: string,
      { parallel, slice: milliseconds }: Rounds,
    ): Promise<number> {
      child.stdin.write(
        `${JSON.stringify({ call, parallel, milliseconds })}\n`,
      );
      const answer = await answers.next();
      if (answer.done) throw new Error("the Python library has ended");
      return Number(answer.value);
    },
    close: () => child.stdin.end(),
  };
}

/** The same calls of the store. */
async function callsOf(
  store: Store,
): Promise<Record<string, () => Promise<unknown>>> {
  let turn = 0;
  for (let row = 0; row < ROWS; row++) {
    await store.properties.set(ACTOR, `name ${row}`, VALUE);
    await store.attributes.set(ACTOR, "bucket", `swapped ${row}`, { a: 1 });
  }
  for (let index = 0; index < 64; index++) {
    await store.actors.createIfAbsent({
      id: `${ACTOR} ${index}`,
      creator: "me",
      passphrase: "secret",
    });
    await store.subscriptions.createIfAbsent(ACTOR, {
      peerId: "peer",
      subscriptionId: `s${index}`,
      target: "properties",
    });
  }
  return {
    get: () => store.properties.get(ACTOR, `name ${turn++ % ROWS}`),
    set: () => store.properties.set(ACTOR, `name ${turn++ % ROWS}`, VALUE),
    "set, indexed": () =>
      store.properties.set(
        `${ACTOR} ${turn++ % 64}`,
        "email",
        `${turn}@edge.example`,
      ),
    "swap of an attribute": () =>
      store.attributes.setIfEquals(
        ACTOR,
        "bucket",
        `swapped ${turn++ % ROWS}`,
        { a: 1 },
        { a: 1 },
      ),
    "append a diff": () => store.diffs.append(ACTOR, "peer", `s${turn++ % 64}`, '{"name": "value"}'),
  };
}

/** Actors a second that are erased with all they own; making them does not count. */
function erasing(store: Store): (rounds: Rounds) => Promise<number> {
  let turn = 0;
  const names = Array.from(
    { length: ERASED_PROPERTIES },
    (_, index) => [`name ${index}`, VALUE] as const,
  );
  return async ({ parallel }) => {
    const doomed = Array.from(
      { length: Math.max(parallel, 2) },
      () => `erased ${turn++}`,
    );
    for (const id of doomed) {
      await store.actors.createIfAbsent({
        id,
        creator: "me",
        passphrase: "secret",
      });
      await store.properties.setMany(id, names);
    }
    const started = performance.now();
    if (parallel > 1) {
      await Promise.all(doomed.map((id) => store.actors.erase(id)));
    } else for (const id of doomed) await store.actors.erase(id);
    return doomed.length / ((performance.now() - started) / 1000);
  };
}

async function compare(backend: BackendName): Promise<void> {
  const place = await sharedPlace(backend, "bench");
  const reference = startReference({
    ...place.environment,
    PG_POOL_MAX_SIZE: "10",
  });
  // The store's own number of connections, which is also the reference's.
  const store = backend === "dynamodb" ? place.open() : postgresqlStore({ url: postgresqlUrl(), schema: place.name });
  try {
    const calls = await callsOf(store);
    const erase = erasing(store);
    for (const parallel of [1, 16]) {
      for (const call of [...Object.keys(calls), "erase"]) {
        const ours: Side = call === "erase"
          ? { name: "actingweb-edge", measure: erase }
          : { name: "actingweb-edge", run: calls[call]! };
        const theirs: Side = {
          name: "the reference",
          measure: (rounds) => reference.rate(call, rounds),
        };
        const group = `Python: ${backend === "dynamodb" ? "DynamoDB" : "PostgreSQL"}`;
        print({
          group,
          call,
          parallel,
          sides: await measure([theirs, ours], { ...options(), parallel }),
        });
      }
    }
  } finally {
    reference.close();
    await store.close();
    await place.remove();
  }
}

for (const backend of BACKENDS) await compare(backend);
process.exit(0);
