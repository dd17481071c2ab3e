/**
 * Credentials as a value or a function.
 *
 * @module
 */

import { DynamoDBError } from "./errors.ts";
import type { Credentials, DynamoDBClientOptions } from "./types.ts";

/** Milliseconds before their end at which temporary credentials are asked for anew. */
const EARLY = 60_000;

/** Gives credentials; at once where they are known. `renew` forgets what is known. */
export type CredentialsSource = (operation: string, renew?: boolean) => Credentials | Promise<Credentials>;

/**
 * Keeps what a function gave until a minute before `expiration`; callers at the same time share one question.
 */
export function credentialsSource(given: DynamoDBClientOptions["credentials"], now: () => number): CredentialsSource {
  if (typeof given !== "function") return () => given;
  let known: Credentials | null = null;
  let until = 0;
  let asking: Promise<Credentials> | null = null;

  return (operation, renew = false) => {
    if (known !== null && !renew && now() < until) return known;
    asking ??= ask(operation, given).then((credentials) => {
      known = credentials;
      until = credentials.expiration === undefined ? 0 : new Date(credentials.expiration).getTime() - EARLY;
      return credentials;
    }).finally(() => asking = null);
    return asking;
  };
}

async function ask(operation: string, give: () => Credentials | Promise<Credentials>): Promise<Credentials> {
  try {
    const credentials = await give();
    if (credentials?.accessKeyId && credentials.secretAccessKey) return credentials;
  } catch (cause) {
    throw new DynamoDBError(operation, "CredentialsError", { cause });
  }
  throw new DynamoDBError(operation, "CredentialsError");
}
