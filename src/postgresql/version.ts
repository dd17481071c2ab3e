/**
 * The server's own version.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { DEFAULT_TIMEOUT } from "../guard.ts";
import { driverCode, storeError } from "./faults.ts";
import { connect, type ConnectionOptions } from "./postgres_client.ts";

/** SQLSTATE of a database that does not exist. */
const UNKNOWN_DATABASE = "3D000";

/**
 * Asks the server for its version, e.g. `18.4`. Needs no schema, so it also tells whether the server can be reached.
 *
 * @param options How to connect
 * @throws {StoreError} `unavailable`, `denied`, or `configuration` when there is no such database
 */
export async function serverVersion(options: ConnectionOptions): Promise<string> {
  const client = connect({ ...options, max: 1 }, DEFAULT_TIMEOUT);
  const call = { operation: "serverVersion", deadline: Date.now() + DEFAULT_TIMEOUT };
  try {
    const { rows: [row] } = await client.query("SHOW server_version", [], call);
    // Packagers add words of their own to the number.
    return String(row?.server_version).split(" ")[0]!;
  } catch (cause) {
    if (driverCode(cause) !== UNKNOWN_DATABASE) throw storeError(call.operation, cause, false);
    throw new StoreError("configuration", call.operation, "the server has no such database", { cause });
  } finally {
    await client.close();
  }
}
