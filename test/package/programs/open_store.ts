import { openStore, StoreError } from "actingweb-edge";
import type { Given } from "../given.ts";

export default async function ({ environment }: Given) {
  const actorId = crypto.randomUUID();
  const store = await openStore(environment);
  await store.properties.set(actorId, "colour", "blue");
  const colour = await store.properties.get(actorId, "colour");
  await store.close();
  const embedded = await openStore({ backend: "pglite" }).then(() => "opened", codeOf);
  return { backend: store.backend, colour, embedded };
}

function codeOf(error: unknown): string {
  return error instanceof StoreError ? error.code : String(error);
}
