/**
 * The port for npm's `postgres` driver.
 *
 * @module
 */

import postgres from "postgres";
import { StoreError } from "../errors.ts";
import { createAlarms } from "./alarms.ts";
import { driverCode, isAnswer } from "./faults.ts";
import { GRACE, interruptible, QUERY_CANCELED } from "./interrupt.ts";
import { createLanes, type LanesOptions } from "./lanes.ts";
import { type PresetName, PRESETS } from "./presets.ts";
import { Interrupted, NotSent, type Row, type SqlCall, type SqlClient } from "./sql_client.ts";
import { tlsOf } from "./tls.ts";

/** Reads under way on one connection at most. */
const READS_AHEAD = 16;

/** A `postgres` instance. */
export type Driver = postgres.Sql;

type Settings = postgres.Options<Record<string, postgres.PostgresType>>;

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
  /**
   * TLS: `true` checks the server's certificate and that it is the host's, by the authorities that the runtime trusts. An
   * object is the runtime's own TLS options: `{ ca }`, certificates as a text, names other authorities. Default: as the
   * URL's `sslmode` says, of which `require` encrypts without any check; without one no TLS.
   */
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
  const { connectTimeout = 10 } = options;
  // As a text, because the driver leaves out a number 0.
  const session: Record<string, string> = preset.sessionParameters
    ? { statement_timeout: String(options.statementTimeout ?? timeout) }
    : {};
  const { password, fault } = withoutFaults(options.password);
  const settings: Settings = {
    ...(url === undefined ? { host: "localhost", port: 5432, database: "actingweb" } : {}),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(database === undefined ? {} : { database }),
    ...(tls === undefined ? {} : { ssl: tls === true ? "verify-full" : tls }),
    user,
    password,
    // Each connection is an instance of its own: then we, and not the driver, choose what is sent on which.
    max: 1,
    prepare: preset.prepare,
    // We close what is idle: the driver would set a timer anew after each statement.
    idle_timeout: undefined,
    connect_timeout: connectTimeout,
    fetch_types: false,
    // A statement is tried again after a pause of its own; the driver's would go on when the server is long back.
    backoff: false,
    onnotice: refuseUnconfirmed,
    connection: { application_name: "actingweb-edge", ...session, ...options.parameters } as object,
  };
  // Made at once, as settings that the driver cannot use are told here; it connects when it is used.
  let first: Driver | null = driverOf(url, settings);
  const lanes: LanesOptions<Driver> = {
    open() {
      const sql = first ?? driverOf(url, settings);
      first = null;
      return sql;
    },
    close: (sql) => sql.end({ timeout: 5 }),
    drop: (sql) => sql.end({ timeout: 0 }),
    count: options.max ?? preset.max,
    width: 1,
    depth: READS_AHEAD,
    idle: preset.idleTimeout * 1_000,
  };
  return client(lanes, preset.prepare, connectTimeout, fault);
}

/** The driver reads the URL, its query and the session's parameters in ways of its own, and throws what it likes. */
function driverOf(url: string | undefined, settings: Settings): Driver {
  const made = (given: Settings) => url === undefined ? postgres(given) : postgres(url, given);
  try {
    // The first tells what the driver makes of it all, and never connects.
    return made({ ...settings, ssl: tlsOf(made(settings).options) });
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
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
  const { max, connect_timeout } = sql.options;
  // Which of its connections a statement is sent on is the instance's affair, so nothing is sent ahead on any.
  const lanes = { open: () => sql, close: () => Promise.resolve(), count: 1, width: max, depth: max, idle: Infinity };
  return client(lanes, PRESETS[preset].prepare, connect_timeout, () => undefined);
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

function client(
  options: LanesOptions<Driver>,
  prepare: boolean,
  connectTimeout: number,
  passwordFault: () => unknown,
): SqlClient {
  const alarms = createAlarms();
  const lanes = createLanes(options, alarms);

  async function send(
    start: (sql: Driver) => postgres.PendingQuery<Row[]>,
    parameters: unknown[],
    reads: boolean,
    call: SqlCall,
  ) {
    const turn = lanes.take(reads, call);
    const lane = turn instanceof Promise ? await turn : turn;
    const pending = start(lane.connection);
    const underWay = pending as unknown as UnderWay;
    const stop = () => {
      if (underWay.state === null) {
        // Still connecting. The driver cannot take it back, but without its parameters the server refuses it.
        const armed = parameters.length > 0;
        parameters.length = 0;
        return armed || reads;
      }
      // The request says which connection, not which statement: until it is through, it could hit the next one. Through
      // TLS the driver does not tell when that is, but the server may. A read with others behind it is left to its end.
      if (underWay.active && lane.statements <= options.width) {
        lanes.hold(lane, Promise.race([underWay.canceller(pending), cancelled(pending)]));
      }
      return reads;
    };
    let isLeft = false;
    const left = () => {
      isLeft = true;
      // The driver limits each attempt to connect, but not how often it begins anew when the server hangs up.
      lanes.leave(lane, underWay.state === null ? GRACE + connectTimeout * 1_000 : GRACE);
    };
    // The driver never uses a connection again that broke while it was about to send, and does not say so.
    const ended = (fault: unknown) =>
      lanes.give(lane, fault === null ? "answered" : isAnswer(fault) ? "refused" : "lost", isLeft);
    try {
      return await interruptible({ pending, stop, answers: !reads, left, ended }, call, alarms);
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
      const start = (sql: Driver) => sql.unsafe<Row[]>(text, own, { prepare });
      const found = await send(start, own, text.startsWith("SELECT"), call);
      // Rows of a cancelled statement leave holes before those of the next one on its connection.
      const rows: Row[] = found.length === 0 || 0 in found ? found : found.filter(() => true);
      return { rows, count: found.count ?? rows.length };
    },
    async script(text, call) {
      await send((sql) => sql.unsafe<Row[]>(text).simple(), [], false, call);
    },
    close: lanes.close,
  };
}

/**
 * A server that is told to stop while it waits for its standby says in a warning that it did not wait, and then that all
 * went well. What is thrown here becomes the statement's fault: nobody may count on a write that one server alone has.
 */
function refuseUnconfirmed({ routine }: postgres.Notice): void {
  if (routine === "SyncRepWaitForLSN") throw Object.assign(new Error("not confirmed"), { code: "NOT_CONFIRMED" });
}

/** Resolves when the server has stopped a statement. */
function cancelled(pending: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    pending.catch((error) => {
      if (driverCode(error) === QUERY_CANCELED) resolve();
    });
  });
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
