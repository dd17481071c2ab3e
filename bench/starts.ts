// Import and first answer in a fresh process, bundled: the store, aws4fetch by hand, and the AWS SDK.
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { dynamodbPlace } from "../test/support/stores.ts";
import { spread } from "./rounds.ts";
import { options, print } from "./work.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const launcher = `${root}bench/programs/launch.mjs`;
const PROGRAMS = ["edge", "aws4fetch", "aws_sdk"] as const;
const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  Bun: [`${root}node_modules/.bin/bun`],
  Deno: [`${root}node_modules/.bin/deno`, "run", "-A", "--no-check", "--quiet"],
  "Node.js": ["node"],
};

/** Bundles a program for Node, as a function would be deployed. */
function bundle(program: string): string {
  const file = `${root}bench/.cache/${program}.mjs`;
  const banner = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;
  const { status, stderr } = spawnSync(`${root}node_modules/.bin/esbuild`, [
    `${root}bench/programs/${program}.ts`,
    "--bundle",
    "--minify",
    "--format=esm",
    "--platform=node",
    "--target=es2022",
    "--log-level=error",
    `--banner:js=${banner}`,
    `--outfile=${file}`,
  ], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return file;
}

/** Milliseconds of one fresh process. */
function start(
  [command, ...args]: readonly string[],
  file: string,
  prefix: string,
): number {
  const { stdout, stderr } = spawnSync(command!, [...args, launcher, file], {
    env: { ...process.env, BENCH_PREFIX: prefix },
    encoding: "utf8",
  });
  const milliseconds = Number(stdout.trim());
  if (!(milliseconds > 0)) throw new Error(`${file} did not answer: ${stderr}`);
  return milliseconds;
}

const place = await dynamodbPlace("bench");
try {
  const store = await place.open();
  await store.properties.set("start", "name", "value");
  const files = PROGRAMS.map(bundle);
  const rounds = options().rounds;
  for (const [runtime, command] of Object.entries(RUNTIMES)) {
    const times: number[][] = PROGRAMS.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const index of [0, 1, 2].map((each) => (each + round) % 3)) {
        times[index]!.push(start(command, files[index]!, place.prefix));
      }
    }
    const [edge, aws4fetch, sdk] = times.map((each) => spread(each).median) as [
      number,
      number,
      number,
    ];
    const names = [
      "actingweb-edge",
      "aws4fetch, by hand",
      "AWS SDK v3 with lib-dynamodb",
    ];
    for (const [index, median] of [edge, aws4fetch, sdk].entries()) {
      print({
        group: "Start",
        name: `${names[index]}, ${runtime}`,
        value: median,
        unit: "ms",
      });
    }
    const paired = (other: number, join: (a: number, b: number) => number) =>
      spread(times[0]!.map((time, round) => join(time, times[other]![round]!)))
        .median;
    print({
      group: "Start, over the AWS SDK",
      name: runtime,
      value: paired(2, (a, b) => a / b),
      unit: "× the AWS SDK",
    });
    print({
      group: "Start, over aws4fetch",
      name: runtime,
      value: paired(1, (a, b) => a - b),
      unit: "ms more",
    });
  }
} finally {
  await place.remove();
}
process.exit(0);
