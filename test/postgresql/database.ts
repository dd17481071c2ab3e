// What the tests of this folder share: schemas of their own, and a client to look at the rows past the store.
import postgres from "postgres";
import { migrate } from "../../src/postgresql/mod.ts";
import { postgresqlUrl, uniqueName } from "../support/stores.ts";

/** A client that knows nothing of the store. */
export function otherClient(options: postgres.Options<Record<string, postgres.PostgresType>> = {}): postgres.Sql {
  return postgres(postgresqlUrl(), { max: 1, onnotice: () => {}, ...options });
}

/** Runs a test in a migrated schema of its own, with a client to look at it. */
export async function inSchema(
  label: string,
  work: (schema: string, other: postgres.Sql) => Promise<void>,
): Promise<void> {
  const schema = uniqueName(label);
  const other = otherClient();
  try {
    await migrate({ url: postgresqlUrl(), schema });
    await work(schema, other);
  } finally {
    await other.unsafe(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
    await other.end();
  }
}

/** Waits until a condition holds. */
export async function until(condition: () => Promise<boolean>, seconds = 10): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`it did not come to that within ${seconds} s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The code of the error that something throws. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
  return "no error";
}

/** The parts of a URL, as options. */
export function partsOf(text: string): { host: string; port: number; database: string; user: string } {
  const { hostname, port, pathname, username } = new URL(text);
  return { host: hostname, port: Number(port), database: pathname.slice(1), user: username };
}
