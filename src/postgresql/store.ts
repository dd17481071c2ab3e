/**
 * The PostgreSQL backend: its parts put together. PGlite is the same backend through another port.
 *
 * @module
 */

import type { TablesPart, TransferBackend } from "../backend.ts";
import { DEFAULT_INDEXED_PROPERTIES } from "../guard.ts";
import type { StoreOptions } from "../store.ts";
import { actors } from "./actors.ts";
import { attributes } from "./attributes.ts";
import { diffs } from "./diffs.ts";
import { lookups } from "./lookups.ts";
import { peerTrustees } from "./peer_trustees.ts";
import { properties } from "./properties.ts";
import type { SqlClient } from "./sql_client.ts";
import { type Context, tablesOf } from "./statements.ts";
import { subscriptions } from "./subscriptions.ts";
import { suspensions } from "./suspensions.ts";
import { trusts } from "./trusts.ts";

/** Makes the part for transfers: `tables` of `actingweb-edge/postgresql/tables` is the one there is. */
export type PostgreSQLTables = (context: Context) => TablesPart;

/** The backend over a port. */
export function postgresqlBackend(
  sql: SqlClient,
  schema: string,
  options: StoreOptions & { readonly tables?: PostgreSQLTables | undefined },
): TransferBackend {
  const context: Context = {
    sql,
    tables: tablesOf(schema),
    indexed: new Set(options.indexedProperties ?? DEFAULT_INDEXED_PROPERTIES),
    now: options.now ?? Date.now,
    onRequest: options.onRequest,
  };
  const attributesPart = attributes(context);
  return {
    backend: "postgresql",
    capabilities: {
      indexReads: "consistent",
      sortedActors: true,
      atomicBatches: true,
      nativeExpiry: false,
      lookupsNeedActor: true,
    },
    actors: actors(context, attributesPart),
    properties: properties(context),
    lookups: lookups(context),
    trusts: trusts(context),
    peerTrustees: peerTrustees(context),
    subscriptions: subscriptions(context),
    diffs: diffs(context),
    suspensions: suspensions(context),
    attributes: attributesPart,
    tables: options.tables?.(context),
    // Reads at the same time are sent ahead on the connections as it is.
    together: (reads) => reads(),
    close: () => sql.close(),
  };
}
