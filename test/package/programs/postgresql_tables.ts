import { tables } from "actingweb-edge/postgresql/tables";
import { migrate, postgresqlStore } from "actingweb-edge/postgresql";
import type { Given } from "../given.ts";

export default async function ({ postgresql }: Given) {
  await migrate(postgresql);
  const actorId = crypto.randomUUID();
  const store = postgresqlStore({ ...postgresql, tables });
  await store.properties.set(actorId, "colour", "blue");
  const { items } = await store.tables.getMany("properties", [[actorId, "colour"], [actorId, "absent"]]);
  await store.close();
  return items.map(({ name, value }) => [name, value]);
}
