// Whole tables in memory.
import type { BackendPart } from "../../../src/backend.ts";
import { StoreError } from "../../../src/errors.ts";
import { compactJson } from "../../../src/model/json.ts";
import { compareBytes } from "../../../src/model/order.ts";
import {
  identityOf,
  joinedKey,
  keyOf,
  positionOf,
  storedKeyOf,
  type TableWalk,
} from "../../../src/model/table_rows.ts";
import type { RowKey, TableName, TableRows, Tables } from "../../../src/tables.ts";
import { readRow } from "./attributes.ts";
import { type Context, removeWhere, rowsOf, type Synchronous, type Table } from "./database.ts";
import { holds, lookupKey } from "./properties.ts";

type TableRow = TableRows[TableName];

/** The part. */
export function tables({ database, lookupsNeedActor }: Context): Synchronous<BackendPart<Tables>> {
  /** Every row of a table by its key. */
  function everyRow(table: TableName): Map<string, TableRow> {
    const found = rowsIn(table).map((row) => [identityOf(keyOf(table, row as never)), row] as const);
    return new Map(found.sort(([a], [b]) => compareBytes(a, b)));
  }

  function rowsIn(table: TableName): TableRow[] {
    const additional = null;
    if (table === "actors") return [...database.actors.values()].map((actor) => ({ ...actor, additional }));
    if (table === "lookups") {
      return [...database.lookups].flatMap(([key, actorId]) => {
        const [name, value] = JSON.parse(key) as [string, string];
        return holds(database, actorId, name, value) ? [{ actorId, name, value, additional }] : [];
      });
    }
    if (table === "properties") {
      return owned(database.properties, (value, name) => ({ name, value }));
    }
    if (table === "attributes") return owned(database.attributes, readRow);
    return owned<object, object>(database[table] as Table<object>, (row) => row);
  }

  /** Refuses a row whose joined key is another row's. */
  function refuseForeign(table: TableName, row: TableRow, operation: string): void {
    if (table === "actors" || table === "lookups" || table === "properties") return;
    const key = keyOf(table, row as never);
    const other = rowsOf(storedTable(table), key[0]!).get(joinedKey(table, key));
    if (other === undefined || identityOf(keyOf(table, { actorId: key[0]!, ...other } as never)) === identityOf(key)) {
      return;
    }
    throw new StoreError("conflict", operation, "another row is stored under the same joined key");
  }

  function put(table: TableName, row: TableRow): void {
    const { additional: _, ...fields } = row;
    if (table === "actors") {
      const actor = fields as TableRows["actors"];
      database.actors.set(actor.id, actor);
      return;
    }
    const { actorId, ...rest } = fields as { actorId: string };
    if (table === "lookups" || table === "properties") {
      const { name, value } = rest as { name: string; value: string };
      if (table === "lookups") database.lookups.set(lookupKey(name, value), actorId);
      else rowsOf(database.properties, actorId).set(name, value);
      return;
    }
    const joined = joinedKey(table, keyOf(table, row as never));
    const attribute = rest as unknown as TableRows["attributes"];
    rowsOf(storedTable(table), actorId).set(
      joined,
      table === "attributes" ? { ...rest, data: compactJson(attribute.data) } : rest,
    );
  }

  function remove(table: TableName, key: RowKey): void {
    const row = everyRow(table).get(identityOf(key));
    if (row === undefined) return;
    if (table === "actors") {
      database.actors.delete(key[0]!);
      if (lookupsNeedActor) removeWhere(database.lookups, (owner) => owner === key[0]);
    } else if (table === "lookups") {
      const { name, value } = row as TableRows["lookups"];
      database.lookups.delete(lookupKey(name, value));
    } else rowsOf(storedTable(table), key[0]!).delete(joinedKey(table, key));
  }

  function storedTable(table: Exclude<TableName, "actors" | "lookups">): Table<object> {
    return database[table] as unknown as Table<object>;
  }

  return {
    page(table, call) {
      const { segment = 0, segments = 1, actorId = null } = call;
      const walk: TableWalk = { table, segment, segments, actorId };
      const after = call.after === null ? "" : storedKeyOf(walk, call.after)![0]!;
      const following = [...everyRow(table)].filter(([key]) => {
        const owner = (JSON.parse(key) as string[])[0]!;
        const isOurs = actorId === null ? segmentOf(owner, segments) === segment : owner === actorId;
        return isOurs && compareBytes(key, after) > 0;
      });
      const page = following.slice(0, call.limit);
      return {
        items: page.map(([, row]) => row),
        unreadable: [],
        after: following.length > call.limit ? positionOf(walk, [page.at(-1)![0]]) : null,
      };
    },

    getMany(table, keys) {
      const every = everyRow(table);
      const items = keys.map((key) => every.get(identityOf(key))).filter((row) => row !== undefined);
      return { items, unreadable: [] };
    },

    write(table, rows, { operation }) {
      for (const row of rows) refuseForeign(table, row, operation);
      for (const row of rows) put(table, row);
      return rows.length;
    },

    delete(table, keys) {
      for (const key of keys) remove(table, key);
    },

    estimate: (table) => everyRow(table).size,
  };
}

function owned<Row, Given extends object>(
  table: Table<Row>,
  read: (row: Row, key: string) => Given,
): TableRow[] {
  return [...table].flatMap(([actorId, rows]) =>
    [...rows].map(([key, row]) => ({ actorId, ...read(row, key), additional: null }) as unknown as TableRow)
  );
}

function segmentOf(actorId: string, segments: number): number {
  let sum = 0;
  for (const character of actorId) sum += character.codePointAt(0)!;
  return sum % segments;
}
