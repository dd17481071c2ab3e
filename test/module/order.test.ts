// The one order of names, held against encoded bytes.
import { expect } from "bun:test";
import { compareBytes, lastWithPrefix } from "../../src/model/order.ts";
import { behaviours } from "../support/behaviour.ts";
import { type Random, random } from "../support/random.ts";

const behaviour = behaviours("order");
const encoder = new TextEncoder();
const LENGTH = 6;
const PAIRS = 5_000;

/** Code points at both sides of every border between lengths in UTF-8, and around the surrogates. */
const BORDERS = [0x1, 0x41, 0x61, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xff61, 0xffff, 0x10000, 0x1f600, 0x10ffff];

function text(source: Random, length: number): string {
  return Array.from({ length }, () => String.fromCodePoint(BORDERS[source.below(BORDERS.length)]!)).join("");
}

function compareEncoded(left: string, right: string): number {
  const a = encoder.encode(left);
  const b = encoder.encode(right);
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    if (a[index] !== b[index]) return a[index]! - b[index]!;
  }
  return a.length - b.length;
}

behaviour("two texts compare as their UTF-8 bytes do", () => {
  const source = random();
  const wrong: [string, string][] = [];
  let notByUnits = 0;
  for (let count = 0; count < PAIRS; count++) {
    const common = text(source, source.below(3));
    const left = common + text(source, source.below(LENGTH));
    const right = common + text(source, source.below(LENGTH));
    const expected = Math.sign(compareEncoded(left, right));
    if (Math.sign(compareBytes(left, right)) !== expected) wrong.push([left, right]);
    if ((left < right ? -1 : left > right ? 1 : 0) !== expected) notByUnits++;
  }
  expect({ seed: source.seed, wrong }).toEqual({ seed: source.seed, wrong: [] });
  // Else the texts would not have told this order from the one of UTF-16 units.
  expect(notByUnits).toBeGreaterThan(PAIRS / 100);
});

behaviour("a text equals only itself and comes after its own beginning", () => {
  for (const point of BORDERS) {
    const whole = `name${String.fromCodePoint(point)}`;
    expect(compareBytes(whole, whole)).toBe(0);
    expect(compareBytes("name", whole)).toBeLessThan(0);
    expect(compareBytes(whole, "name")).toBeGreaterThan(0);
  }
});

behaviour("sorting by it is sorting by bytes", () => {
  const source = random();
  const texts = Array.from({ length: 500 }, () => text(source, source.below(LENGTH)));
  expect([source.seed, ...texts.toSorted(compareBytes)]).toEqual([source.seed, ...texts.toSorted(compareEncoded)]);
});

behaviour("the last text of a prefix holds 1,024 bytes and nothing with the prefix comes after it", () => {
  const source = random();
  for (const prefix of ["a", "ab", "abc", "abcd", "é", "😀x", "\u{10ffff}", "p".repeat(1_021), "p".repeat(1_024)]) {
    const last = lastWithPrefix(prefix);
    const room = 1_024 - encoder.encode(prefix).length;
    expect(last.startsWith(prefix)).toBe(true);
    expect(encoder.encode(last).length).toBe(1_024);
    const rivals = [...BORDERS.map((point) => String.fromCodePoint(point)), text(source, 100)].flatMap((suffix) => {
      return [suffix, "\u{10ffff}".repeat(Math.floor(room / 4)) + suffix];
    });
    for (const rival of rivals.filter((suffix) => encoder.encode(suffix).length <= room)) {
      expect(compareEncoded(prefix + rival, last)).toBeLessThanOrEqual(0);
    }
  }
});

behaviour("texts without the prefix lie outside of it", () => {
  for (const [prefix, others] of [["a", ["`~", "b", "B"]], ["list:", ["list;", "list", "list9"]]] as const) {
    for (const other of others) {
      expect(compareBytes(other, prefix) < 0 || compareBytes(other, lastWithPrefix(prefix)) > 0).toBe(true);
    }
  }
});
