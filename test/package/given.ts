// What a program is given: JSON, so that it can be handed to any runtime.

/** How a program reaches the tests' databases. */
export interface Given {
  /** DynamoDB's place, as a process or a worker has it in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same as options of `dynamodbStore`. */
  readonly dynamodb: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly prefix: string;
  };
  /** PostgreSQL's place as options of `postgresqlStore`. */
  readonly postgresql: { readonly url: string; readonly schema: string };
}

/** A small true use of one import of the package; its answer is JSON. */
export type Program = (given: Given) => Promise<unknown>;
