/**
 * The assertions of the cases, without a test framework.
 *
 * @module
 */

import { StoreError, type StoreErrorCode } from "../errors.ts";

/** What a failed assertion throws. */
export class CheckError extends Error {
  /** `CheckError`: tells a behaviour that does not hold from a fault. */
  override readonly name = "CheckError";
}

/** Assertions. */
export interface Check {
  /** Equal in depth: the same kind, the same members; Maps, Sets, arrays, bigints and `-0` told apart. */
  equal(actual: unknown, expected: unknown, message?: string): void;
  /** Not equal in depth. */
  notEqual(actual: unknown, unexpected: unknown, message?: string): void;
  /** Exactly `true`. */
  true(actual: unknown, message?: string): void;
  /** Exactly `false`. */
  false(actual: unknown, message?: string): void;
  /** Exactly `null`. */
  null(actual: unknown, message?: string): void;
  /** Refused with this code; gives the error for more checks. `mentions`: words that the message must contain. */
  refused(call: Promise<unknown>, code: StoreErrorCode, ...mentions: string[]): Promise<StoreError>;
  /** Fails with a message. */
  fail(message: string): never;
}

/** The assertions. */
export const check: Check = {
  equal(actual, expected, message) {
    if (!same(actual, expected)) fail(`${prefix(message)}expected ${show(expected)}, got ${show(actual)}`);
  },
  notEqual(actual, unexpected, message) {
    if (same(actual, unexpected)) fail(`${prefix(message)}expected anything but ${show(unexpected)}`);
  },
  true(actual, message) {
    if (actual !== true) fail(`${prefix(message)}expected true, got ${show(actual)}`);
  },
  false(actual, message) {
    if (actual !== false) fail(`${prefix(message)}expected false, got ${show(actual)}`);
  },
  null(actual, message) {
    if (actual !== null) fail(`${prefix(message)}expected null, got ${show(actual)}`);
  },
  async refused(call, code, ...mentions) {
    let result: unknown;
    try {
      result = await call;
    } catch (error) {
      if (!(error instanceof StoreError)) throw new CheckError(`expected a StoreError, got ${error}`, { cause: error });
      if (error.code !== code) throw new CheckError(`expected code ${code}, got ${error.code}`, { cause: error });
      for (const words of mentions) {
        if (!error.message.includes(words)) fail(`expected the message to mention "${words}": ${error.message}`);
      }
      return error;
    }
    return fail(`expected a refusal with code ${code}, got ${show(result)}`);
  },
  fail,
};

function fail(message: string): never {
  throw new CheckError(message);
}

function prefix(message: string | undefined): string {
  return message === undefined ? "" : `${message}: `;
}

function same(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
  if (left instanceof Map && right instanceof Map) return same([...left], [...right]);
  if (left instanceof Set && right instanceof Set) return same([...left], [...right]);
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) =>
    Object.hasOwn(right, key) &&
    same((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key])
  );
}

const SHOWN = 400;

function show(value: unknown): string {
  const text = JSON.stringify(value, (_key, part) => {
    if (typeof part === "bigint") return `${part}n`;
    if (part instanceof Map) return { Map: [...part] };
    if (part instanceof Set) return { Set: [...part] };
    return part;
  }) ?? String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
}
