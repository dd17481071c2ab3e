/**
 * What the server's answers mean.
 *
 * @module
 */

import type { CancellationReason, DynamoDBErrorFacts } from "./errors.ts";
import { isPassing } from "./retry.ts";
import type { Item, Output } from "./types.ts";

/** A fault before it is known which call it belongs to. */
export interface Fault extends DynamoDBErrorFacts {
  /** The service's short type, or one of ours. */
  readonly type: string;
}

/** Reads a JSON object, as every answer of DynamoDB is one; `null` for anything else. */
export function readObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && !Array.isArray(value) ? value as Record<string, unknown> | null : null;
  } catch {
    // The parser's message quotes the text, so it is not kept.
    return null;
  }
}

/** Reads an answer that is no output: DynamoDB's refusal, the page of a proxy, or garbage with status 200. */
export function readRefusal(status: number, text: string): Fault {
  const answer = readObject(text) ?? {};
  // `com.amazonaws.dynamodb.v20120810#Type`; the protocol also permits an address after a colon.
  const named = /(\w+)(:.*)?$/.exec(`${answer.__type ?? ""}`)?.[1];
  const type = named ?? (status >= 500 ? "InternalServerError" : "InvalidResponse");
  const reasons = readReasons(answer.CancellationReasons);
  const passing = isPassing({ type, reasons });
  const lost = status >= 500 || status === 200;
  return {
    type,
    status,
    outcome: (passing ? type === "TransactionInProgressException" : lost) ? "unknown" : "refused",
    retryable: passing || lost || status === 429,
    item: answer.Item as Item | undefined,
    reasons,
    serverMessage: `${answer.message ?? answer.Message ?? ""}`,
  };
}

function readReasons(reasons: unknown): CancellationReason[] | undefined {
  if (!Array.isArray(reasons)) return undefined;
  return (reasons as { Code?: string; Item?: Item }[]).map(({ Code: code = "None", Item: item }) => ({ code, item }));
}

/** Capacity units of an answer, summed over tables; 0 when it does not tell. */
export function unitsOf({ ConsumedCapacity: consumed = [] }: Output): number {
  return [consumed].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}
