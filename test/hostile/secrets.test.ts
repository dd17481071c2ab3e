// Secrets are compared so that the time taken tells nothing about them. The long form measures it.
import { expect } from "bun:test";
import { routes } from "../../src/http/mod.ts";
import { haveSameBytes, isSameSecret } from "../../src/http/secrets.ts";
import type { Actor } from "../../src/store.ts";
import { basic } from "../http/app.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { isLong } from "./fuzz.ts";

const behaviour = behaviours("secrets");
const ann: Actor = { id: "a1", creator: "ann", passphrase: "p".repeat(200) };
const trust = {
  peerId: "p1",
  baseUri: "https://peer.example/p1",
  type: "urn:x",
  relationship: "friend",
  approved: true,
};
const SECRET = "s".repeat(200);

/** Secrets that differ at their first, or at their last character. */
const early = (secret: string) => `x${secret.slice(1)}`;
const late = (secret: string) => `${secret.slice(1)}x`;
const encoded = (text: string) => new TextEncoder().encode(text);

type Ask = (authorization: string) => Promise<number>;

async function openNode(): Promise<Ask> {
  const store = memoryStore();
  await store.actors.createIfAbsent(ann);
  await store.trusts.createIfAbsent(ann.id, { ...trust, secret: SECRET });
  const app = routes(store);
  return async (authorization) => {
    const response = await app.request("https://node.example/a1/trust/friend/p1", { headers: { authorization } });
    await response.text();
    return response.status;
  };
}

/** Bytes that count how often each of them is read. */
function counted(bytes: Uint8Array): { readonly bytes: ArrayLike<number>; readonly reads: number[] } {
  const reads = Array.from(bytes, () => 0);
  const proxy = new Proxy(Array.from(bytes), {
    get(target, name) {
      if (name !== "length") reads[Number(name)]!++;
      return Reflect.get(target, name) as unknown;
    },
  });
  return { bytes: proxy, reads };
}

behaviour("every byte of two digests is read once, wherever they differ", () => {
  const one = new Uint8Array(32).fill(7);
  for (let at = -1; at < one.length; at++) {
    const other = new Uint8Array(one);
    if (at >= 0) other[at] = 8;
    const [left, right] = [counted(one), counted(other)];
    expect(haveSameBytes(left.bytes, right.bytes)).toBe(at === -1);
    for (const { reads } of [left, right]) expect(reads).toEqual(Array.from(one, () => 1));
  }
  expect(haveSameBytes(one, one.subarray(1))).toBe(false);
});

behaviour("only the same secret is the same", () => {
  const secret = encoded(SECRET);
  expect(isSameSecret(secret, encoded(SECRET))).toBe(true);
  for (let at = 0; at < secret.length; at++) {
    const other = new Uint8Array(secret);
    other[at]! ^= 1;
    expect(isSameSecret(secret, other)).toBe(false);
    expect(isSameSecret(secret, secret.subarray(0, at))).toBe(false);
  }
});

behaviour("only the whole secret opens, not a part of it, more than it, or none", async () => {
  const ask = await openNode();
  expect(await ask(basic(`ann:${ann.passphrase}`))).toBe(200);
  expect(await ask(`Bearer ${SECRET}`)).toBe(200);
  for (
    const change of [early, late, (text: string) => text.slice(1), (text: string) => `${text}s`, () => "s", () => "%"]
  ) {
    expect(await ask(basic(`ann:${change(ann.passphrase)}`))).toBe(403);
    expect(await ask(`Bearer ${change(SECRET)}`)).toBe(403);
  }
  for (const given of ["ann:", ":", "", `:${ann.passphrase}`, `ann${ann.passphrase}`, `ANN:${ann.passphrase}`]) {
    expect([given, [401, 403].includes(await ask(basic(given)))]).toEqual([given, true]);
  }
});

/**
 * The middle of many differences between pairs of calls, one after the other in changing order, with an interval in which
 * it lies by chance: what the machine does meanwhile falls on both sides alike.
 */
async function differenceOf(first: () => Promise<unknown>, second: () => Promise<unknown>): Promise<[number, number]> {
  const PAIRS = 4_000;
  const CALLS = 8;
  const timeOf = async (work: () => Promise<unknown>) => {
    const started = performance.now();
    for (let count = 0; count < CALLS; count++) await work();
    return (performance.now() - started) * 1_000 / CALLS;
  };
  const differences: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const order = pair % 2 === 0;
    const one = await timeOf(order ? first : second);
    const other = await timeOf(order ? second : first);
    // The first pairs are of code that is not compiled yet.
    if (pair >= PAIRS / 10) differences.push(order ? one - other : other - one);
  }
  differences.sort((left, right) => left - right);
  const middle = differences.length / 2;
  // The interval of a median by ranks, at five standard deviations.
  const spread = 5 * Math.sqrt(differences.length) / 2;
  return [differences[Math.floor(middle - spread)]!, differences[Math.ceil(middle + spread)]!];
}

if (isLong) {
  behaviour("wrong secrets take the same time, whether they differ early or late", async () => {
    const ask = await openNode();
    const pairs = {
      basic: [basic(`ann:${early(ann.passphrase)}`), basic(`ann:${late(ann.passphrase)}`)],
      bearer: [`Bearer ${early(SECRET)}`, `Bearer ${late(SECRET)}`],
    } as const;
    for (const [scheme, [one, other]] of Object.entries(pairs)) {
      const [least, most] = await differenceOf(() => ask(one), () => ask(other));
      console.log(`figure: ${scheme}: early minus late is between ${least.toFixed(2)} and ${most.toFixed(2)} µs`);
      // Zero is in the interval, or so near that no network shows it.
      expect([scheme, least < 0.5 && most > -0.5]).toEqual([scheme, true]);
    }
  }, 900_000);
}
