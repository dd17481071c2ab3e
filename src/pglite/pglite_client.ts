/**
 * The port for PGlite. It has one connection, and a statement that runs cannot be stopped: an interrupted call leaves it
 * running and drops its result. One that still waits for its turn is never begun.
 *
 * @module
 */

import type { PGlite } from "@electric-sql/pglite";
import { createAlarms } from "../postgresql/alarms.ts";
import { interruptible } from "../postgresql/interrupt.ts";
import { createLanes } from "../postgresql/lanes.ts";
import type { Row, SqlCall, SqlClient } from "../postgresql/sql_client.ts";
import { keepByteOrderMarks } from "./byte_order_marks.ts";

/** The port over an instance, and what closing it does. */
export function pgliteClient(database: PGlite, close: () => Promise<void>): SqlClient {
  keepByteOrderMarks(database);
  const alarms = createAlarms();
  const options = { open: () => database, close, count: 1, width: 1, depth: 1, idle: Infinity };
  const lanes = createLanes(options, alarms);

  async function send<Result>(start: () => Promise<Result>, call: SqlCall): Promise<Result> {
    const turn = lanes.take(false, call);
    const lane = turn instanceof Promise ? await turn : turn;
    const ended = (fault: unknown) => lanes.give(lane, fault === null ? "answered" : "refused");
    const stoppable = { pending: start(), stop: () => false, ended };
    return await interruptible(stoppable, call, alarms);
  }

  return {
    async query(text, parameters, call) {
      const { rows, affectedRows } = await send(() => database.query<Row>(text, [...parameters]), call);
      return { rows, count: affectedRows || rows.length };
    },
    async script(text, call) {
      await send(() => database.exec(text), call);
    },
    async close() {
      alarms.close();
      await close();
    },
  };
}
