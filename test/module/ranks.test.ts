// Ranks of list items, held against the package that computes them and the reference's known answers.
import { expect } from "bun:test";
import { generateKeyBetween } from "fractional-indexing";
import {
  type Bound,
  ownRanksBetween,
  planMoves,
  RANK_MAXIMUM,
  RANK_WARNING,
  rankBetween,
  rankOfTry,
  ranksBetween,
} from "../../src/lists/ranks.ts";
import { behaviours } from "../support/behaviour.ts";
import { type Random, random } from "../support/random.ts";

const behaviour = behaviours("ranks");
const SHAPE = /^[A-Za-z][0-9A-Za-z]+$/;

/** Fractions from 0 to 1 of a source of whole numbers. */
function fractions(source: Random): () => number {
  return () => source.below(1 << 20) / (1 << 20);
}

/** Neighbours of a random place in a list, its ends included. */
function place(source: Random, ranks: readonly string[]): [Bound, Bound] {
  const index = source.below(ranks.length + 1);
  return [ranks[index - 1] ?? null, ranks[index] ?? null];
}

/** A list that was filled at random places, now and then by a second try. */
function filled(source: Random, count: number): string[] {
  const ranks: string[] = [];
  while (ranks.length < count) {
    ranks.push(rankOfTry("test", ...place(source, ranks), source.below(8) === 0 ? 1 : 0, fractions(source)));
    ranks.sort();
  }
  return ranks;
}

function isBetween([lower, upper]: [Bound, Bound], rank: string): boolean {
  return (lower === null || lower < rank) && (upper === null || rank < upper);
}

behaviour("the known answers of the reference", () => {
  expect(rankBetween("test", null, null)).toBe("a0");
  expect(rankBetween("test", "a0", null)).toBe("a1");
  expect(rankBetween("test", "a9", null)).toBe("aA");
  expect(rankBetween("test", "az", null)).toBe("b00");
  expect(rankBetween("test", "a6xyz", null)).toBe("a7");
  expect(rankBetween("test", null, "a0")).toBe("Zz");
  expect(rankBetween("test", null, "Zz")).toBe("Zy");
  expect(rankBetween("test", "a0", "a1")).toBe("a0V");
  expect(ranksBetween("test", null, null, 12)).toEqual([..."0123456789AB"].map((digit) => `a${digit}`));
  expect(ranksBetween("test", "a0", "a1", 0)).toEqual([]);
});

behaviour("the first try is the package's own key", () => {
  const source = random();
  const ranks = filled(source, 300);
  for (let count = 0; count < 500; count++) {
    const [lower, upper] = place(source, ranks);
    expect([source.seed, rankOfTry("test", lower, upper, 0, () => 0)]).toEqual([
      source.seed,
      generateKeyBetween(lower, upper),
    ]);
  }
});

behaviour("every further try lies between the same neighbours and can be built upon", () => {
  const source = random();
  const ranks = filled(source, 200);
  for (let count = 0; count < 1_000; count++) {
    const bounds = place(source, ranks);
    const rank = rankOfTry("test", ...bounds, 1 + source.below(5), fractions(source));
    const wrong = !SHAPE.test(rank) || rank.endsWith("0") || !isBetween(bounds, rank);
    expect([source.seed, wrong ? [bounds, rank] : null]).toEqual([source.seed, null]);
    expect(isBetween([bounds[0], rank], generateKeyBetween(bounds[0], rank))).toBe(true);
    expect(isBetween([rank, bounds[1]], generateKeyBetween(rank, bounds[1]))).toBe(true);
  }
});

behaviour("further tries spread: fifty writers rarely meet at the second and hardly ever at the third", () => {
  const source = random(7);
  for (const [attempt, least] of [[1, 40], [2, 49], [3, 50]] as const) {
    const drawn = Array.from({ length: 50 }, () => rankOfTry("test", "a5", null, attempt, fractions(source)));
    expect(new Set(drawn).size).toBeGreaterThanOrEqual(least);
    expect(drawn.every((rank) => rank > "a6" && rank < "a7" && rank.length <= 8)).toBe(true);
  }
});

behaviour("ranks stay short at the ends, whoever appends", () => {
  const source = random();
  let [first, last] = ["a0", "a0"];
  for (let count = 0; count < 10_000; count++) {
    last = rankOfTry("test", last, null, source.below(3), fractions(source));
    first = rankOfTry("test", null, first, source.below(3), fractions(source));
    expect(last.length <= 10 && first.length <= 10).toBe(true);
  }
});

behaviour("inserting at one spot adds one character about every six times", () => {
  for (const side of ["lower", "upper"] as const) {
    let [lower, upper] = ["a0", "a1"];
    let inserts = 0;
    for (let length = 0; length < RANK_WARNING; inserts++) {
      const rank = rankBetween("test", lower, upper);
      length = rank.length;
      if (side === "lower") upper = rank;
      else lower = rank;
    }
    expect(inserts).toBeGreaterThan(600);
    expect(inserts).toBeLessThan(900);
  }
});

behaviour("a rank that would be too long is refused, and one that is none is told", () => {
  const longest = `a0${"0".repeat(RANK_MAXIMUM - 3)}1`;
  expect(longest.length).toBe(RANK_MAXIMUM);
  expect(code(() => rankBetween("test", "a0", longest))).toBe("too_large");
  expect(code(() => rankOfTry("test", "a0", longest, 1, Math.random))).toBe("too_large");
  expect(code(() => ranksBetween("test", "a0", longest, 2))).toBe("too_large");
  expect(code(() => rankBetween("test", longest, null))).toBe(null);
  for (const none of ["0", "zz", "a00", "a", "A", "!"]) {
    expect([none, code(() => rankBetween("test", none, null))]).toEqual([none, "corrupt"]);
  }
});

behaviour("ranks of their own are next to each other and mix with nobody's", () => {
  const source = random();
  for (const bounds of [["a5", null], [null, "a5"], [null, null], ["a0", "a0V"]] as [Bound, Bound][]) {
    const mine = ownRanksBetween("test", ...bounds, 100, fractions(source));
    const others = ownRanksBetween("test", ...bounds, 100, fractions(source));
    expect(mine).toEqual([...mine].sort());
    expect(new Set([...mine, ...others]).size).toBe(200);
    expect(mine.every((rank) => SHAPE.test(rank) && rank.length < 20 && isBetween(bounds, rank))).toBe(true);
    const [low, high] = [mine, others].sort(([a], [b]) => a! < b! ? -1 : 1) as [string[], string[]];
    expect(low.at(-1)! < high[0]!).toBe(true);
  }
  expect(ownRanksBetween("test", "a5", null, 3, fractions(source)).every((rank) => rank > "a6" && rank < "a7")).toBe(
    true,
  );
});

behaviour("compacting never changes the order, not even in between, and makes ranks short", () => {
  const source = random();
  for (let round = 0; round < 30; round++) {
    const before = filled(source, 60 + source.below(60));
    const short = 3 + source.below(4);
    const moves = planMoves("test", before, short);
    const now = new Map(before.map((rank, item) => [rank, item]));
    for (const { from, to } of moves) {
      const item = now.get(from)!;
      expect([source.seed, now.has(to)]).toEqual([source.seed, false]);
      now.delete(from);
      now.set(to, item);
      const order = [...now].sort(([a], [b]) => a < b ? -1 : 1).map(([, each]) => each);
      expect([source.seed, order.every((each, index) => each === index)]).toEqual([source.seed, true]);
    }
    const after = [...now.keys()].sort();
    expect(after.every((rank) => SHAPE.test(rank) && rank.length <= short + 3)).toBe(true);
    expect(before.filter((rank) => rank.length <= short).every((rank) => now.has(rank))).toBe(true);
  }
});

behaviour("compacting again moves nothing", () => {
  const source = random();
  const before = filled(source, 200);
  const once = new Map(planMoves("test", before, 4).map(({ from, to }) => [from, to]));
  const after = before.map((rank) => once.get(rank) ?? rank);
  expect([source.seed, after.toSorted()]).toEqual([source.seed, after]);
  expect([source.seed, planMoves("test", after, 4)]).toEqual([source.seed, []]);
  expect(planMoves("test", [])).toEqual([]);
  expect(planMoves("test", ["a0", "a1"])).toEqual([]);
});

function code(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
