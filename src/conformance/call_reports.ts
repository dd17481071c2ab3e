/** Behaviours of what a call tells of itself: reports of requests, errors, and reads that may be a moment old. @module */

import type { StoreError } from "../errors.ts";
import type { Store, StoreRequest } from "../store.ts";
import { group } from "./case.ts";
import type { Check } from "./check.ts";
import { everyMethod } from "./every_method.ts";

/** Stands for whatever must not leak. */
const SECRET = "s3cr3t-va1ue";

/** The behaviours. */
export const callReports = group("call reports", {
  "every request of every method is reported under the method's name": async (_, check, world) => {
    const reports: StoreRequest[] = [];
    const store = await world.open({ onRequest: (request) => reports.push(request) });
    const id = world.id();
    for (const { operation, acceptable, call } of everyMethod) {
      if (operation === "attributes.purgeExpired") continue;
      reports.length = 0;
      await call(store, ...acceptable(id));
      check.true(reports.length > 0, `${operation} is reported`);
      for (const report of reports) checkReport(check, store, report, operation);
    }
  },

  "a report tells what reads and writes have cost": async (_, check, world) => {
    let reports: StoreRequest[] = [];
    const store = await world.open({ onRequest: (request) => reports.push(request) });
    const id = world.id();
    const cost = () => {
      const total = { capacity: 0, rows: 0 };
      for (const { consumedCapacity, rows } of reports) {
        total.capacity += consumedCapacity;
        total.rows += rows;
      }
      reports = [];
      return total;
    };
    await store.properties.set(id, "name", "value");
    const written = cost();
    await store.properties.setMany(id, Array.from({ length: 9 }, (_, index) => [`name ${index}`, "value"]));
    const many = cost();
    await store.properties.get(id, "name");
    const read = cost();
    await store.properties.all(id);
    const all = cost();
    if (store.backend === "dynamodb") {
      check.equal([written, many, read, all].map(({ capacity }) => capacity), [1, 9, 1, 1]);
      check.equal([written, many, read, all].map(({ rows }) => rows), [0, 0, 0, 0]);
    } else if (store.backend === "postgresql") {
      check.equal([written, many, read, all].map(({ rows }) => rows), [1, 9, 1, 10]);
      check.equal([written, many, read, all].map(({ capacity }) => capacity), [0, 0, 0, 0]);
    }
  },

  "each page of a walk is reported by itself": async (_, check, world) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    const id = world.id();
    await store.attributes.setMany(id, "bucket", [["a", 1], ["b", 2], ["c", 3]]);
    let pages = 0;
    for await (const _page of store.attributes.pages(id, { limit: 2 })) {
      if (pages === 0) requests = 1;
      check.equal(requests, ++pages);
    }
    check.equal(pages, 2);
  },

  "a report that throws, now or later, harms nothing": async (_, check, world) => {
    const hooks = [
      () => {
        throw new Error("in the report");
      },
      () => Promise.reject(new Error("later in the report")),
    ];
    for (const onRequest of hooks) {
      const store = await world.open({ onRequest });
      const id = world.id();
      await store.properties.set(id, "name", "value");
      check.equal(await store.properties.get(id, "name"), "value");
      check.equal(await store.attributes.createIfAbsent(id, "bucket", "name", 1), true);
      check.equal(await store.attributes.createIfAbsent(id, "bucket", "name", 1), false);
      await check.refused(store.attributes.set(id, "bucket:name", "a", "\0"), "invalid");
      for await (const { items } of store.properties.pages(id)) check.equal(items.length, 1);
      await store.close();
    }
  },

  "a report can make calls of its own": async (_, check, world) => {
    const id = world.id();
    const inner: Promise<unknown>[] = [];
    const store: Store = await world.open({
      onRequest: ({ operation }) => {
        if (operation === "properties.get") inner.push(store.attributes.set(id, "log", "last", operation));
      },
    });
    check.null(await store.properties.get(id, "name"));
    await Promise.all(inner);
    check.equal((await store.attributes.get(id, "log", "last"))?.data, "properties.get");
  },

  "no refusal tells a value or a secret": async (store, check, world) => {
    const id = world.id();
    const bad = `${SECRET}\0`;
    const long = SECRET.repeat(100);
    const trust = { peerId: "peer", baseUri: "", type: "", relationship: "", secret: SECRET };
    const refusals = [
      store.actors.createIfAbsent({ id, creator: "ada", passphrase: bad }),
      store.actors.update(id, { passphrase: bad }),
      store.properties.set(id, "name", bad),
      store.properties.set(id, "email", SECRET.repeat(300)),
      store.properties.set(id, long, SECRET),
      store.properties.setIfEquals(id, "name", SECRET, ""),
      store.properties.pages(id, { cursor: SECRET })[Symbol.asyncIterator]().next(),
      store.lookups.get(SECRET, SECRET),
      store.lookups.get("email", bad),
      store.trusts.getBySecret(id, bad),
      store.trusts.getBySecret(id, long),
      store.trusts.createIfAbsent(id, { ...trust, secret: long }),
      store.trusts.createIfAbsent(id, { ...trust, clientName: bad }),
      store.trusts.update(id, "peer", { [SECRET]: SECRET } as Readonly<Record<string, unknown>>),
      store.trusts.touch(id, "peer", { at: SECRET }),
      store.attributes.set(id, "bucket", "name", { a: bad }),
      store.attributes.set(id, "bucket", "name", { [bad]: 1 }),
      store.attributes.setIfEquals(id, "bucket", "name", { a: bad }, 1),
      store.attributes.set(id, "bucket", "name", 1, { timestamp: SECRET }),
      store.diffs.append(id, "peer", "subscription", bad),
    ];
    for (const error of await refused(check, refusals)) checkSilence(check, error);
  },

  "no fault on the way tells a value or a secret": async (store, check, world) => {
    const id = world.id();
    await store.attributes.set(id, "x", "y:z", SECRET);
    const controller = new AbortController();
    const { signal } = controller;
    const calling = [
      store.attributes.set(id, "x:y", "z", SECRET),
      ...Array.from({ length: 20 }, () => store.properties.set(id, SECRET, SECRET, { timeout: 0.01 })),
      ...Array.from({ length: 20 }, () => store.attributes.set(id, SECRET, SECRET, SECRET, { signal })),
    ];
    controller.abort();
    const closed = await world.open();
    await closed.close();
    const outcomes = await Promise.allSettled([...calling, closed.properties.set(id, SECRET, SECRET)]);
    const errors = outcomes.flatMap((outcome) => outcome.status === "rejected" ? [outcome.reason as StoreError] : []);
    check.true(errors.some(({ code }) => code === "conflict"), "conflict");
    check.true(errors.some(({ code }) => code === "closed"), "closed");
    for (const error of errors) checkSilence(check, error);
  },

  "a read that may be a moment old is taken by every method that reads": async (store, check, world) => {
    const id = world.id();
    for (const { operation, acceptable, call } of everyMethod) {
      if (!/\.(get|getMany|all|pages|range|rangeNames|last|prefix|first|bucket|has|timestamps)$/.test(operation)) {
        continue;
      }
      await call(store, ...acceptable(id), { consistent: false });
    }
    await store.properties.setMany(id, [["a", "1"], ["b", "2"]]);
    await store.attributes.set(id, "bucket", "name", 1);
    const old = { consistent: false };
    await soon(check, () => store.properties.get(id, "a", old), "1");
    await soon(check, async () => [...await store.properties.getMany(id, ["a", "b"], old)].length, 2);
    await soon(check, () => store.properties.rangeNames(id, "a", "b", old), ["a", "b"]);
    await soon(check, async () => (await store.properties.last(id, "a", "b", old))?.name ?? null, "b");
    await soon(check, async () => (await store.attributes.bucket(id, "bucket", old)).length, 1);
    await soon(check, async () => (await store.attributes.get(id, "bucket", "name", old))?.data ?? null, 1);
  },

  "a read that may be a moment old costs half on DynamoDB": async (_, check, world) => {
    let capacity = 0;
    const store = await world.open({ onRequest: ({ consumedCapacity }) => capacity += consumedCapacity });
    const id = world.id();
    await store.properties.set(id, "name", "value");
    const costs: number[] = [];
    for (const consistent of [true, false]) {
      capacity = 0;
      await store.properties.get(id, "name", { consistent });
      costs.push(capacity);
    }
    check.equal(costs, store.backend === "dynamodb" ? [1, 0.5] : [0, 0]);
  },
});

/** Whether a report is complete and says nothing that the backend does not know. */
function checkReport(check: Check, store: Store, report: StoreRequest, operation: string): void {
  const { request, attempt, milliseconds, error, consumedCapacity, rows } = report;
  check.equal(report.operation, operation);
  check.true(request.length > 0 && attempt === 1, `${operation} ${request} ${attempt}`);
  check.true(Number.isFinite(milliseconds) && milliseconds >= 0, `${operation} took ${milliseconds} ms`);
  // That a condition did not hold is an answer, which DynamoDB gives as an error.
  check.true(error === null || error === "ConditionalCheckFailedException", `${operation} reported ${error}`);
  check.true(consumedCapacity >= 0 && rows >= 0, `${operation} cost ${consumedCapacity} and ${rows}`);
  check.equal(store.backend === "dynamodb" ? rows : consumedCapacity, 0, operation);
}

/** Nothing that a console, a log or an answer shows of an error tells the value. */
function checkSilence(check: Check, error: StoreError): void {
  const inspect =
    (error as unknown as Record<symbol, (() => string) | undefined>)[Symbol.for("nodejs.util.inspect.custom")];
  const shown = [error.message, String(error), JSON.stringify(error), error.stack ?? "", inspect?.call(error) ?? ""];
  for (const text of shown) if (text.includes(SECRET)) check.fail(`a ${error.code} error tells a value: ${text}`);
}

async function refused(check: Check, calling: readonly Promise<unknown>[]): Promise<StoreError[]> {
  const outcomes = await Promise.allSettled(calling);
  return outcomes.map((outcome, index) => {
    return outcome.status === "rejected" ? outcome.reason as StoreError : check.fail(`call ${index} was not refused`);
  });
}

/** Reads until the answer is no longer old. */
async function soon(check: Check, read: () => Promise<unknown>, expected: unknown): Promise<void> {
  for (let tries = 50;; tries--) {
    const found = await read();
    if (tries === 1 || JSON.stringify(found) === JSON.stringify(expected)) return check.equal(found, expected);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
