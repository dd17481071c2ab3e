/**
 * The DynamoDB backend: its parts put together.
 *
 * @module
 */

import type { TablesPart, TransferBackend } from "../backend.ts";
import { actors } from "./actors.ts";
import { attributes } from "./attributes.ts";
import { diffs } from "./diffs.ts";
import { lookups } from "./lookups.ts";
import { peerTrustees } from "./peer_trustees.ts";
import { properties } from "./properties.ts";
import type { Context } from "./requests.ts";
import { subscriptions } from "./subscriptions.ts";
import { suspensions } from "./suspensions.ts";
import { together } from "./together.ts";
import { trusts } from "./trusts.ts";

/** Makes the part for transfers: `tables` of `actingweb-edge/dynamodb/tables` is the one there is. */
export type DynamoDBTables = (context: Context) => TablesPart;

/** The backend over a client; it has no connections of its own to close. */
export function dynamodbBackend(context: Context, tables?: DynamoDBTables): TransferBackend {
  const attributesPart = attributes(context);
  return {
    backend: "dynamodb",
    capabilities: {
      indexReads: "eventual",
      sortedActors: false,
      atomicBatches: false,
      nativeExpiry: true,
      lookupsNeedActor: false,
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
    tables: tables?.(context),
    together: (reads) => together(context, reads),
    close: () => Promise.resolve(),
  };
}
