/**
 * No more requests under way than a server can hold: what comes beyond is told to come again, at once, so that a server
 * under too much load answers what it can instead of growing until it can answer nothing.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { type Arguments, type Option, type Setting, type Shell, UsageError } from "./command.ts";
import type { Handler } from "./server.ts";

const DEFAULT = 256;
const MAXIMUM = 1_000_000;
const RETRY_SECONDS = "1";
const ENVIRONMENT = "ACTINGWEB_MAX_IN_FLIGHT";

/** The option of the command. */
export const IN_FLIGHT_OPTIONS: Readonly<Record<string, Option>> = {
  "max-in-flight": {
    value: "NUMBER",
    text: `Requests under way at once; more are answered with 503 and Retry-After. Default: ${DEFAULT}.`,
  },
};

/** Its name in the environment. */
export const IN_FLIGHT_SETTINGS: readonly Setting[] = [{ name: ENVIRONMENT, text: "The same as --max-in-flight." }];

/**
 * Reads the option; an argument comes before the environment.
 *
 * @throws {UsageError} When it is no whole number from 1
 */
export function maxInFlightOf({ values }: Arguments, environment: Shell["environment"]): number {
  const given = values["max-in-flight"];
  const text = given ?? (environment[ENVIRONMENT] || String(DEFAULT));
  const number = /^\d{1,7}$/.test(text) ? Number(text) : NaN;
  if (!(number >= 1 && number <= MAXIMUM)) {
    const name = given === undefined ? ENVIRONMENT : "--max-in-flight";
    throw new UsageError(`${name} must be a whole number from 1 to ${MAXIMUM}`);
  }
  return number;
}

/** A handler that is never at more than `most` requests. */
export function limitInFlight(handler: Handler, most: number): Handler {
  let underWay = 0;
  return async (request) => {
    if (underWay >= most) return overloaded();
    underWay++;
    try {
      // The embedded database answers without ever waiting: the requests behind this one have to be seen first, else none
      // of them is counted and all wait where nobody can tell them so.
      await new Promise((resolve) => setImmediate(resolve));
      return await handler(request);
    } finally {
      underWay--;
    }
  };
}

function overloaded(): Response {
  const error = { code: "overloaded", message: "too many requests are under way; try again in a moment" };
  return Response.json({ error }, {
    status: 503,
    headers: { "cache-control": "no-store", "retry-after": RETRY_SECONDS },
  });
}
