// What addresses in examples lead to, so that nothing leaves this machine: AWS's own to DynamoDB Local, `example.org` to
// the routes, `postgres://localhost/actingweb` to a database that is made for the examples.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Hono } from "hono";
import postgres from "postgres";
import { createDynamoDBClient } from "../../src/dynamodb/client/mod.ts";
import { routes } from "../../src/http/mod.ts";
import { migrate, postgresqlStore } from "../../src/postgresql/mod.ts";
import { dynamodbConnection, postgresqlUrl, uniqueName } from "../support/stores.ts";

const AWS = "https://dynamodb.eu-west-1.amazonaws.com";

/** Where examples run. */
export interface World {
  /** Their PostgreSQL, with its schema. */
  readonly url: string;
  /** DynamoDB Local keeps the tables of each key apart. */
  readonly accessKeyId: string;
  /** A folder of their own. */
  readonly folder: string;
  /** What their environment holds. */
  readonly environment: Readonly<Record<string, string>>;
  /** The example's program with addresses that are there. */
  redirected(program: string): string;
  /** Ends it. */
  end(): Promise<void>;
}

let current: World | undefined;

/** The world that was made. */
export function world(): World {
  if (current === undefined) throw new Error("there is no world yet");
  return current;
}

/** Makes the world. */
export async function makeWorld(): Promise<World> {
  const server = postgresqlUrl();
  const name = uniqueName("examples");
  await administer(server, `CREATE DATABASE "${name}"`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  await migrate({ url });
  const { region, endpoint } = dynamodbConnection();
  const accessKeyId = name.replaceAll("_", "");
  await makeTable({ region: "eu-west-1", endpoint, credentials: { accessKeyId, secretAccessKey: "secret" } });
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-examples-"));
  const store = postgresqlStore({ url, max: 1 });
  const restore = answerFetch(endpoint, new Hono().route("/aw", routes(store)));
  const environment = {
    DATABASE_BACKEND: "postgresql",
    DATABASE_URL: url,
    AWS_DB_HOST: endpoint,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: "secret",
  };
  const before = Object.keys(environment).map((key) => [key, process.env[key]] as const);
  Object.assign(process.env, environment);
  const directory = process.cwd();
  process.chdir(folder);
  return current = {
    url,
    accessKeyId,
    folder,
    environment,
    redirected: (program) => program.replaceAll("postgres://localhost/actingweb", url),
    async end() {
      process.chdir(directory);
      restore();
      for (const [key, value] of before) {
        if (value === undefined) delete process.env[key];
        else process.env[key] = value;
      }
      await store.close();
      await administer(server, `DROP DATABASE "${name}" WITH (FORCE)`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function administer(url: string, text: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}

/** The table that the client's example reads. */
async function makeTable(options: Parameters<typeof createDynamoDBClient>[0]): Promise<void> {
  await createDynamoDBClient(options).send("CreateTable", {
    TableName: "notes",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
}

/** Answers `fetch` here; what undoes it. */
function answerFetch(endpoint: string, app: Hono): () => void {
  const real = globalThis.fetch;
  const answer = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { href, origin, hostname } = new URL(input instanceof Request ? input.url : input);
    if (origin === AWS) return await real(endpoint + href.slice(AWS.length), init);
    if (hostname === "example.org") return await app.fetch(new Request(input, init));
    if (hostname === "127.0.0.1" || hostname === "localhost") return await real(input, init);
    throw new TypeError(`an example calls ${hostname}`);
  };
  globalThis.fetch = Object.assign(answer, real);
  return () => void (globalThis.fetch = real);
}
