/**
 * Credentials as a value, of an environment, or from a function.
 *
 * @module
 */

import type { Credentials, DynamoDBClientOptions } from "./types.ts";

/** Milliseconds before their end at which temporary credentials are asked for anew. */
const EARLY = 60_000;
/** What a header can carry. */
const VISIBLE = /^[\x21-\x7e]*$/;

/**
 * Gives credentials; at once where they are known. `stale` are those that DynamoDB has refused as expired: others are
 * asked for, unless that has happened meanwhile.
 */
export type CredentialsSource = (stale: Credentials | undefined) => Credentials | Promise<Credentials>;

/**
 * Reads credentials from an environment given as a record: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for
 * temporary ones, `AWS_SESSION_TOKEN`.
 *
 * @returns The credentials, or `null` when the environment has none
 */
export function credentialsOfEnvironment(
  environment: { readonly [name: string]: string | undefined },
): Credentials | null {
  const accessKeyId = environment.AWS_ACCESS_KEY_ID;
  const secretAccessKey = environment.AWS_SECRET_ACCESS_KEY;
  if (!accessKeyId || !secretAccessKey) return null;
  const sessionToken = environment.AWS_SESSION_TOKEN;
  return sessionToken ? { accessKeyId, secretAccessKey, sessionToken } : { accessKeyId, secretAccessKey };
}

/**
 * Keeps what a function gave until a minute before `expiration`; callers at the same time share one question.
 */
export function credentialsSource(given: DynamoDBClientOptions["credentials"], now: () => number): CredentialsSource {
  if (typeof given !== "function") return () => usable(given);
  let known: Credentials | null = null;
  let until = 0;
  let asking: Promise<Credentials> | null = null;

  const ask = async () => {
    known = usable(await given());
    until = new Date(known.expiration ?? 0).getTime() - EARLY;
    return known;
  };
  return (stale) => {
    if (known !== null && known !== stale && now() < until) return known;
    return asking ??= ask().finally(() => asking = null);
  };
}

function usable(credentials: Credentials): Credentials {
  const { accessKeyId, secretAccessKey, sessionToken = "" } = credentials ?? {};
  if (accessKeyId && secretAccessKey && VISIBLE.test(accessKeyId + sessionToken)) return credentials;
  // A runtime's own complaint about such a header would quote it.
  throw new TypeError("a key is missing or unfit for a header");
}
