import { migrate, postgresqlStore } from "actingweb-edge/postgresql";
import type { Given } from "../given.ts";

export default async function ({ postgresql }: Given) {
  await migrate(postgresql);
  const actorId = crypto.randomUUID();
  const store = postgresqlStore(postgresql);
  await store.properties.set(actorId, "colour", "blue");
  const before = await store.properties.get(actorId, "colour");
  const changed = await store.properties.setIfEquals(actorId, "colour", "blue", "green");
  const after = await store.properties.get(actorId, "colour");
  await store.close();
  return [before, changed, after];
}
