/**
 * The client's types: DynamoDB's own JSON, credentials, options and reports.
 *
 * @module
 */

/** A value in DynamoDB's own JSON. Numbers are texts, binary is base64. */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { M: Item }
  | { L: AttributeValue[] }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] };

/** A row, or a key, in DynamoDB's own JSON. */
export type Item = Record<string, AttributeValue>;

/** What signs requests. */
export interface Credentials {
  /** Access key id. */
  readonly accessKeyId: string;
  /** Secret access key. */
  readonly secretAccessKey: string;
  /** Session token of temporary credentials. */
  readonly sessionToken?: string;
  /** When temporary credentials end; a function is asked again a minute before. Without it, by every call. */
  readonly expiration?: Date | string;
}

/** Operations of DynamoDB that the client sends. */
export type Target =
  | "BatchGetItem"
  | "BatchWriteItem"
  | "CreateTable"
  | "DeleteItem"
  | "DeleteTable"
  | "DescribeTable"
  | "DescribeTimeToLive"
  | "GetItem"
  | "ListTables"
  | "PutItem"
  | "Query"
  | "Scan"
  | "TransactGetItems"
  | "TransactWriteItems"
  | "UpdateItem"
  | "UpdateTable"
  | "UpdateTimeToLive";

/** What belongs to one call. */
export interface CallContext {
  /** A name for errors and reports. Default: DynamoDB's operation. */
  readonly operation?: string;
  /** Cancels the call, also while it waits between two tries. */
  readonly signal?: AbortSignal;
  /** When the call has to be over; milliseconds since the epoch on the client's clock. Default: now + `timeout`. */
  readonly deadline?: number;
  /** Whether doing it twice is as good as once. Default: see {@linkcode DynamoDBClient.send}. */
  readonly repeatable?: boolean;
}

/** One request that was sent, reported after its answer or fault. */
export interface RequestEvent {
  /** The call's name. */
  readonly operation: string;
  /** DynamoDB's operation. */
  readonly target: Target;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Milliseconds until the answer or the fault. */
  readonly milliseconds: number;
  /** HTTP status, 0 without an answer. */
  readonly status: number;
  /** `null`, or the type of the fault. */
  readonly error: string | null;
  /** Capacity units, summed over tables. */
  readonly consumedCapacity: number;
}

/** Options of {@linkcode createDynamoDBClient}. */
export interface DynamoDBClientOptions {
  /** AWS region, e.g. `eu-west-1`. */
  readonly region: string;
  /** Base URL, of which origin and path are used. Default: DynamoDB's own of the region. */
  readonly endpoint?: string;
  /**
   * Credentials, or a function that gives them: asked when the first request needs them, by all callers at once, and
   * waited for up to `attemptTimeout` a try.
   */
  readonly credentials: Credentials | (() => Credentials | Promise<Credentials>);
  /** Default: the global `fetch`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** From 0 to 1, for jitter. Default `Math.random`. */
  readonly random?: () => number;
  /** Milliseconds for one try, body included; at most 2,147,483,647. Default 5,000. */
  readonly attemptTimeout?: number;
  /** Milliseconds for a call with its retries. Default 15,000. */
  readonly timeout?: number;
  /** Tries of one request at most, the first included. Default 10. */
  readonly maximumAttempts?: number;
  /** Called after every request that was sent; what it throws is ignored. Switches `ReturnConsumedCapacity` on. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
}

/** An answer of DynamoDB; which parts it has depends on the operation. */
export interface Output {
  /** GetItem. */
  readonly Item?: Item;
  /** Query, Scan. */
  readonly Items?: Item[];
  /** Query, Scan. */
  readonly Count?: number;
  /** Query, Scan: where the next page begins. */
  readonly LastEvaluatedKey?: Item;
  /** Writes with ReturnValues. */
  readonly Attributes?: Item;
  /** BatchGetItem: rows by table. TransactGetItems: one entry for each key, in order. */
  readonly Responses?: Record<string, Item[]> | { readonly Item?: Item }[];
  /** BatchGetItem. */
  readonly UnprocessedKeys?: Record<string, { Keys: Item[] }>;
  /** BatchWriteItem. */
  readonly UnprocessedItems?: Record<string, ({ PutRequest: { Item: Item } } | { DeleteRequest: { Key: Item } })[]>;
  /** ListTables. */
  readonly TableNames?: string[];
  /** ListTables. */
  readonly LastEvaluatedTableName?: string;
  /** DescribeTable. */
  readonly Table?: Record<string, unknown>;
  /** DescribeTimeToLive. */
  readonly TimeToLiveDescription?: Record<string, unknown>;
  /** With ReturnConsumedCapacity. */
  readonly ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[];
}
