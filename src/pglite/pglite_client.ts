/**
 * The port for PGlite. It has one connection, and a statement that runs cannot be stopped: an interrupted call leaves it
 * running and drops its result.
 *
 * @module
 */

import type { PGlite, Transaction } from "@electric-sql/pglite";
import { interruptible } from "../postgresql/interrupt.ts";
import type { Parameter, Queries, Row, SqlCall, SqlClient } from "../postgresql/sql_client.ts";

/** The port over an instance, and what closing it does. */
export function pgliteClient(database: PGlite, close: () => Promise<void>): SqlClient {
  return {
    ...queries(database),
    transaction: (work, call) => interruptible(database.transaction((inner) => work(queries(inner))), null, call),
    async script(text) {
      await database.exec(text);
    },
    close,
  };
}

function queries(database: PGlite | Transaction): Queries {
  return {
    async query(text: string, parameters: readonly Parameter[], call: SqlCall): Promise<readonly Row[]> {
      const pending = database.query<Row>(text, [...parameters]);
      return (await interruptible(pending, null, call)).rows;
    },
  };
}
