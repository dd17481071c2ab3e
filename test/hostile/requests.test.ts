// Requests that no client of ours would send: every method and path, with hostile names, headers and bodies.
import { expect } from "bun:test";
import fc from "fast-check";
import { type RequestEntry, routes, type RoutesOptions } from "../../src/http/mod.ts";
import { PeerError } from "../../src/http/peers.ts";
import type { Actor, Store } from "../../src/store.ts";
import { type Answer, basic, read } from "../http/app.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { fuzz, FUZZ_MILLISECONDS, inTime } from "./fuzz.ts";
import { hostileJson, hostileText, INJECTIONS, OBJECT_NAMES, pollution } from "./values.ts";

const behaviour = behaviours("hostile requests");

const SECRET = "the-peers-secret";
const ann: Actor = { id: "a1", creator: "ann", passphrase: "secret-passphrase" };

interface Target {
  readonly store: Store;
  /** Faults that were answered with a status from 500. */
  readonly faults: unknown[];
  readonly entries: RequestEntry[];
  send(method: string, path: string, init?: RequestInit): Promise<Answer>;
}

/** A node with an actor, a list and an approved peer that is nowhere. */
async function openTarget(options: RoutesOptions = {}): Promise<Target> {
  const store = memoryStore();
  const faults: unknown[] = [];
  const entries: RequestEntry[] = [];
  const app = routes(store, {
    processCallbacks: true,
    // That the peer is nowhere is no fault of a request.
    onFault: (fault) => void (fault instanceof PeerError || faults.push(fault)),
    onRequest: (entry) => void entries.push(entry),
    fetch: () => Promise.reject(new TypeError("nobody is there")),
    ...options,
  });
  await store.actors.createIfAbsent(ann);
  await store.trusts.createIfAbsent(ann.id, {
    peerId: "p1",
    baseUri: "https://peer.example/p1",
    type: "urn:x",
    relationship: "friend",
    secret: SECRET,
    approved: true,
    peerApproved: true,
  });
  await store.subscriptions.createIfAbsent(ann.id, { peerId: "p1", subscriptionId: "s1", target: "properties" });
  await store.subscriptions.createIfAbsent(ann.id, {
    peerId: "p1",
    subscriptionId: "s2",
    target: "properties",
    callback: true,
  });
  const send = async (method: string, path: string, init: RequestInit = {}) => {
    return await read(await app.fetch(new Request(`https://node.example${path}`, { method, ...init })));
  };
  const headers = { authorization: basic("ann:secret-passphrase") };
  const body = JSON.stringify({ list: { _type: "list" }, object: { a: { b: 1 } }, text: "x" });
  expect((await send("POST", "/a1/properties", { body, headers })).status).toBe(201);
  return { store, faults, entries, send };
}

const known = fc.constantFrom(
  "a1",
  "p1",
  "s1",
  "s2",
  "friend",
  "trustee",
  "list",
  "object",
  "text",
  "items",
  "metadata",
  "permissions",
  "subscriptions",
  "shared_properties",
  "0",
  "1",
  "-1",
  "99999999999999999999",
  "1e3",
);
const hostileName = fc.oneof(
  known,
  hostileText.filter((text) => text.isWellFormed() && text.length < 3_000).map(encodeURIComponent),
  fc.constantFrom("%", "%zz", "%c0%ae", "%00", "%ff", "..", "%2e%2e", "%2F", "%5c", "a;b", "a%0d%0ab", "//", ""),
);
const path = fc.tuple(
  fc.constantFrom(
    "",
    "/a1",
    "/a1/properties",
    "/a1/trust",
    "/a1/trust/friend",
    "/a1/trust/friend/p1",
    "/a1/trust/friend/p1/permissions",
    "/a1/subscriptions",
    "/a1/subscriptions/p1",
    "/a1/subscriptions/p1/s1",
    "/a1/callbacks/subscriptions/p1/s2",
    "/a1/callbacks/permissions/p1",
    "/a1/permissions",
    "/a1/meta",
    "/a1/properties/list",
    "/a1/properties/object",
  ),
  fc.array(hostileName, { maxLength: 3 }),
  fc.oneof(
    { weight: 3, arbitrary: fc.constant("") },
    fc.tuple(
      fc.constantFrom(
        "index",
        "format",
        "metadata",
        "_method",
        "peer",
        "permissions",
        "relationship",
        "__proto__",
        "x",
      ),
      hostileName,
    ).map(([name, value]) => `?${name}=${value}`),
  ),
).map(([start, names, query]) => `${[start, ...names].join("/") || "/"}${query}`);

const headerText = fc.oneof(
  hostileText,
  fc.constantFrom(...INJECTIONS),
  fc.constantFrom("*/*", "application/json", "text/html;q=x", "bytes=0-", "a".repeat(5_000)),
).map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "").trim());

const authorization = fc.oneof(
  { weight: 6, arbitrary: fc.constant(basic("ann:secret-passphrase")) },
  { weight: 4, arbitrary: fc.constant(`Bearer ${SECRET}`) },
  { weight: 1, arbitrary: headerText.map((text) => `Bearer ${text}`) },
  { weight: 1, arbitrary: hostileText.filter((text) => text.isWellFormed() && text.length < 9_000).map(basic) },
  { weight: 1, arbitrary: headerText.map((text) => `Basic ${text}`) },
  { weight: 1, arbitrary: headerText },
);

const fields = fc.constantFrom(
  "url",
  "relationship",
  "type",
  "desc",
  "baseuri",
  "id",
  "secret",
  "verify",
  "approved",
  "creator",
  "passphrase",
  "trustee_root",
  "target",
  "subtarget",
  "resource",
  "granularity",
  "sequence",
  "data",
  "action",
  "item_index",
  "item_value",
  "items",
  "index",
  "_type",
  "permissions",
  "properties",
  "peerid",
  ...OBJECT_NAMES,
);
const near = fc.constantFrom<unknown>("https://peer.example/x", "https://127.0.0.1/", "urn:x", "friend", "p1", "list");
const body = fc.oneof(
  fc.dictionary(fields, fc.oneof(near, hostileJson), { maxKeys: 5 }).map((given) => JSON.stringify(given)),
  hostileJson.map((given) => JSON.stringify(given)),
  hostileText,
  fc.dictionary(fields, hostileText, { maxKeys: 3 }).map((given) => {
    return new URLSearchParams(Object.entries(given)).toString();
  }),
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom(
    "{",
    '{"a":1,"a":2}',
    '{"a":1e999}',
    '{"sequence":1e999}',
    `[${"9".repeat(20_000)}]`,
    '"\\ud800"',
    '{"\\u0000":"\\u0000"}',
    "[".repeat(100_000),
    `${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}`,
    `${"[".repeat(600)}12345678901234567890${"]".repeat(600)}`,
    `{"a":"int${"x".repeat(300_000)}","b":1234567890123456789}`,
    `--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n`,
  ),
);
const contentType = fc.oneof(
  fc.constantFrom(
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain; charset=utf-7",
  ),
  headerText,
);

const request = fc.record({
  method: fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "PROPFIND"),
  path,
  authorization,
  contentType,
  origin: headerText,
  body,
});

/** What holds of every answer to a hostile request. */
function checkAnswer({ status, headers, text }: Answer, faults: readonly unknown[]): void {
  expect(faults).toEqual([]);
  expect([status, status < 500 || status === 502 || status === 503]).toEqual([status, true]);
  expect(headers.get("set-cookie")).toBe(null);
  expect(headers.get("access-control-allow-origin")).toBe(null);
  if (status >= 400 && text !== "") {
    const { error } = JSON.parse(text) as { error: Record<string, unknown> };
    expect(Object.keys(error).sort()).toEqual(expect.arrayContaining(["code", "message"]));
    expect(text.length).toBeLessThan(20_000);
  }
}

behaviour(
  "every request is answered, in time, without a fault, and without a header of the client's making",
  async () => {
    const { store, faults, entries, send } = await openTarget();
    const statuses = new Map<number, number>();
    await fuzz(3_000, request, async ({ method, path, authorization, contentType, origin, body }) => {
      const carries = method !== "GET" && method !== "HEAD";
      const headers = { authorization, "content-type": contentType, origin };
      const answer = await send(method, path, carries ? { headers, body: body as BodyInit } : { headers });
      checkAnswer(answer, faults.splice(0));
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      // The next one finds the same actor and peer.
      if (answer.status < 300 && (method === "DELETE" || path.includes("_method"))) await restore(store);
    });
    expect(pollution()).toEqual([]);
    // Not everything was refused at the door.
    for (const status of [200, 201, 204, 400, 404]) {
      expect([status, (statuses.get(status) ?? 0) > 0]).toEqual([
        status,
        true,
      ]);
    }
    for (const { path, method } of entries) {
      expect(path + method).not.toMatch(/[\0-\x20\x7f-\uffff]/);
    }
  },
  FUZZ_MILLISECONDS,
);

async function restore({ actors, trusts }: Store): Promise<void> {
  await actors.createIfAbsent(ann);
  await trusts.createIfAbsent(ann.id, {
    peerId: "p1",
    baseUri: "https://peer.example/p1",
    type: "urn:x",
    relationship: "friend",
    secret: SECRET,
    approved: true,
    peerApproved: true,
  });
}

behaviour("names that mean something to objects are names like any other", async () => {
  const { send } = await openTarget();
  const headers = { authorization: basic("ann:secret-passphrase") };
  for (const name of OBJECT_NAMES) {
    const put = await send("PUT", `/a1/properties/${name}`, { headers, body: `"value of ${name}"` });
    expect([name, put.status]).toEqual([name, 204]);
    expect((await send("GET", `/a1/properties/${name}`, { headers })).text).toBe(`"value of ${name}"`);
    const inner = await send("PUT", `/a1/properties/object/${name}/${name}`, { headers, body: "1" });
    expect([name, inner.status]).toEqual([name, 204]);
    expect((await send("GET", `/a1/properties/object/${name}/${name}`, { headers })).text).toBe("1");
  }
  const all = JSON.parse((await send("GET", "/a1/properties", { headers })).text) as Record<string, unknown>;
  for (const name of OBJECT_NAMES) expect([name, Object.hasOwn(all, name)]).toEqual([name, true]);
  const body = '{"a": {"__proto__": {"polluted": 1}}, "__proto__": {"constructor": {"prototype": 2}}}';
  expect((await send("POST", "/a1/properties", { headers, body })).status).toBe(201);
  expect((await send("GET", "/a1/properties/a", { headers })).text.replaceAll(" ", "")).toBe(
    '{"__proto__":{"polluted":1}}',
  );
  expect((await send("GET", "/a1/trust/__proto__", { headers })).text).toBe("[]");
  expect((await send("POST", "/a1/trust/constructor", { body: JSON.stringify(asked) })).status).toBe(403);
  expect(pollution()).toEqual([]);
});

const asked = { baseuri: "https://peer.example/x", id: "x", secret: "s", type: "urn:x", verify: "v" };

behaviour("JSON as deep or as large as a body may be is refused in time", async () => {
  const { send, faults } = await openTarget();
  const headers = { authorization: basic("ann:secret-passphrase") };
  const half = 500_000;
  const bodies = [
    "[".repeat(2 * half),
    "[".repeat(half) + "]".repeat(half),
    '{"a":'.repeat(half / 5) + "1" + "}".repeat(half / 5),
    `${"[".repeat(half)}1234567890123456789${"]".repeat(half)}`,
    `[${"9".repeat(2 * half)}]`,
    `[1e${"9".repeat(half)}]`,
    `{"a":"int${"x".repeat(2 * half)}","b":1234567890123456789}`,
    `{"a":"${"int0:".repeat(half / 3)}","b":1234567890123456789}`,
    `[${"1234567890123456789,".repeat(half / 12)}1]`,
    `{${Array.from({ length: half / 8 }, (_, index) => `"${index}":1`).join(",")}}`,
    `"${"\\u0001".repeat(half / 4)}"`,
    "x".repeat(3 * half),
  ];
  for (const [index, body] of bodies.entries()) {
    for (const [method, path] of [["PUT", "/a1/properties/big"], ["POST", "/a1/properties"], ["POST", "/"]] as const) {
      const answer = await inTime(() => send(method, path, { headers, body }));
      expect([index, path, answer.status < 500]).toEqual([index, path, true]);
      checkAnswer(answer, faults.splice(0));
    }
  }
  const deepPath = `/a1/properties/object${"/a".repeat(4_000)}`;
  for (const method of ["GET", "DELETE", "PUT"]) {
    const answer = await inTime(() => send(method, deepPath, { headers, ...(method === "PUT" ? { body: "1" } : {}) }));
    checkAnswer(answer, faults.splice(0));
    if (method === "PUT") expect(answer.status).toBe(400);
  }
});

behaviour("a body that never ends, or comes too slowly, is answered with 408 and let go", async () => {
  const { send, faults } = await openTarget({ bodyTimeout: 200 });
  let stopped = 0;
  const silent = () => new ReadableStream<Uint8Array>({ cancel: () => void stopped++ });
  const dripping = () => {
    let timer: ReturnType<typeof setInterval>;
    return new ReadableStream<Uint8Array>({
      start: (controller) => void (timer = setInterval(() => controller.enqueue(new Uint8Array([0x20])), 20)),
      cancel() {
        clearInterval(timer);
        stopped++;
      },
    });
  };
  for (const body of [silent(), dripping()]) {
    const answer = await inTime(() => send("POST", "/", { body, duplex: "half" } as RequestInit));
    expect([answer.status, (JSON.parse(answer.text) as { error: { code: string } }).error.code]).toEqual([
      408,
      "timeout",
    ]);
  }
  expect(stopped).toBe(2);
  expect(faults).toEqual([]);
});

behaviour("a body is read no further than the limit, in pieces of any size", async () => {
  const { send } = await openTarget();
  let sent = 0;
  const endless = (bytes: number) =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += bytes;
        controller.enqueue(new Uint8Array(bytes).fill(0x20));
      },
    });
  for (const bytes of [65_536, 8_000_000]) {
    sent = 0;
    const answer = await send("POST", "/", { body: endless(bytes), duplex: "half" } as RequestInit);
    expect(answer.status).toBe(413);
    expect(sent).toBeLessThan(1_048_576 + 3 * bytes);
  }
});

behaviour("a body that is packed is refused, whatever it is packed with", async () => {
  const { send } = await openTarget();
  const packed = await new Response(
    new Blob([new Uint8Array(20_000_000)]).stream().pipeThrough(new CompressionStream("gzip")),
  ).arrayBuffer();
  for (const encoding of ["gzip", "GZIP", "deflate", "br", "zstd", "gzip, gzip", "x"]) {
    const answer = await send("POST", "/", { body: packed, headers: { "content-encoding": encoding } });
    expect([encoding, answer.status]).toEqual([encoding, 415]);
    expect(answer.headers.get("accept-encoding")).toBe("identity");
  }
  expect((await send("POST", "/", { body: "{}", headers: { "content-encoding": "identity" } })).status).toBe(201);
});
