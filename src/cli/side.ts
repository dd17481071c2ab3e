/**
 * One side of a transfer: a word for what the environment configures, or a URL.
 *
 * @module
 */

import { readConfiguration, type StoreConfiguration } from "../config.ts";
import type { StoreRequest } from "../store.ts";
import { type Shell, UsageError } from "./command.ts";
import { openDatabase, type OpenedDatabase } from "./database.ts";
import { prepare } from "./prepare.ts";

/** How a side may be named, for help texts. */
export const SIDES = "dynamodb, postgresql or pglite as the environment configures it, or " +
  "dynamodb://HOST:PORT/PREFIX?region=NAME&tls=false, postgres://USER:PASSWORD@HOST/DATABASE?schema=NAME, pglite:FOLDER";

const WORDS: readonly string[] = ["dynamodb", "postgresql", "pglite"];

/**
 * Reads how a side is named. Credentials of DynamoDB always come from the environment.
 *
 * @param option The option, for errors
 * @throws {UsageError} When it is neither a word nor a URL
 */
export function readSide(option: string, given: string | undefined, { environment }: Shell): StoreConfiguration {
  if (given === undefined) throw new UsageError(`--${option} is needed: ${SIDES}`);
  if (WORDS.includes(given)) return readConfiguration({ ...environment, DATABASE_BACKEND: given });
  const settings = settingsOf(given);
  if (settings === null) throw new UsageError(`--${option} must be ${SIDES}`);
  return readConfiguration({ ...environment, ...settings });
}

type Settings = Readonly<Record<string, string>>;

/** What a URL says, under the environment's names. */
function settingsOf(given: string): Settings | null {
  if (given.startsWith("pglite:")) {
    const folder = given.slice("pglite:".length);
    return folder === "" ? null : { DATABASE_BACKEND: "pglite", PGLITE_DATA: folder };
  }
  if (/^postgres(ql)?:\/\//.test(given)) return postgresql(given);
  return given.startsWith("dynamodb://") && URL.canParse(given) ? dynamodb(new URL(given)) : null;
}

/** The schema is ours; everything else is the driver's, which takes more than a URL can say. */
function postgresql(given: string): Settings {
  const [address, query = ""] = given.split("?", 2) as [string, string?];
  const parameters = new URLSearchParams(query);
  const schema = parameters.get("schema") ?? "public";
  parameters.delete("schema");
  const rest = parameters.size === 0 ? "" : `?${parameters}`;
  return { DATABASE_BACKEND: "postgresql", DATABASE_URL: address + rest, PG_DB_PREFIX: "", PG_DB_SCHEMA: schema };
}

function dynamodb({ host, pathname, searchParams }: URL): Settings {
  const [prefix, region] = [pathname.slice(1), searchParams.get("region")];
  const scheme = searchParams.get("tls") === "false" ? "http" : "https";
  return {
    DATABASE_BACKEND: "dynamodb",
    // An empty text counts as not set.
    AWS_DB_HOST: host === "" ? "" : `${scheme}://${host}`,
    ...(prefix === "" ? {} : { AWS_DB_PREFIX: prefix }),
    ...(region === null ? {} : { AWS_DEFAULT_REGION: region }),
  };
}

/** An open side. */
export interface Side extends OpenedDatabase {
  /** Its backend, as it is configured. */
  readonly configuration: StoreConfiguration;
}

/** Opens a side; `first` prepares it where it is asked to. */
export async function openSide(
  configuration: StoreConfiguration,
  { first = false, onRequest }: { readonly first?: boolean; readonly onRequest?: (request: StoreRequest) => void } = {},
): Promise<Side> {
  const reported = onRequest === undefined ? configuration : { ...configuration, onRequest };
  if (first && !(configuration.backend === "pglite" && configuration.folder === undefined)) {
    await prepare(configuration);
  }
  return { ...await openDatabase(reported), configuration };
}

/** Opens two sides; both are closed after the work, whatever happens. */
export async function withSides<Result>(
  first: () => Promise<Side>,
  second: () => Promise<Side>,
  work: (one: Side, other: Side) => Promise<Result>,
): Promise<Result> {
  const one = await first();
  try {
    const other = await second();
    try {
      return await work(one, other);
    } finally {
      await other.close();
    }
  } finally {
    await one.close();
  }
}
