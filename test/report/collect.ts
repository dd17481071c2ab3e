// How each runtime is made to tell which lines it ran.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Coverage, readLcov } from "./lcov.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** How a runtime tells it. `folder` is where it may write. */
interface Collector {
  /** What its command is given. */
  args(folder: string): readonly string[];
  /** What its environment gets; child processes of the tests have it, too. */
  environment(folder: string): Readonly<Record<string, string>>;
  /** The lcov that it has written, or what makes lcov of it gives. */
  lcov(folder: string): string;
}

const COLLECTORS: Readonly<Record<string, Collector>> = {
  bun: {
    args: (folder) => ["--coverage", "--coverage-reporter=lcov", `--coverage-dir=${folder}`],
    environment: () => ({}),
    lcov(folder) {
      const file = join(folder, "lcov.info");
      return existsSync(file) ? readFileSync(file, "utf8") : "";
    },
  },
  deno: {
    args: () => [],
    environment: (folder) => ({ DENO_COVERAGE_DIR: folder }),
    lcov(folder) {
      if (!existsSync(folder)) return "";
      const { stdout } = spawnSync(join(root, "node_modules/.bin/deno"), ["coverage", "--quiet", "--lcov", folder], {
        cwd: root,
        encoding: "utf8",
        maxBuffer: 2 ** 30,
      });
      return stdout;
    },
  },
};

/** How a runtime is made to write coverage into a folder; `null` when it cannot. */
export function collecting(runtime: string): Pick<Collector, "args" | "environment"> | null {
  return COLLECTORS[runtime] ?? null;
}

/** What a runtime has covered of our own sources; `null` when it cannot tell. */
export function collected(runtime: string, folder: string): Coverage | null {
  const collector = COLLECTORS[runtime];
  if (collector === undefined) return null;
  const all = readLcov(collector.lcov(folder), root);
  return new Map([...all].filter(([path]) => path === "mod.ts" || path.startsWith("src/")));
}
