// `npm run postgresql:settings`: gives a PostgreSQL in a service container, which takes no command line, the settings that
// its tests need, and starts it anew. TEST_DATABASE_URL names the server, POSTGRESQL_CONTAINER the container.
import process from "node:process";
import postgres from "postgres";
import { runToEnd } from "../../test/support/processes.ts";

const SETTINGS: Readonly<Record<string, string>> = {
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  max_connections: "300",
  // Far from UTC, so that a time without its zone shows.
  timezone: "America/New_York",
};
const SECONDS = 60;

async function asked<Answer>(url: string, ask: (sql: postgres.Sql) => Promise<Answer>): Promise<Answer> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    return await ask(sql);
  } finally {
    await sql.end();
  }
}

async function untilAnswering(url: string): Promise<void> {
  const end = Date.now() + SECONDS * 1000;
  for (;;) {
    try {
      const [row] = await asked(url, (sql) => sql`SHOW max_connections`);
      if (row?.max_connections === SETTINGS.max_connections) return;
      throw new Error(`max_connections is ${row?.max_connections}`);
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

const { TEST_DATABASE_URL: url, POSTGRESQL_CONTAINER: container } = process.env;
if (url === undefined || container === undefined) {
  console.error("TEST_DATABASE_URL and POSTGRESQL_CONTAINER have to be set");
  process.exitCode = 2;
} else {
  for (const [name, value] of Object.entries(SETTINGS)) {
    await asked(url, (sql) => sql.unsafe(`ALTER SYSTEM SET ${name} = '${value}'`));
  }
  runToEnd("docker", ["restart", container]);
  await untilAnswering(url);
}
