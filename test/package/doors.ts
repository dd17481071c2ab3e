// The imports of the package, and for each the program that uses it.

/** The optional packages that the embedded database, the routes and (the first of several) their document need. */
export type Peer = "@electric-sql/pglite" | "hono" | "@valibot/to-json-schema";

/** One import of the package. */
export interface Door {
  /** The file in `programs/` that uses it. */
  readonly program: string;
  /** What the program does, for the reports. */
  readonly does: string;
  /** What it answers. */
  readonly answers: unknown;
  /** The optional package that it needs; it works without any other. Default: none. */
  readonly needs?: Peer;
  /** Where workerd runs it. Default: always. */
  readonly workerd?: "with nodejs_compat" | "never";
}

/** By their names in the manifest. */
export const DOORS: Readonly<Record<string, Door>> = {
  ".": {
    program: "open_store",
    does: "opens the database of an environment, and says what is missing for the embedded one",
    answers: { backend: "dynamodb", colour: "blue", embedded: "configuration" },
    // Bundled, it holds the `postgres` driver.
    workerd: "with nodejs_compat",
  },
  "./dynamodb": {
    program: "dynamodb",
    does: "opens a store that keeps a property",
    answers: ["blue", true, "green"],
  },
  "./dynamodb/tables": {
    program: "dynamodb_tables",
    does: "gives a store its tables as a whole",
    answers: [["colour", "blue"]],
  },
  "./dynamodb/old-lookups": {
    program: "dynamodb_old_lookups",
    does: "finds an actor by the reference's old table",
    answers: [null, "ann"],
  },
  "./postgresql": {
    program: "postgresql",
    does: "migrates a schema and opens a store that keeps a property",
    answers: ["blue", true, "green"],
    workerd: "with nodejs_compat",
  },
  "./postgresql/tables": {
    program: "postgresql_tables",
    does: "gives a store its tables as a whole",
    answers: [["colour", "blue"]],
    workerd: "with nodejs_compat",
  },
  "./pglite": {
    program: "pglite",
    does: "opens the embedded database, which keeps a property",
    answers: { backend: "postgresql", colour: "blue" },
    needs: "@electric-sql/pglite",
    workerd: "never",
  },
  "./dynamo-db-client-lite": {
    program: "client",
    does: "signs a request and decodes the answer",
    answers: {
      credential: "AWS4-HMAC-SHA256 Credential=id/20260203/eu-west-1/dynamodb/aws4_request",
      item: { id: "a", count: 3 },
    },
  },
  "./conformance": {
    program: "conformance",
    does: "shows the first behaviour of the contract on a store",
    answers: { group: "actors", shown: true },
  },
  "./hono": {
    program: "hono",
    does: "answers requests for an actor and its property",
    answers: [201, 204, { colour: "blue" }],
    needs: "hono",
  },
  "./openapi": {
    program: "openapi",
    does: "makes the document of the routes",
    answers: { openapi: "3.1.0", title: "Ours", methods: ["delete", "get", "post"] },
    needs: "@valibot/to-json-schema",
  },
  "./lists": {
    program: "lists",
    does: "keeps a list in its order",
    answers: [["first", "second", "third"], "third"],
  },
  "./transfer": {
    program: "transfer",
    does: "exports a store and brings back a row that was lost since",
    answers: { written: true, colour: "blue" },
  },
};
