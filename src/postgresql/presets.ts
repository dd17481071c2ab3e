/**
 * Connection settings by the way the database is reached.
 *
 * @module
 */

/** How the database is reached. */
export type PresetName = "direct" | "pgbouncer" | "hyperdrive" | "lambda";

/** Settings of a pool. */
export interface Preset {
  /** Connections at most. */
  readonly max: number;
  /** Whether statements are prepared by name on their connection. */
  readonly prepare: boolean;
  /** Seconds after which an unused connection is closed, so that a process can end. */
  readonly idleTimeout: number;
  /** Whether the session sets parameters when it starts (statement deadline). */
  readonly sessionParameters: boolean;
}

/**
 * - `direct`: a long-lived process, connected to PostgreSQL itself.
 * - `pgbouncer`: a pooler in transaction mode, which may not know named statements nor start-up parameters.
 * - `hyperdrive`: Cloudflare Hyperdrive, which pools by itself and wants named statements; switch its cache off.
 * - `lambda`: a function that serves one request at a time; one connection, given back soon.
 *
 * No preset asks the server for its types: the SQL casts everything itself.
 */
export const PRESETS: { readonly [Name in PresetName]: Preset } = {
  direct: { max: 10, prepare: true, idleTimeout: 20, sessionParameters: true },
  pgbouncer: { max: 10, prepare: false, idleTimeout: 20, sessionParameters: false },
  hyperdrive: { max: 5, prepare: true, idleTimeout: 10, sessionParameters: false },
  lambda: { max: 1, prepare: true, idleTimeout: 5, sessionParameters: true },
};
