/**
 * The port for npm's `postgres` driver.
 *
 * @module
 */

import postgres from "postgres";
import { StoreError } from "../errors.ts";
import { interruptible, turns } from "./interrupt.ts";
import { type PresetName, PRESETS } from "./presets.ts";
import { Interrupted, NotSent, type Row, type SqlCall, type SqlClient } from "./sql_client.ts";

/** A `postgres` instance. */
export type Driver = postgres.Sql;

/** How to connect. */
export interface ConnectionOptions {
  /** `postgres://user:password@host:port/database?sslmode=…`; the options below win over its parts. */
  readonly url?: string;
  /** Host. Default `localhost`. */
  readonly host?: string;
  /** Port. Default 5432. */
  readonly port?: number;
  /** Database. Default `actingweb`. */
  readonly database?: string;
  /** User. */
  readonly user?: string;
  /** Password, or a function that gives it for each new connection, e.g. a token that expires. */
  readonly password?: string | (() => string | Promise<string>);
  /** How the database is reached. Default `direct`. */
  readonly preset?: PresetName;
  /** Connections at most, instead of the preset's. */
  readonly max?: number;
  /** TLS: `true` checks the server's certificate; an object is the runtime's own TLS options. Default: as the URL says. */
  readonly tls?: boolean | object;
  /** Seconds to wait for a connection. Default 10. */
  readonly connectTimeout?: number;
  /**
   * Milliseconds after which the server itself stops a statement, also when nobody waits for it any more; 0: never. While
   * the call has time, it is tried again. Default: the store's `timeout`; `pgbouncer` and `hyperdrive` leave it to the
   * server.
   */
  readonly statementTimeout?: number;
  /** Session parameters, e.g. `{ application_name: "notes" }`. */
  readonly parameters?: { readonly [name: string]: string };
}

/**
 * Connects with the first statement; closing the client closes the connections.
 *
 * @param options How to connect
 * @param timeout The store's timeout in milliseconds
 */
export function connect(options: ConnectionOptions, timeout: number): SqlClient {
  const { url, host, port, database, user, tls } = options;
  const preset = PRESETS[options.preset ?? "direct"];
  // As a text, because the driver leaves out a number 0.
  const session: Record<string, string> = preset.sessionParameters
    ? { statement_timeout: String(options.statementTimeout ?? timeout) }
    : {};
  const { password, fault } = withoutFaults(options.password);
  const settings: postgres.Options<Record<string, postgres.PostgresType>> = {
    ...(url === undefined ? { host: "localhost", port: 5432, database: "actingweb" } : {}),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(database === undefined ? {} : { database }),
    ...(tls === undefined ? {} : { ssl: tls === true ? "verify-full" : tls }),
    user,
    password,
    max: options.max ?? preset.max,
    prepare: preset.prepare,
    idle_timeout: preset.idleTimeout,
    connect_timeout: options.connectTimeout ?? 10,
    fetch_types: false,
    // A statement is tried again after a pause of its own; the driver's would go on when the server is long back.
    backoff: false,
    onnotice: () => {},
    connection: { application_name: "actingweb-edge", ...session, ...options.parameters } as object,
  };
  const sql = driverOf(url, settings);
  return client(sql, preset.prepare, () => sql.end({ timeout: 5 }), fault);
}

/** The driver reads the URL, its query and the session's parameters in ways of its own, and throws what it likes. */
function driverOf(url: string | undefined, settings: postgres.Options<Record<string, postgres.PostgresType>>): Driver {
  try {
    return url === undefined ? postgres(settings) : postgres(url, settings);
  } catch (cause) {
    const detail = "the URL or another setting of the connection is none that the driver can use";
    throw new StoreError("configuration", "postgresqlStore", detail, { cause });
  }
}

/** The client of an instance that stays its owner's. */
export function clientOf(sql: Driver, preset: PresetName = "direct"): SqlClient {
  const { column, value, row } = sql.options.transform;
  if (column?.from || value?.from || row?.from) {
    throw new StoreError("configuration", "postgresqlStore", "the instance of postgres must not transform its results");
  }
  return client(sql, PRESETS[preset].prepare, () => Promise.resolve(), () => undefined);
}

/** What the driver keeps on a statement under way; its types leave it out. */
interface UnderWay {
  /** The connection it was sent on, or `null`. */
  readonly state: object | null;
  /** Whether the connection is at it, and not at an earlier one. */
  readonly active: boolean;
  /** Sends a cancel request on a connection of its own. */
  readonly canceller: (pending: unknown) => Promise<void>;
}

/**
 * The driver sends statements ahead on connections that are still at an earlier one, where they can be neither taken
 * back nor cancelled safely. So each waits here for its turn, and there are never more under way than connections.
 */
function client(sql: Driver, prepare: boolean, close: () => Promise<void>, passwordFault: () => unknown): SqlClient {
  const line = turns(sql.options.max);

  async function send(start: () => postgres.PendingQuery<Row[]>, parameters: unknown[], call: SqlCall) {
    const turn = line.take(call);
    if (turn !== null) await turn;
    const pending = start();
    const underWay = pending as unknown as UnderWay;
    const stop = () => {
      if (underWay.state === null) {
        // Still connecting. The driver cannot take it back, but without its parameters the server refuses it.
        const armed = parameters.length > 0;
        parameters.length = 0;
        return armed;
      }
      // The request says which connection, not which statement: until it is through, it could hit the next one.
      if (underWay.active) line.hold(underWay.canceller(pending));
      return false;
    };
    pending.then(line.give, line.give);
    try {
      return await interruptible(pending, stop, call);
    } catch (error) {
      if (underWay.state !== null || error instanceof Interrupted) throw error;
      const cause = passwordFault();
      if (cause !== undefined && error instanceof Error) error.cause = cause;
      throw new NotSent(error);
    }
  }

  return {
    async query(text, parameters, call) {
      const own = [...parameters];
      const rows: Row[] = [];
      const start = () => {
        const pending = sql.unsafe<Row[]>(text, own, { prepare });
        // Not the driver's own list, in which rows of a cancelled statement leave holes before those of the next one.
        void pending.forEach((row) => void rows.push(row));
        return pending;
      };
      const { count } = await send(start, own, call);
      return { rows, count: count ?? rows.length };
    },
    async script(text, call) {
      await send(() => sql.unsafe<Row[]>(text).simple(), [], call);
    },
    close,
  };
}

/** The driver awaits a password where nobody catches, so a fault is kept and an empty one sent, which is refused. */
function withoutFaults(password: ConnectionOptions["password"]) {
  let fault: unknown;
  if (typeof password !== "function") return { password, fault: () => fault };
  const guarded = async () => {
    try {
      const given = await password();
      fault = undefined;
      return given;
    } catch (error) {
      fault = error;
      return "";
    }
  };
  return { password: guarded, fault: () => fault };
}
