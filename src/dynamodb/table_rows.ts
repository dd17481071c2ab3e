/**
 * Whole tables on DynamoDB: parallel scans, and batches.
 *
 * @example
 * ```ts
 * import { dynamodbStore } from "actingweb-edge/dynamodb";
 * import { tables } from "actingweb-edge/dynamodb/tables";
 *
 * export function open(accessKeyId: string, secretAccessKey: string) {
 *   return dynamodbStore({ region: "eu-west-1", credentials: { accessKeyId, secretAccessKey }, tables });
 * }
 * ```
 *
 * @module
 */

import type { BackendPart, Call, TablesPart } from "../backend.ts";
import { tables as methods } from "../guard/tables.ts";
import { StoreError } from "../errors.ts";
import { lookupKey } from "../model/lookup_key.ts";
import { NAME_BYTES } from "../model/limits.ts";
import {
  identityOf,
  joinedKey,
  keyOf,
  placeOfKey,
  positionOf,
  storedKeyOf,
  type TableWalk,
} from "../model/table_rows.ts";
import { inParallel } from "../model/waiting.ts";
import type { FoundRows, RowKey, TableName, TableRows, Tables } from "../tables.ts";
import { isUnambiguous, PARALLEL } from "./attributes.ts";
import type { Item } from "./client/mod.ts";
import { queryInput } from "./queries.ts";
import { batchGet, batchWrite, conditional, type Context, S, send } from "./requests.ts";
import { text } from "./rows.ts";
import { itemKey, type ItemTable, STORED_NAMES, storedRows } from "./stored_rows.ts";
import { TABLES } from "./tables.ts";

/** Bytes of a partition key: DynamoDB's limit. */
const HASH_BYTES = 2048;
const utf8 = new TextEncoder();

type Found = FoundRows<TableRows[TableName]>;
type LookupRow = TableRows["lookups"];

/** Makes the part for transfers; a store has it when it is given it as its option `tables`. */
export const tables = (context: Context): TablesPart => ({ methods, part: partOf(context) });

function partOf(context: Context): BackendPart<Tables> {
  const rows = storedRows();

  /** One answer of a scan, or of a query of one actor's rows, as items. */
  async function readItems(walk: TableWalk, call: Call & { after: string | null; limit: number }) {
    const { hash, range } = TABLES[STORED_NAMES[walk.table]];
    const start = call.after === null ? null : storedKeyOf(walk, call.after);
    const from: Item | undefined = start === null
      ? undefined
      : range === undefined
      ? { [hash]: S(start[0]!) }
      : { [hash]: S(start[0]!), [range]: S(start[1]!) };
    const limits = { Limit: call.limit, ConsistentRead: call.consistent, ExclusiveStartKey: from };
    const parts = walk.segments === 1 ? {} : { Segment: walk.segment, TotalSegments: walk.segments };
    const output = walk.actorId === null
      ? await send(context, "Scan", STORED_NAMES[walk.table], { ...parts, ...limits }, call)
      : await send(context, "Query", STORED_NAMES[walk.table], {
        ...queryInput(walk.actorId, {}, call.consistent),
        ...limits,
      }, call);
    const last = output.LastEvaluatedKey;
    const stored = last && [hash, range].filter((name) => name !== undefined).map((name) => {
      return text(call.operation, last, name);
    });
    return { items: output.Items ?? [], after: stored === undefined ? null : positionOf(walk, stored) };
  }

  /** Lookup rows whose actor's property has the value; only from there is it known. */
  async function trueLookups(items: readonly Item[], call: Call): Promise<Found> {
    const keys = items.map(({ actor_id, property_name }) => ({ id: actor_id!, name: property_name! }));
    const digests = new Map(items.map((item) => [text(call.operation, item, "lookup_key"), item]));
    const found: LookupRow[] = [];
    for (const row of await readProperties(keys, call)) {
      const item = digests.get(lookupKey(row.name, row.value));
      if (item !== undefined && text(call.operation, item, "actor_id") === row.actorId) found.push(row);
    }
    return { items: found, unreadable: [] };
  }

  async function readProperties(keys: readonly Item[], call: Call): Promise<LookupRow[]> {
    const items = keys.length === 0 ? [] : await batchGet(context, "properties", keys, call);
    return items.map((item) => ({
      actorId: text(call.operation, item, "id"),
      name: text(call.operation, item, "name"),
      value: text(call.operation, item, "value"),
      additional: null,
    }));
  }

  /** The true lookup rows of these properties. */
  async function lookupsOf(keys: readonly RowKey[], call: Call): Promise<LookupRow[]> {
    const held = await readProperties(keys.map((key) => itemKey("properties", key)), call);
    const digests = held.map(({ name, value }) => ({ lookup_key: S(lookupKey(name, value)) }));
    const items = digests.length === 0 ? [] : await batchGet(context, "property_lookup_v2", digests, call);
    const owners = new Map(items.map((item) => {
      return [text(call.operation, item, "lookup_key"), text(call.operation, item, "actor_id")];
    }));
    return held.filter(({ actorId, name, value }) => owners.get(lookupKey(name, value)) === actorId);
  }

  function lookupItem({ actorId, name, value }: LookupRow): Item {
    return { lookup_key: S(lookupKey(name, value)), actor_id: S(actorId), property_name: S(name) };
  }

  /**
   * The keys of those rows whose stored key is another row's. A batch takes no conditions, and single requests would make
   * a transfer many times slower, so they are looked for first, where a key has a second reading.
   */
  async function takenByOthers(table: ItemTable, keys: readonly RowKey[], call: Call): Promise<Set<string>> {
    const doubtful = keys.filter((key) => isDoubtful(table, key));
    if (doubtful.length === 0) return new Set();
    const strict = { ...call, consistent: true };
    const items = await batchGet(context, STORED_NAMES[table], doubtful.map((key) => itemKey(table, key)), strict);
    const owners = new Map(
      rows.read(table, items, call).items.map((row) => {
        const key = keyOf(table, row as never);
        return [placeOfKey(table, key), identityOf(key)];
      }),
    );
    return new Set(
      doubtful.filter((key) => {
        const owner = owners.get(placeOfKey(table, key));
        return owner !== undefined && owner !== identityOf(key);
      }).map(identityOf),
    );
  }

  return {
    async page(table, call) {
      const { segment = 0, segments = 1, actorId = null } = call;
      const walk: TableWalk = { table, segment, segments, actorId };
      if (table === "lookups") {
        if (actorId !== null) {
          const keys = [...context.indexed].map((name) => [actorId, name]);
          return { items: await lookupsOf(keys, call), unreadable: [], after: null };
        }
        const { items, after } = await readItems(walk, call);
        return { ...await trueLookups(items, call), after };
      }
      const { items, after } = await readItems(walk, call);
      return { ...rows.read(table, items, call), after };
    },

    async getMany(table, given, call) {
      const keys = given.filter((key) => isStorable(table, key));
      if (keys.length === 0) return { items: [], unreadable: [] };
      if (table === "lookups") return { items: await lookupsOf(keys, call), unreadable: [] };
      const items = await batchGet(context, STORED_NAMES[table], keys.map((key) => itemKey(table, key)), call);
      const found = rows.read(table, items, call);
      const wanted = new Set(keys.map(identityOf));
      return { ...found, items: found.items.filter((row) => wanted.has(identityOf(keyOf(table, row as never)))) };
    },

    async write(table, given, call) {
      if (table === "lookups") {
        const puts = given.map((row) => ({ table: "property_lookup_v2" as const, put: lookupItem(row as LookupRow) }));
        await batchWrite(context, puts, call);
        return given.length;
      }
      const taken = await takenByOthers(table, given.map((row) => keyOf(table, row as never)), call);
      if (taken.size > 0) {
        throw new StoreError("conflict", call.operation, "another row is stored under the same joined key");
      }
      await batchWrite(context, given.map((row) => ({ table: STORED_NAMES[table], put: rows.item(table, row) })), call);
      return given.length;
    },

    async delete(table, given, call) {
      const keys = given.filter((key) => isStorable(table, key));
      if (table === "lookups") {
        await inParallel(await lookupsOf(keys, { ...call, consistent: true }), PARALLEL, async (row) => {
          await conditional(
            context,
            "DeleteItem",
            "property_lookup_v2",
            {
              Key: { lookup_key: S(lookupKey(row.name, row.value)) },
              ConditionExpression: "actor_id = :actor",
              ExpressionAttributeValues: { ":actor": S(row.actorId) },
            },
            call,
            true,
          );
        });
        return;
      }
      const taken = await takenByOthers(table, keys, call);
      const ours = keys.filter((key) => !taken.has(identityOf(key)));
      // Two keys may be stored as one, and a batch must not name it twice.
      const stored = new Map(ours.map((key) => [identityOf([key[0]!, joinedKey(table, key)]), key]));
      const deletes = [...stored.values()].map((key) => ({ table: STORED_NAMES[table], delete: itemKey(table, key) }));
      await batchWrite(context, deletes, call);
    },

    async estimate(table, call) {
      const { Table } = await send(context, "DescribeTable", STORED_NAMES[table], {}, call, true);
      return typeof Table?.ItemCount === "number" ? Table.ItemCount : null;
    },
  };
}

/** Whether a row can have this key: DynamoDB refuses to look for a longer one, which another database may hold. */
function isStorable(table: TableName, key: RowKey): boolean {
  const sort = key.length === 1 ? "" : joinedKey(table, key);
  return utf8.encode(key[0]!).length <= HASH_BYTES && utf8.encode(sort).length <= NAME_BYTES;
}

/** Whether a stored key can be read as that of another row. */
function isDoubtful(table: TableName, key: RowKey): boolean {
  const [, left, right] = key;
  if (table === "attributes") return !isUnambiguous(left!, right!);
  // A whole target is stored without a `:`, unless it has one of its own.
  return table === "suspensions" && joinedKey(table, key).includes(":");
}
