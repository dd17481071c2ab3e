// A server under Bun: `http_server.ts routes|bare`. Prints its port.
import process from "node:process";
import { Hono } from "hono";
import { dynamodbStore } from "../../src/dynamodb/mod.ts";
import { routes } from "../../src/http/mod.ts";
import { postgresqlStore } from "../../src/postgresql/mod.ts";
import { dynamodbConnection, postgresqlUrl } from "../../test/support/stores.ts";

const prefix = process.env.BENCH_PREFIX ?? "";
const store = process.env.DATABASE_BACKEND === "dynamodb"
  ? dynamodbStore({ ...dynamodbConnection(), prefix, createTables: false })
  : postgresqlStore({ url: postgresqlUrl(), schema: prefix });

/** The limit: the calls of the store that the routes make, and nothing of the protocol. */
function bare(): Hono {
  const app = new Hono();
  const path = "/:actor/properties/:name" as const;
  app.get(path, async (c) => {
    const { actor, name } = c.req.param();
    await store.actors.get(actor);
    return c.text(await store.properties.get(actor, name) ?? "");
  });
  app.put(path, async (c) => {
    const { actor, name } = c.req.param();
    const value = await c.req.text();
    await store.actors.get(actor);
    if (!await store.properties.createIfAbsent(actor, name, value)) {
      await store.properties.set(actor, name, value);
    }
    await store.subscriptions.all(actor);
    return c.body(null, 204);
  });
  return app;
}

const app = process.argv[2] === "bare" ? bare() : routes(store);
console.log(
  Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: app.fetch }).port,
);
