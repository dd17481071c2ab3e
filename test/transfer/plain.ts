// The plain limits of a copy: the same rows written by the bare clients, in their own best way and without any check.
import postgres from "postgres";
import { createDynamoDBClient, type DynamoDBClient, type Item } from "../../src/dynamodb/client/mod.ts";
import { dynamodbConnection, postgresqlUrl } from "../support/stores.ts";

/** Rows of one statement, and of one call of the client's batches; the fastest of those that were tried. */
const STATEMENT_ROWS = 500;
/** Statements and calls under way at once, as in a copy. */
const PARALLEL = 8;
/** Rows that are held at once: they are read first, and only the writing is timed. */
const HELD_ROWS = 50_000;

const DYNAMODB_TABLES = [
  "actors",
  "properties",
  "trusts",
  "peertrustees",
  "subscriptions",
  "subscriptiondiffs",
  "subscription_suspensions",
  "attributes",
  "property_lookup_v2",
];
/** Lookup rows need their actors. */
const POSTGRESQL_TABLES = [
  "actors",
  "properties",
  "trusts",
  "peertrustees",
  "subscriptions",
  "subscription_diffs",
  "subscription_suspensions",
  "attributes",
  "property_lookup",
];

/** Rows a second from one schema to another, by the bare driver's own way to insert many. */
export async function plainInsert(from: string, to: string): Promise<number> {
  const sql = postgres(postgresqlUrl(), { max: PARALLEL + 1, onnotice: () => {} });
  const insert = inBatches<readonly [table: string, row: Record<string, unknown>]>(async (rows) => {
    const tables = Map.groupBy(rows, ([table]) => table);
    const statements = [...tables].flatMap(([table, pairs]) => {
      return chunksOf(pairs.map(([, row]) => row), STATEMENT_ROWS).map((each) => ({ table, each }));
    });
    await inParallel(statements, ({ table, each }) => sql`INSERT INTO ${sql(to)}.${sql(table)} ${sql(each)}`);
  });
  try {
    for (const table of POSTGRESQL_TABLES) {
      if (table === "property_lookup") await insert.flush();
      // Attributes come as text, which the driver would otherwise take apart and put together again.
      const columns = table === "attributes" ? sql.unsafe("*, data::text AS data") : sql.unsafe("*");
      for await (const rows of sql`SELECT ${columns} FROM ${sql(from)}.${sql(table)}`.cursor(HELD_ROWS / 10)) {
        await insert.add(rows.map((row) => [table, row]));
      }
    }
    return await insert.rate();
  } finally {
    await sql.end();
  }
}

/** Rows a second from the tables of one prefix to those of another, by BatchWriteItem alone. */
export async function plainBatchWrite(from: string, to: string): Promise<number> {
  const client = createDynamoDBClient(dynamodbConnection());
  const write = inBatches<{ table: string; put: Item }>((rows) => {
    return inParallel(chunksOf(rows, STATEMENT_ROWS), (each) => client.batchWrite(each));
  });
  for (const table of DYNAMODB_TABLES) {
    for await (const items of scan(client, `${from}_${table}`)) {
      await write.add(items.map((put) => ({ table: `${to}_${table}`, put })));
    }
  }
  return await write.rate();
}

/** Rows a second of reading alone: a parallel Scan by the bare client, whose answers are thrown away. */
export async function plainScan(from: string): Promise<number> {
  const client = createDynamoDBClient(dynamodbConnection());
  const parts = DYNAMODB_TABLES.flatMap((table) => {
    return Array.from({ length: PARALLEL }, (_, Segment) => ({ table, Segment, TotalSegments: PARALLEL }));
  });
  let rows = 0;
  const started = performance.now();
  await inParallel(parts, async ({ table, ...part }) => {
    for await (const items of scan(client, `${from}_${table}`, part)) rows += items.length;
  });
  return rows / ((performance.now() - started) / 1000);
}

async function* scan(client: DynamoDBClient, TableName: string, part: object = {}): AsyncGenerator<readonly Item[]> {
  for await (const { Items = [] } of client.pages("Scan", { TableName, ConsistentRead: true, ...part })) yield Items;
}

/** Holds rows until there are many, and measures only the time in which they are written. */
function inBatches<Row>(write: (rows: readonly Row[]) => Promise<void>) {
  let held: Row[] = [];
  let count = 0;
  let seconds = 0;
  async function flush(): Promise<void> {
    const started = performance.now();
    await write(held);
    seconds += (performance.now() - started) / 1000;
    count += held.length;
    held = [];
  }
  return {
    flush,
    async add(rows: readonly Row[]): Promise<void> {
      held.push(...rows);
      if (held.length >= HELD_ROWS) await flush();
    },
    async rate(): Promise<number> {
      await flush();
      return count / seconds;
    },
  };
}

async function inParallel<Each>(items: readonly Each[], work: (item: Each) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  await Promise.all(Array.from({ length: PARALLEL }, async () => {
    for (const item of queue) await work(item);
  }));
}

function chunksOf<Row>(rows: readonly Row[], size: number): Row[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) => {
    return rows.slice(index * size, (index + 1) * size);
  });
}
