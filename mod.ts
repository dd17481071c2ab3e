/**
 * The data of ActingWeb actors, at the edge, on DynamoDB or PostgreSQL.
 *
 * @example
 * ```ts
 * import { openStore } from "actingweb-edge";
 *
 * const store = await openStore({ backend: "pglite" });
 * await store.actors.createIfAbsent({ id: "a1", creator: "me@example.org", passphrase: "correct horse" });
 * await store.properties.set("a1", "colour", "blue");
 * await store.properties.get("a1", "colour"); // => "blue"
 * await store.close();
 * ```
 *
 * @module
 */

export type { Environment, StoreConfiguration } from "./src/config.ts";
export { StoreError, type StoreErrorCode } from "./src/errors.ts";
export { occasionalPurge, type OccasionalPurgeOptions } from "./src/occasional_purge.ts";
export { type OpenOptions, openStore } from "./src/open.ts";
export type * from "./src/store.ts";
export type * from "./src/tables.ts";
