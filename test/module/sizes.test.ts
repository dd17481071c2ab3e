// How much an edge function has to load: measured, never more than before, and as the README says.
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { bytesOf, SIZES } from "../../bench/sizes.ts";
import { behaviours } from "../support/behaviour.ts";

const behaviour = behaviours("sizes");
const readme = readFileSync(
  new URL("../../README.md", import.meta.url),
  "utf8",
);

/** Parts by which the README may be off. */
const TOLERANCE = 0.02;

/** Kilobytes in the README's table of imports. */
function written(entry: string): number {
  const row = readme.split("\n").find((line) => line.startsWith(`| \`${entry}\``));
  return Number(/\| ([\d.]+) kB \|$/.exec(row ?? "")?.[1]);
}

for (const size of SIZES) {
  behaviour(
    `${size.entry} takes at most ${size.limit} kB, compressed, and the README says how much`,
    () => {
      const kilobytes = bytesOf(size).gzip / 1000;
      expect(kilobytes).toBeLessThanOrEqual(size.limit);
      expect(Math.abs(written(size.entry) / kilobytes - 1)).toBeLessThan(
        TOLERANCE,
      );
    },
  );
}
