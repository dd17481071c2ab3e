// The faults of each backend, and the codes with which a call may end that meets one until its deadline.
import type { StoreErrorCode } from "../../../src/errors.ts";
import type { Fault, HttpRequest } from "../../support/faulty_proxy.ts";

/** A fault with what is expected. */
export interface ExpectedFault {
  readonly fault: Fault;
  /** Codes of a read, or `answered`. */
  readonly read: readonly (StoreErrorCode | "answered")[];
  /** Codes of a write, or `answered`. */
  readonly write: readonly (StoreErrorCode | "answered")[];
}

const HOUR = 3_600_000;
const TOLERANCE = 300_000;

const NETWORK: Readonly<Record<string, ExpectedFault>> = {
  "a request that never arrives": {
    fault: "cut before",
    read: ["unavailable", "timeout"],
    // Whoever sent it cannot know.
    write: ["unknown_outcome", "unavailable", "timeout"],
  },
  "an answer that never comes": {
    fault: "cut after",
    read: ["unavailable", "timeout"],
    write: ["unknown_outcome", "unavailable", "timeout"],
  },
  "half an answer": {
    fault: "cut amid",
    read: ["unavailable", "timeout", "answered"],
    write: ["unknown_outcome", "unavailable", "timeout", "answered"],
  },
  "a request that comes too late": {
    fault: "hold request",
    read: ["timeout"],
    write: ["unknown_outcome", "timeout"],
  },
  "an answer that comes too late": {
    fault: "hold answer",
    read: ["timeout"],
    write: ["unknown_outcome", "timeout"],
  },
};

/** Faults of any network. */
export const POSTGRESQL_FAULTS = NETWORK;

/** Faults of any network, and of DynamoDB. */
export const DYNAMODB_FAULTS: Readonly<Record<string, ExpectedFault>> = {
  ...NETWORK,
  ...throttles("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"),
  "status 500": failing(500, "InternalServerError"),
  "status 503": failing(503, "ServiceUnavailable"),
  "unprocessed items for ever": {
    fault: unprocessed,
    read: ["answered", "throttled"],
    write: ["answered", "throttled", "unknown_outcome"],
  },
  garbage: {
    fault: () => ({ status: 200, body: "<html>Welcome to the hotel" }),
    read: ["unavailable", "timeout"],
    // Some writes begin with a read.
    write: ["unknown_outcome", "unavailable", "timeout"],
  },
  "a clock that is an hour ahead": {
    fault: (request) => checkedBy(request, new Date(Date.now() + HOUR)),
    read: ["answered"],
    write: ["answered"],
  },
  "a clock that jumps": {
    fault: (request) => checkedBy(request, new Date(request.signedAt + HOUR)),
    read: ["denied"],
    write: ["denied"],
  },
};

function refusal(status: number, type: string, message = "told so", date = new Date()) {
  return { status, body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }), date };
}

function throttles(...types: readonly string[]): Record<string, ExpectedFault> {
  const expected = { read: ["throttled"], write: ["throttled"] } as const;
  return Object.fromEntries(types.map((type) => [type, { fault: () => refusal(400, type), ...expected }]));
}

function failing(status: number, type: string): ExpectedFault {
  return {
    fault: () => refusal(status, type),
    read: ["unavailable"],
    // DynamoDB says of both that the write may have been done.
    write: ["unknown_outcome", "unavailable"],
  };
}

function unprocessed({ operation, body }: HttpRequest) {
  const items = () => (JSON.parse(body) as { RequestItems: unknown }).RequestItems;
  if (operation === "BatchWriteItem") return { status: 200, body: JSON.stringify({ UnprocessedItems: items() }) };
  if (operation !== "BatchGetItem") return null;
  return { status: 200, body: JSON.stringify({ Responses: {}, UnprocessedKeys: items() }) };
}

/** What a server says whose clock this is. */
function checkedBy({ signedAt }: HttpRequest, clock: Date) {
  if (Math.abs(signedAt - clock.getTime()) < TOLERANCE) return null;
  const message = "Signature expired: it is now earlier than the server's clock allows";
  return refusal(400, "InvalidSignatureException", message, clock);
}
