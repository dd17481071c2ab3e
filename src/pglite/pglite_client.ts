/**
 * The port for PGlite. It has one connection, and a statement that runs cannot be stopped: an interrupted call leaves it
 * running and drops its result. One that still waits for its turn is never begun.
 *
 * @module
 */

import type { PGlite } from "@electric-sql/pglite";
import { interruptible, turns } from "../postgresql/interrupt.ts";
import type { Row, SqlCall, SqlClient } from "../postgresql/sql_client.ts";
import { keepByteOrderMarks } from "./byte_order_marks.ts";

/** The port over an instance, and what closing it does. */
export function pgliteClient(database: PGlite, close: () => Promise<void>): SqlClient {
  keepByteOrderMarks(database);
  const line = turns(1);

  async function send<Result>(start: () => Promise<Result>, call: SqlCall): Promise<Result> {
    const turn = line.take(call);
    if (turn !== null) await turn;
    const pending = start();
    pending.then(line.give, line.give);
    return await interruptible(pending, () => false, call);
  }

  return {
    async query(text, parameters, call) {
      const { rows, affectedRows } = await send(() => database.query<Row>(text, [...parameters]), call);
      return { rows, count: affectedRows || rows.length };
    },
    async script(text, call) {
      await send(() => database.exec(text), call);
    },
    close,
  };
}
