/**
 * The port for npm's `postgres` driver.
 *
 * @module
 */

import postgres from "postgres";
import { interruptible } from "./interrupt.ts";
import { type Preset, type PresetName, PRESETS } from "./presets.ts";
import type { Parameter, Queries, Row, SqlCall, SqlClient } from "./sql_client.ts";

/** A `postgres` instance. */
export type Driver = postgres.Sql;

/** How to connect. */
export interface ConnectionOptions {
  /** `postgres://user:password@host:port/database?…`; or the parts below. */
  readonly url?: string;
  /** Host. Default `localhost`. */
  readonly host?: string;
  /** Port. Default 5432. */
  readonly port?: number;
  /** Database. Default `actingweb`. */
  readonly database?: string;
  /** User. */
  readonly user?: string;
  /** Password, or a function that gives it. */
  readonly password?: string | (() => string | Promise<string>);
  /** How the database is reached. Default `direct`. */
  readonly preset?: PresetName;
  /** Connections at most, instead of the preset's. */
  readonly max?: number;
  /** TLS: `true` checks the server's certificate; an object is the runtime's own TLS options. Default: none. */
  readonly tls?: boolean | object;
  /** Seconds to wait for a connection. Default 10. */
  readonly connectTimeout?: number;
  /** Milliseconds after which the server itself stops a statement. Default: the store's timeout. */
  readonly statementTimeout?: number;
  /** Session parameters, e.g. `{ application_name: "notes" }`. */
  readonly parameters?: { readonly [name: string]: string };
}

/** Connects lazily with npm's `postgres`. */
export function connect(options: ConnectionOptions, timeout: number): { sql: Driver; preset: Preset } {
  const preset = PRESETS[options.preset ?? "direct"];
  const session = preset.sessionParameters ? { statement_timeout: options.statementTimeout ?? timeout } : {};
  const settings: postgres.Options<Record<string, postgres.PostgresType>> = {
    max: options.max ?? preset.max,
    prepare: preset.prepare,
    idle_timeout: preset.idleTimeout,
    fetch_types: false,
    connect_timeout: options.connectTimeout ?? 10,
    onnotice: () => {},
    connection: { application_name: "actingweb-edge", ...session, ...options.parameters },
  };
  if (options.tls !== undefined && options.tls !== false) {
    settings.ssl = options.tls === true ? "verify-full" : options.tls as object;
  }
  if (options.url !== undefined) return { sql: postgres(options.url, settings), preset };
  const { host = "localhost", port = 5432, database = "actingweb", user, password } = options;
  Object.assign(settings, { host, port, database });
  if (user !== undefined) settings.user = user;
  if (password !== undefined) settings.password = password;
  return { sql: postgres(settings), preset };
}

/** The port over a driver's instance. `owned` says whether closing the port closes the instance. */
export function postgresClient(sql: Driver, prepare: boolean, owned: boolean): SqlClient {
  return {
    ...queries(sql, prepare),
    async transaction<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result> {
      const result = await sql.begin((inner) => work(queries(inner, prepare)));
      return result as Result;
    },
    async script(text) {
      await sql.unsafe(text).simple();
    },
    async close() {
      if (owned) await sql.end({ timeout: 5 });
    },
  };
}

function queries(sql: Driver | postgres.TransactionSql, prepare: boolean): Queries {
  return {
    async query(text: string, parameters: readonly Parameter[], call: SqlCall): Promise<readonly Row[]> {
      const pending = sql.unsafe<Row[]>(text, parameters as Parameter[], { prepare });
      return await interruptible(pending, () => pending.cancel(), call);
    },
  };
}
