// Other ways to ask PostgreSQL for a property, to write it, and to swap it.
import { and, eq, sql as text } from "drizzle-orm";
import { pgSchema, varchar } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/postgres-js";
import pg from "pg";
import postgres from "postgres";
import type { Statements } from "../postgresql_sides.ts";
import type { Ways } from "../ways.ts";

/** All of them, by the names that the tables use, and what closes their connections. */
export function competitors(
  url: string,
  schema: string,
  max: number,
  statements: Statements,
) {
  const pool = new pg.Pool({ connectionString: url, max });
  const driver = postgres(url, { max, fetch_types: false, onnotice: () => {} });
  return {
    ways: {
      pg: byPg(pool, statements),
      "drizzle on postgres": byDrizzle(driver, schema),
    } as Record<string, Ways>,
    close: async () => void await Promise.all([pool.end(), driver.end()]),
  };
}

function byPg(pool: pg.Pool, statements: Statements): Ways {
  const query = (name: keyof Statements, values: string[]) =>
    pool.query<{ value: string }>({ name, text: statements[name], values });
  return {
    get: async (id, name) => (await query("get", [id, name])).rows[0]?.value ?? null,
    set: (id, name, value) => query("set", [id, name, value]),
    swap: (id, name, expected, value) => query("swap", [id, name, expected, value]),
  };
}

function byDrizzle(driver: postgres.Sql, schema: string): Ways {
  const properties = pgSchema(schema).table("properties", {
    id: varchar("id").notNull(),
    name: varchar("name").notNull(),
    value: varchar("value").notNull(),
  });
  const database = drizzle(driver);
  const one = (id: string, name: string) => and(eq(properties.id, id), eq(properties.name, name));
  return {
    get: async (id, name) =>
      (await database.select({ value: properties.value }).from(properties)
        .where(one(id, name)))[0]?.value ?? null,
    set: (id, name, value) =>
      database.insert(properties).values({ id, name, value })
        .onConflictDoUpdate({
          target: [properties.id, properties.name],
          set: { value: text`excluded.value` },
        }),
    swap: (id, name, expected, value) =>
      database.update(properties).set({ value }).where(
        and(one(id, name), eq(properties.value, expected)),
      )
        .returning({ id: properties.id }),
  };
}
