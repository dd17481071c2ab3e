import { pgliteStore } from "actingweb-edge/pglite";

export default async function () {
  const store = await pgliteStore();
  await store.properties.set("a1", "colour", "blue");
  const colour = await store.properties.get("a1", "colour");
  await store.close();
  return { backend: store.backend, colour };
}
