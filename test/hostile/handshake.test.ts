// What a hostile peer answers while a relationship is made with it.
import { expect } from "bun:test";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Buffer } from "node:buffer";
import process from "node:process";
import { createGzip } from "node:zlib";
import fc from "fast-check";
import { routes, type RoutesOptions } from "../../src/http/mod.ts";
import { askPeer, PeerError } from "../../src/http/peers.ts";
import { serviceOf } from "../../src/http/service.ts";
import type { Actor, Store } from "../../src/store.ts";
import { type Answer, read, requestInit } from "../http/app.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { fuzz, FUZZ_MILLISECONDS, inTime } from "./fuzz.ts";
import { hostileJson, hostileText, OBJECT_NAMES, pollution } from "./values.ts";

const behaviour = behaviours("hostile peers");
const ann: Actor = { id: "a1", creator: "ann", passphrase: "secret-passphrase" };
const PEER = "https://peer.example/x";

/** What a peer answers. */
interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

const fieldName = fc.constantFrom(
  "id",
  "type",
  "verification_token",
  "verificationToken",
  "approved",
  "secret",
  ...OBJECT_NAMES,
);
const told: fc.Arbitrary<Told> = fc.record({
  status: fc.constantFrom(200, 200, 200, 201, 202, 204, 301, 302, 307, 308, 400, 401, 404, 500, 599),
  headers: fc.constantFrom<Record<string, string>>(
    {},
    { location: "https://127.0.0.1/" },
    { location: "//127.0.0.1/" },
    { location: "https://peer.example:1/" },
    { location: "https://u:p@peer.example/" },
    { location: "javascript:alert(1)" },
    { location: "/%zz\\..\\" },
    { location: "https://[" },
    { location: "https://peer.example/x" },
    { "content-type": "text/html", "set-cookie": "a=b" },
    { "content-length": "5" },
  ),
  body: fc.oneof(
    fc.dictionary(fieldName, fc.oneof(hostileText, hostileJson), { maxKeys: 4 }).map((each) => JSON.stringify(each)),
    fc.tuple(hostileText, hostileText).map(([id, type]) => JSON.stringify({ id, type })),
    fc.tuple(hostileText, hostileText).map(([id]) => JSON.stringify({ id, type: "urn:x" })),
    hostileText,
    fc.uint8Array({ maxLength: 50 }).map((bytes) => new Uint8Array(bytes)),
    fc.constantFrom("[".repeat(200_000), `{"id":"int${"x".repeat(400_000)}","type":1234567890123456789}`, "null", ""),
  ),
});

function responseOf({ status, headers, body }: Told): Response {
  return new Response(status === 204 ? null : body, { status, headers });
}

interface Target {
  readonly store: Store;
  readonly faults: unknown[];
  send(method: string, path: string, body: unknown, as?: Actor): Promise<Answer>;
}

async function openTarget(options: RoutesOptions): Promise<Target> {
  const store = memoryStore();
  await store.actors.createIfAbsent(ann);
  const faults: unknown[] = [];
  const onFault = (fault: unknown) => void (fault instanceof PeerError || faults.push(fault));
  const app = routes(store, { baseUrl: "https://node.example/", onFault, ...options });
  const send = async (method: string, path: string, body: unknown, as?: Actor) => {
    return await read(await app.request(`https://node.example/${path}`, requestInit(method, { as, body })));
  };
  return { store, faults, send };
}

behaviour(
  "whatever a peer answers when it is asked, we answer without a fault and keep at most one relationship",
  async () => {
    let answers: readonly Told[] = [];
    let asked = 0;
    const target = await openTarget({ fetch: () => Promise.resolve(responseOf(answers[asked++ % answers.length]!)) });
    const statuses = new Set<number>();
    await fuzz(1_000, fc.array(told, { minLength: 1, maxLength: 4 }), async (given) => {
      [answers, asked] = [given, 0];
      const answer = await target.send("POST", "a1/trust", { url: PEER }, ann);
      statuses.add(answer.status);
      expect(target.faults.splice(0)).toEqual([]);
      expect([201, 400, 408, 409, 413]).toContain(answer.status);
      expect(answer.headers.get("set-cookie")).toBe(null);
      expect(asked).toBeLessThan(10);
      const trusts = await target.store.trusts.all("a1");
      expect(trusts.length).toBe(answer.status === 201 ? 1 : 0);
      await target.store.trusts.deleteAll("a1");
    });
    expect([...statuses]).toEqual(expect.arrayContaining([201, 408]));
    expect(pollution()).toEqual([]);
  },
  FUZZ_MILLISECONDS,
);

behaviour("a peer is verified by its own token and by nothing else it answers", async () => {
  let answer: Told;
  const target = await openTarget({
    fetch: () => Promise.resolve(responseOf(answer)),
    autoApprove: ["friend"],
  });
  await fuzz(1_000, told, async (given) => {
    answer = given;
    const body = { baseuri: PEER, id: "x", secret: "s", type: "urn:x", verify: "the-token" };
    const { status, text } = await target.send("POST", "a1/trust/friend", body);
    expect(target.faults.splice(0)).toEqual([]);
    expect([status, text.includes('"approved":true'), text.includes('"verified":true')]).toEqual([202, false, false]);
    await target.store.trusts.deleteAll("a1");
  });
  answer = { status: 200, headers: {}, body: '{"verificationToken": "the-token"}' };
  const body = { baseuri: PEER, id: "x", secret: "s", type: "urn:x", verify: "the-token" };
  expect((await target.send("POST", "a1/trust/friend", body)).status).toBe(201);
}, FUZZ_MILLISECONDS);

behaviour("what a peer says of itself is refused or kept as it is, and nothing of it becomes a header", async () => {
  const target = await openTarget({ fetch: () => Promise.reject(new TypeError("nobody is there")) });
  const text = fc.oneof(hostileText, fc.constant("x"));
  const cases = fc.record({ id: text, type: text, desc: text, secret: text, verify: text });
  await fuzz(1_000, cases, async (given) => {
    const { status, headers } = await target.send("POST", "a1/trust/friend", { baseuri: PEER, ...given });
    expect(target.faults.splice(0)).toEqual([]);
    expect([202, 400, 403, 413]).toContain(status);
    expect(headers.get("location") ?? "").toMatch(/^[\x21-\x7e]*$/);
    const [kept] = await target.store.trusts.all("a1");
    if (status === 202) expect([kept?.peerId, kept?.type, kept?.secret]).toEqual([given.id, given.type, given.secret]);
    await target.store.trusts.deleteAll("a1");
  });
}, FUZZ_MILLISECONDS);

/** A peer on a socket. */
async function withPeer(
  answer: (response: ServerResponse) => void,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer((_, response) => answer(response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const service = (options: RoutesOptions) => serviceOf({} as Store, { allowPrivatePeers: true, ...options });

async function outcomeOf(url: string, options: RoutesOptions): Promise<string> {
  try {
    return `${(await askPeer(service(options), url)).text.length} characters`;
  } catch (error) {
    if (error instanceof PeerError) return error.message;
    throw error;
  }
}

behaviour("an answer that never begins, stalls, or comes drop by drop ends in time", async () => {
  const ways: ((response: ServerResponse) => void)[] = [
    () => {},
    (response) => void response.writeHead(200, { "content-length": "100" }).write("x"),
    (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x"), 10);
      response.on("close", () => clearInterval(timer));
    },
    (response) => void response.writeHead(302, { location: "/y" }).write("never ends"),
  ];
  for (const way of ways) {
    await withPeer(way, async (url) => {
      const outcome = await inTime(() => outcomeOf(url, { peerTimeout: 300 }));
      expect(["the peer did not answer in time", "the peer redirects too often"]).toContain(outcome);
    });
  }
});

behaviour("neither a fetch nor a name lookup that ignores its deadline is waited for", async () => {
  const never = <Value>() => new Promise<Value>(() => {});
  const options = { peerTimeout: 50, allowPrivatePeers: false };
  for (const deaf of [{ fetch: never<Response> }, { resolve: never<string[]> }]) {
    const outcome = await inTime(() => outcomeOf("https://peer.example/x", { ...options, ...deaf }));
    expect(outcome).toBe("the peer did not answer in time");
  }
});

behaviour("an answer of few bytes that unpack to very many takes neither memory nor time", async () => {
  const megabytes = 300;
  const packed: Uint8Array[] = [];
  const gzip = createGzip();
  gzip.on("data", (chunk: Uint8Array) => void packed.push(chunk));
  const zeros = new Uint8Array(1_000_000);
  for (let count = 0; count < megabytes; count++) if (!gzip.write(zeros)) await once(gzip, "drain");
  gzip.end();
  await once(gzip, "end");
  const bomb = Buffer.concat(packed);
  expect(bomb.length).toBeLessThan(1_000_000);
  const way = (response: ServerResponse) => void response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
  await withPeer(way, async (url) => {
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => most = Math.max(most, process.memoryUsage().rss), 5);
    const outcome = await inTime(() => outcomeOf(url, { peerLimit: 2_000_000 }));
    clearInterval(watch);
    // A runtime that was told not to unpack gives the packed bytes, fewer than the limit.
    expect(outcome).toMatch(/^the peer's answer is too large$|^\d{1,7} characters$/);
    expect((most - before) / 1_000_000).toBeLessThan(megabytes / 2);
  });
});

behaviour("an answer that is packed wrongly is an answer that did not come", async () => {
  const way = (response: ServerResponse) => void response.writeHead(200, { "content-encoding": "gzip" }).end("no gzip");
  await withPeer(way, async (url) => {
    expect(await inTime(() => outcomeOf(url, {}))).toMatch(/^the peer cannot be reached$|^7 characters$/);
  });
});
