// How large the smallest useful programs are: bundled and minified by esbuild, then gzip -9. The same on every machine.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { print } from "./work.ts";

/** Files and folders of a bundle that are told apart, the largest. */
const FILES = 20;

const root = fileURLToPath(new URL("../", import.meta.url));

/** A program and what it may weigh. */
export interface Size {
  /** The import as the README's table names it. */
  readonly entry: string;
  /** What is measured. */
  readonly program: string;
  /** Its source; paths are those of the clone. */
  readonly source: string;
  /** Packages that are left out, because whoever uses the entry brings them. */
  readonly without: readonly string[];
  /** Kilobytes (1,000 bytes) that it must not exceed: today's, so that it only ever shrinks. */
  readonly limit: number;
  /** Kilobytes that the design asks for, where it does. */
  readonly goal: number | null;
  /** Why it is more, where it is. */
  readonly why?: string;
}

const DYNAMODB = `import { dynamodbStore } from "./src/dynamodb/mod.ts";
const store = dynamodbStore({ region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
console.log(await store.properties.get("a1", "colour"));`;
const POSTGRESQL = `import { postgresqlStore } from "./src/postgresql/mod.ts";
const store = postgresqlStore({ url: "postgres://localhost/actingweb" });
console.log(await store.properties.get("a1", "colour"));`;
const CLIENT = `import { createDynamoDBClient } from "./src/dynamodb/client/mod.ts";
const client = createDynamoDBClient({ region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
console.log(await client.send("GetItem", { TableName: "notes", Key: { id: { S: "a" } } }));`;

/** The programs. */
export const SIZES: readonly Size[] = [
  {
    entry: "actingweb-edge/dynamodb",
    program: "opens the DynamoDB store and reads a property",
    source: DYNAMODB,
    without: [],
    limit: 22.3,
    goal: 12,
    why:
      "the client and the checks of all methods' arguments are 10 kB already; the rest is what makes nine parts agree with " +
      "PostgreSQL without transactions (conditions, lookup rows, numbers, repairs), and the tables that it creates",
  },
  {
    entry: "actingweb-edge/postgresql",
    program: "opens the PostgreSQL store and reads a property",
    source: POSTGRESQL,
    without: ["postgres"],
    limit: 18.3,
    goal: 9,
    why:
      "the checks of all methods' arguments are 5 kB, what calls the driver with deadlines and retries 3 kB, and the SQL of " +
      "nine parts the rest: each statement does in one step what the contract asks to be one",
  },
  {
    entry: "actingweb-edge/dynamo-db-client-lite",
    program: "makes the client and reads a row",
    source: CLIENT,
    without: [],
    limit: 5.0,
    goal: 5,
  },
  {
    entry: "actingweb-edge/hono",
    program: "the routes",
    source: `export { routes } from "./src/http/mod.ts";`,
    without: ["hono", "valibot"],
    limit: 31.8,
    goal: 16,
    why:
      "lists, also in buckets, are 7 kB of it; the rest is spread over some 45 files, none over 1.2 kB, for every resource of " +
      "the protocol, callbacks in both directions, peers and permissions",
  },
  {
    entry: "actingweb-edge/lists",
    program: "the lists",
    source: `export { listOf } from "./src/lists/mod.ts";`,
    without: ["hono", "valibot"],
    limit: 9.8,
    goal: null,
  },
  {
    entry: "actingweb-edge/transfer",
    program: "the transfer",
    source: `export * from "./src/transfer/mod.ts";`,
    without: ["hono", "valibot"],
    limit: 9.8,
    goal: null,
  },
];

/** What esbuild is told beside how to minify. */
export function argumentsOf(without: readonly string[]): string[] {
  return [
    "--bundle",
    "--format=esm",
    "--target=es2022",
    "--platform=neutral",
    "--main-fields=module,main",
    "--conditions=import",
    "--log-level=error",
    ...without.flatMap((
      name,
    ) => [`--external:${name}`, `--external:${name}/*`]),
  ];
}

/** Bytes of a program, minified and then compressed. */
export function bytesOf(
  { source, without }: Pick<Size, "source" | "without">,
): { minified: number; gzip: number } {
  const { stdout, stderr, status } = spawnSync(
    `${root}node_modules/.bin/esbuild`,
    ["--minify", ...argumentsOf(without)],
    { cwd: root, input: source, maxBuffer: 2 ** 26 },
  );
  if (status !== 0) throw new Error(`esbuild failed: ${stderr}`);
  return {
    minified: stdout.length,
    gzip: gzipSync(stdout, { level: 9 }).length,
  };
}

if (import.meta.main) {
  for (const size of SIZES) {
    print({
      group: "Size",
      name: size.entry,
      value: bytesOf(size).gzip / 1000,
      unit: "kB gzip",
    });
  }
  const { fileSizes } = await import("./file_sizes.ts");
  for (const size of SIZES.filter(({ goal }) => goal !== null)) {
    for (const { path, gzip } of (await fileSizes(size)).slice(0, FILES)) {
      print({
        group: `Where the bytes of ${size.entry} are`,
        name: path,
        value: gzip / 1000,
        unit: "kB gzip",
      });
    }
  }
}
