// DynamoDB Local, fetched once by Maven and started in memory.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, type Running, runToEnd, start, untilListening } from "./processes.ts";

const support = fileURLToPath(new URL(".", import.meta.url));
const jars = join(support, ".cache", "dynamodb-local");

/** A DynamoDB Local of our own. */
export interface LocalDynamoDB extends Running {
  /** Where it listens. */
  readonly endpoint: string;
  /** Its version. */
  readonly version: string;
}

/** Starts DynamoDB Local in memory. */
export async function startDynamoDB(): Promise<LocalDynamoDB> {
  const version = fetchJars();
  const port = await freePort();
  const server = start("java", [
    "-Xmx4g",
    `-Dsqlite4java.library.path=${jars}`,
    "-cp",
    join(jars, "*"),
    "software.amazon.dynamodb.services.local.main.ServerRunner",
    "-inMemory",
    "-disableTelemetry",
    "-port",
    String(port),
  ]);
  await untilListening(port, server);
  return { ...server, endpoint: `http://127.0.0.1:${port}`, version };
}

/** Maven keeps what it fetched in its own folder, so a second clone fetches nothing. */
function fetchJars(): string {
  const pom = join(support, "pom.xml");
  const done = join(jars, "fetched");
  if (!existsSync(done)) {
    mkdirSync(jars, { recursive: true });
    const target = ["-q", "-B", "-f", pom, "dependency:copy-dependencies", `-DoutputDirectory=${jars}`];
    runToEnd("mvn", target, { cwd: support });
    mkdirSync(done);
  }
  return "3.0.0";
}
