// `bun bench/zipf.ts`: how hot each key gets when actors are as popular as words are, by the store's own key functions.
import { hex, sha256 } from "../src/model/sha256.ts";
import { lookupKey } from "../src/model/lookup_key.ts";
import { TOMBSTONE_OWNER } from "../src/model/tombstone.ts";

/** Actors; requests a second; requests that are drawn. */
const ACTORS = 1_000_000_000;
const RATE = 50_000;
const DRAWN = 200_000;
/** What one partition of DynamoDB serves a second, and holds. */
const PARTITION = { reads: 3_000, writes: 1_000, gigabytes: 10 };
/** Bytes of an actor with ten properties, all rows and attribute names told. */
const ACTOR_BYTES = 2_500;

/**
 * Draws ranks by Zipf's law, by rejection from its envelope (W. Hörmann and G. Derflinger, 1996): no table of all ranks.
 */
export function zipf(
  count: number,
  exponent: number,
  random: () => number,
): () => number {
  const integral = (x: number) => exponent === 1 ? Math.log(x) : (x ** (1 - exponent) - 1) / (1 - exponent);
  const inverse = (y: number) => exponent === 1 ? Math.exp(y) : (1 + y * (1 - exponent)) ** (1 / (1 - exponent));
  const [low, high] = [integral(1.5) - 1, integral(count + 0.5)];
  return () => {
    for (;;) {
      const y = low + random() * (high - low);
      const x = inverse(y);
      const rank = Math.min(count, Math.max(1, Math.round(x)));
      if (y >= integral(rank + 0.5) - rank ** -exponent) return rank;
    }
  };
}

/** Numbers in [0, 1) that are the same in every run. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}

/** A request for an actor as the partition key that DynamoDB sees, and whether it writes. */
interface Design {
  readonly name: string;
  /** Part of all requests. */
  readonly part: number;
  readonly writes: boolean;
  key(actorId: string, turn: number): string;
}

const DESIGNS: readonly Design[] = [
  {
    name: "rows of an actor, read (id)",
    part: 0.8,
    writes: false,
    key: (id) => id,
  },
  {
    name: "rows of an actor, written (id)",
    part: 0.15,
    writes: true,
    key: (id) => id,
  },
  {
    name: "diffs of an actor's subscriptions (id)",
    part: 0.03,
    writes: true,
    key: (id) => id,
  },
  {
    name: "reverse lookup, read (SHA-256 of name and value)",
    part: 0.02,
    writes: false,
    key: (id) => lookupKey("email", `${id}@x.org`),
  },
  {
    name: "tombstones of erased actors (one id for all)",
    part: 0.0005,
    writes: true,
    key: () => TOMBSTONE_OWNER,
  },
  {
    name: "OAuth tokens of the Python library (one id for all)",
    part: 0.005,
    writes: true,
    key: () => "_actingweb_oauth2",
  },
];

/** The partition of a key among so many: DynamoDB hashes keys in a way of its own, which spreads as evenly as this. */
function partitionOf(key: string, partitions: number): number {
  return Number.parseInt(
    hex(sha256(new TextEncoder().encode(key))).slice(0, 12),
    16,
  ) % partitions;
}

/** The part of the drawn requests that meet the hottest key, and the hottest partition. */
function heat(
  design: Design,
  ranks: readonly number[],
  partitions: number,
): { key: number; partition: number } {
  const keys = new Map<string, number>();
  for (const [turn, rank] of ranks.entries()) {
    const key = design.key(
      hex(sha256(new TextEncoder().encode(String(rank)))).slice(0, 32),
      turn,
    );
    keys.set(key, (keys.get(key) ?? 0) + 1);
  }
  const loads = new Map<number, number>();
  let hottest = 0;
  for (const [key, load] of keys) {
    hottest = Math.max(hottest, load);
    const partition = partitionOf(key, partitions);
    loads.set(partition, (loads.get(partition) ?? 0) + load);
  }
  return {
    key: hottest / ranks.length,
    partition: Math.max(...loads.values()) / ranks.length,
  };
}

function main(): void {
  const partitions = Math.ceil(
    ACTORS * ACTOR_BYTES / 1e9 / PARTITION.gigabytes,
  );
  console.log(
    `${ACTORS.toExponential(0)} actors, ${RATE} requests a second, ${partitions} partitions by size\n`,
  );
  console.log(
    "| exponent | key design | requests a second | hottest key | hottest partition | limit of one partition | holds |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  for (const exponent of [0.8, 0.99, 1.1]) {
    const draw = zipf(ACTORS, exponent, mulberry32(1));
    const ranks = Array.from({ length: DRAWN }, draw);
    for (const design of DESIGNS) {
      const { key, partition } = heat(design, ranks, partitions);
      const rate = RATE * design.part;
      const limit = design.writes ? PARTITION.writes : PARTITION.reads;
      const holds = partition * rate <= limit ? "yes" : `no, ${(partition * rate / limit).toFixed(1)} times over`;
      const cells = [
        exponent,
        design.name,
        rate,
        Math.round(key * rate),
        Math.round(partition * rate),
        limit,
        holds,
      ];
      console.log(`| ${cells.join(" | ")} |`);
    }
  }
}

if (import.meta.main) main();
