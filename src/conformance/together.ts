/** Behaviours of rows that are read together. @module */

import { group, stopped } from "./case.ts";

const AT = "2026-01-02T03:04:05.678901Z";

/** The behaviours. */
export const together = group("together", {
  "single rows of all parts read together are what each is alone": async (store, check, world) => {
    const id = world.id();
    const row = { peerId: "peer", baseUri: "https://peer", type: "urn:a" };
    await Promise.all([
      store.actors.createIfAbsent({ id, creator: "ada", passphrase: "word" }),
      store.properties.setMany(id, [["a", "1"], ["b", "2"]]),
      store.trusts.createIfAbsent(id, { ...row, relationship: "friend", secret: world.id("secret") }),
      store.peerTrustees.createIfAbsent(id, { ...row, passphrase: "secret" }),
      store.subscriptions.createIfAbsent(id, { peerId: "peer", subscriptionId: "s", target: "properties" }),
      store.diffs.createIfAbsent(id, { subscriptionId: "s", sequence: 3, timestamp: AT, data: "{}" }),
      store.suspensions.createIfAbsent(id, "properties", "a"),
      store.attributes.set(id, "bucket", "name", { b: 2, a: [1] }),
    ]);
    const reads = () => [
      store.actors.get(id),
      store.actors.get(`${id}x`),
      store.properties.get(id, "a"),
      store.properties.get(id, "c"),
      store.properties.getMany(id, ["c", "b", "a"]),
      store.trusts.get(id, "peer"),
      store.trusts.get(id, "other"),
      store.peerTrustees.get(id, "peer"),
      store.subscriptions.get(id, "peer", "s"),
      store.subscriptions.get(id, "peer", "t"),
      store.diffs.get(id, "s", 3),
      store.diffs.get(id, "s", 4),
      store.suspensions.has(id, "properties", "a"),
      store.suspensions.has(id, "properties", "b"),
      store.attributes.get(id, "bucket", "name"),
      store.attributes.get(id, "bucket", "other"),
    ];
    const alone = [];
    for (const read of reads()) alone.push(await read);
    check.equal(await store.together(() => Promise.all<unknown>(reads())), alone);
    check.equal(alone.filter((each) => each === null || each === false).length, 7, "absent ones");
  },

  "rows read together are one request on DynamoDB, also with one row asked for twice": async (_, check, world) => {
    const requests: string[] = [];
    const store = await world.open({ now: stopped, onRequest: ({ request }) => void requests.push(request) });
    const id = world.id();
    await store.properties.set(id, "a", "1");
    requests.length = 0;
    const found = await store.together(() =>
      Promise.all([
        store.actors.get(id),
        store.properties.get(id, "a"),
        store.properties.getMany(id, ["a", "b"]),
        store.suspensions.has(id, "properties", "a"),
        store.attributes.get(id, "bucket", "name"),
      ])
    );
    check.equal(found, [null, "1", new Map([["a", "1"]]), false, null]);
    if (store.backend === "dynamodb") check.equal(requests, ["BatchGetItem"]);
    else check.equal(requests.length, 5);
  },

  "what is no read of single rows is done as ever": async (store, check, world) => {
    const id = world.id();
    await store.properties.setMany(id, [["a", "1"], ["b", "2"]]);
    const [, created, all, a] = await store.together(() =>
      Promise.all([
        store.properties.set(id, "c", "3"),
        store.properties.createIfAbsent(id, "a", "4"),
        store.properties.range(id, "a", "b"),
        store.properties.get(id, "a"),
      ])
    );
    check.equal([created, all.length, a], [false, 2, "1"]);
    check.equal(await store.properties.get(id, "c"), "3");
  },

  "one among them that is refused leaves the others": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "a", "1");
    const [refused, read] = store.together(() => [store.properties.get(id, ""), store.properties.get(id, "a")]);
    await check.refused(refused!, "invalid", "name");
    check.equal(await read, "1");
  },

  "reads see every earlier write, and what is asked for later is read later": async (store, check, world) => {
    const id = world.id();
    for (let number = 1; number <= 5; number++) {
      await store.properties.set(id, "a", `${number}`);
      const [first, second] = store.together(() => {
        const first = store.properties.get(id, "a");
        return [first, first.then(() => store.properties.get(id, "a"))];
      });
      check.equal([await first, await second], [`${number}`, `${number}`]);
    }
  },

  "any number of rows can be read together": async (store, check, world) => {
    const id = world.id();
    const names = Array.from({ length: 230 }, (_, index) => `name ${index + 100}`);
    await store.properties.setMany(id, names.map((name) => [name, name]));
    const read = () => Promise.all(names.map((name) => store.properties.get(id, name)));
    check.equal(await store.together(read), names);
    check.equal(await store.together(() => store.together(read)), names);
    check.equal(store.together(() => 1), 1);
  },

  "what the function throws is thrown, and its reads end": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "a", "1");
    const begun: Promise<unknown>[] = [];
    try {
      store.together(() => {
        begun.push(store.properties.get(id, "a"), store.actors.get(id));
        throw new RangeError("none of ours");
      });
      check.fail("expected it to throw");
    } catch (error) {
      check.true(error instanceof RangeError, "the same error");
    }
    check.equal(await Promise.all(begun), ["1", null]);
    check.equal(await store.properties.get(id, "a"), "1");
  },

  "a signal that was aborted before refuses its own read alone": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "a", "1");
    const [refused, read] = store.together(() => [
      store.properties.get(id, "a", { signal: AbortSignal.abort() }),
      store.properties.get(id, "a", { signal: new AbortController().signal }),
    ]);
    await check.refused(refused!, "aborted");
    check.equal(await read, "1");
  },

  "only a function can say what is to be read": async (store, check) => {
    await check.refused(Promise.resolve().then(() => store.together("reads" as never)), "invalid", "reads");
  },
});
