/**
 * `actingweb-edge serve`.
 *
 * @module
 */

import { readConfiguration, type StoreConfiguration } from "../config.ts";
import { backendOf } from "../config/environment.ts";
import { StoreError } from "../errors.ts";
import type { RoutesOptions } from "../http/mod.ts";
import { occasionalPurge } from "../occasional_purge.ts";
import type { Store } from "../store.ts";
import { type Arguments, type Command, Failure, type Shell, UsageError } from "./command.ts";
import { openDatabase, type OpenedDatabase } from "./database.ts";
import { IN_FLIGHT_OPTIONS, IN_FLIGHT_SETTINGS, limitInFlight, maxInFlightOf } from "./in_flight.ts";
import { prepare } from "./prepare.ts";
import { ROUTES_OPTIONS, ROUTES_SETTINGS, routesOptions } from "./routes_options.ts";
import { type Handler, type Server, startServer } from "./server.ts";
import { SETTINGS } from "./settings.ts";
import { stopSignal } from "./signals.ts";
import { VERSION } from "./version.ts";

const STOP_MILLISECONDS = 10_000;
const PORT_MAXIMUM = 65_535;
const BACKENDS: readonly string[] = ["dynamodb", "postgresql", "pglite"];

/** The command. */
export const command: Command = {
  name: "serve",
  description: "Serves the ActingWeb protocol over HTTP until it is interrupted. The database is the one that the " +
    "environment names; when it names none, an embedded PostgreSQL (PGlite) that lives in memory or in a folder.",
  options: {
    port: { value: "NUMBER", text: "Port to listen on; 0 takes any free one. Default: 8080." },
    host: { value: "NAME", text: "Host name or address to listen on. Default: 127.0.0.1, this machine only." },
    ...IN_FLIGHT_OPTIONS,
    ...ROUTES_OPTIONS,
    backend: { value: "NAME", text: "dynamodb, postgresql or pglite. Default: DATABASE_BACKEND, else pglite." },
    data: { value: "FOLDER", text: "Keeps PGlite's data in this folder. Default: PGLITE_DATA, else in memory." },
    migrate: { text: "Prepares PostgreSQL's schema or DynamoDB's tables first; PGlite's is always prepared." },
  },
  settings: [...SETTINGS, ...IN_FLIGHT_SETTINGS, ...ROUTES_SETTINGS],
  run: serve,
};

async function serve(given: Arguments, shell: Shell): Promise<number> {
  const address = { host: given.values.host ?? "127.0.0.1", port: portOf(given.values.port ?? "8080") };
  const configuration = configurationOf(given, shell.environment);
  const options = routesOptions(given, shell.environment);
  const maxInFlight = maxInFlightOf(given, shell.environment);
  const work = pendingWork();
  const handlerOf = await loadRoutes({ ...options, waitUntil: work.add });
  shell.print(`actingweb-edge ${VERSION}`);
  if (given.flags.has("migrate") && configuration.backend !== "pglite") {
    shell.print((await prepare(configuration)).done);
  }
  const database = await openDatabase(configuration).catch((error: unknown) => {
    if (!(error instanceof StoreError) || error.code !== "not_migrated") throw error;
    throw new Failure("the database is not prepared: run `actingweb-edge migrate`, or add --migrate", { cause: error });
  });
  try {
    const handler = purging(handlerOf(database.store), database.store, work.add, shell);
    await answerUntilStopped(limitInFlight(handler, maxInFlight), address, configuration, database, shell);
    await work.finished(STOP_MILLISECONDS);
  } finally {
    await database.close();
  }
  shell.print("Stopped.");
  return 0;
}

async function answerUntilStopped(
  handler: Handler,
  address: { readonly host: string; readonly port: number },
  configuration: StoreConfiguration,
  { description }: OpenedDatabase,
  shell: Shell,
): Promise<void> {
  const server: Server = await startServer(handler, address);
  const stopped = stopSignal();
  shell.print(`Database: ${description}`);
  if (configuration.backend === "pglite" && configuration.folder === undefined) {
    shell.print("The data is lost when this process stops; --data FOLDER keeps it.");
  }
  shell.print(`Listening on ${server.url}`);
  await stopped;
  const finished = server.stop(STOP_MILLISECONDS);
  shell.print("Stopping after the requests under way; a second signal stops at once.");
  await finished;
}

function configurationOf({ values }: Arguments, environment: Shell["environment"]): StoreConfiguration {
  const { backend: asked, data } = values;
  if (asked !== undefined && !BACKENDS.includes(asked)) {
    throw new UsageError(`--backend must be one of ${BACKENDS.join(", ")}`);
  }
  const backend = asked ?? backendOf(environment) ?? "pglite";
  if (data !== undefined && backend !== "pglite") {
    throw new UsageError(`--data is the folder of PGlite and cannot be used with the backend ${backend}`);
  }
  return readConfiguration({
    ...environment,
    DATABASE_BACKEND: backend,
    ...(data === undefined ? {} : { PGLITE_DATA: data }),
  });
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= PORT_MAXIMUM)) throw new UsageError(`--port must be a whole number from 0 to ${PORT_MAXIMUM}`);
  return port;
}

/** Loads Hono, which only this command needs. */
async function loadRoutes(options: RoutesOptions): Promise<(store: Store) => Handler> {
  try {
    const { routes } = await import("../http/mod.ts");
    return (store) => {
      const app = routes(store, options);
      return async (request) => await describe(request, options) ?? await app.fetch(request);
    };
  } catch (cause) {
    throw new Failure("Hono is missing; install the package hono", { cause });
  }
}

/** Removes expired attributes once in a while beside the requests, where the database does not do it by itself. */
function purging(handler: Handler, store: Store, add: (work: Promise<unknown>) => void, shell: Shell): Handler {
  const purge = occasionalPurge(store);
  return (request) => {
    // No request fails for it: the operator is told, and the next attempt is made when it is time again.
    add(purge().catch((error: StoreError) => shell.complain(`Expired attributes were not removed: ${error.message}`)));
    return handler(request);
  };
}

/** The OpenAPI document, where it is asked for and what makes it is installed. */
async function describe(request: Request, { baseUrl }: RoutesOptions): Promise<Response | null> {
  if (request.method !== "GET" || new URL(request.url).pathname !== "/openapi.json") return null;
  try {
    const { openApi } = await import("../http/openapi/mod.ts");
    return Response.json(await openApi({ version: VERSION, baseUrl: baseUrl ?? new URL("/", request.url).href }));
  } catch {
    // Its packages are optional: without them there is no document, as the routes then say.
    return null;
  }
}

/** What goes on after answers, e.g. callbacks: to be finished before the database is closed. */
function pendingWork() {
  const pending = new Set<Promise<unknown>>();
  return {
    add(work: Promise<unknown>): void {
      pending.add(work);
      void work.finally(() => pending.delete(work));
    },
    async finished(milliseconds: number): Promise<void> {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => timer = setTimeout(resolve, milliseconds));
      await Promise.race([late, Promise.allSettled(pending)]);
      clearTimeout(timer);
    },
  };
}
