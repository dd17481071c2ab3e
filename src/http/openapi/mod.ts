/**
 * The OpenAPI 3.1 document of the protocol's routes, made of their own schemas.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { routes } from "actingweb-edge/hono";
 * import { openApi } from "actingweb-edge/openapi";
 *
 * const app = new Hono();
 * app.get("/openapi.json", async (c) => c.json(await openApi()));
 * app.route("/", routes(store));
 *
 * const document = await (await app.request("/openapi.json")).json();
 * document.openapi; // => "3.1.0"
 * ```
 *
 * @module
 */

import { toJsonSchema } from "@valibot/to-json-schema";
import { Hono } from "hono";
import { describeRoute, type DescribeRouteOptions, generateSpecs } from "hono-openapi";
import { type Operation, OPERATIONS } from "./operations.ts";

/** What the document says about the node. */
export interface OpenApiOptions {
  /** Title. Default `ActingWeb`. */
  readonly title?: string;
  /** Version of the application. Default `1.0`. */
  readonly version?: string;
  /** URL under which the routes are reached. Default: none. */
  readonly baseUrl?: string;
}

/** An OpenAPI document. */
export type OpenApiDocument = Awaited<ReturnType<typeof generateSpecs>>;

const JSON_TYPE = "application/json";
const TEXTS: Readonly<Record<number, string>> = {
  200: "It is in the body",
  201: "Created",
  202: "Taken, not approved yet",
  204: "Done",
  400: "What was sent cannot be taken; the message names the field",
  401: "Credentials are missing",
  403: "The credentials do not permit this",
  404: "It is not there",
  405: "Another method is needed; the header Allow names them",
  408: "The body did not come in time, or the peer refused or cannot be reached",
  409: "Something else has this name or form",
  413: "It is too large",
  415: "The body is compressed",
  500: "Something went wrong; the message has an id",
  502: "The peer did not do its part",
  503: "The database cannot answer at present, or too many requests are under way",
};
/** What any operation may be answered with: ids and names may hold what cannot be. */
const ALWAYS = [400, 404, 405, 413, 500, 503];
const GUARDED = [401, 403];
/** What an operation that takes a body may be answered with, too. */
const WITH_BODY = [408, 415];

const FAULT = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: { code: { type: "string" }, message: { type: "string" }, request_id: { type: "string" } },
    },
  },
} as const;

/** Makes the document. */
export async function openApi(options: OpenApiOptions = {}): Promise<OpenApiDocument> {
  const { title = "ActingWeb", version = "1.0", baseUrl } = options;
  const app = new Hono();
  for (const operation of OPERATIONS) {
    const path = operation.path.replace(/\{(\w+)\}/g, ":$1");
    app.on(operation.method, path, describeRoute(described(operation)));
  }
  return await generateSpecs(app, {
    documentation: {
      openapi: "3.1.0",
      info: { title, version },
      ...(baseUrl === undefined ? {} : { servers: [{ url: baseUrl }] }),
      components: {
        securitySchemes: {
          creator: { type: "http", scheme: "basic" },
          peer: { type: "http", scheme: "bearer" },
        },
      },
    },
  });
}

function described(
  { summary, path, who, success, refusals, body, anyBody, query = [] }: Operation,
): DescribeRouteOptions {
  const takesBody = body !== undefined || anyBody === true;
  const faults = new Set([
    ...refusals,
    ...ALWAYS,
    ...(who === "known" ? GUARDED : []),
    ...(takesBody ? WITH_BODY : []),
  ]);
  const isText = path.endsWith("/meta/{part}");
  const responses: Record<string, object> = {};
  for (const status of success) {
    const content = isText ? { "text/plain": {}, [JSON_TYPE]: {} } : { [JSON_TYPE]: {} };
    responses[status] = { description: TEXTS[status]!, ...(status === 204 ? {} : { content }) };
  }
  for (const status of [...faults].sort()) {
    responses[status] = { description: TEXTS[status]!, content: { [JSON_TYPE]: { schema: FAULT } } };
  }
  const parameters = [
    ...Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => parameter(name!, "path")),
    ...query.map((name) => parameter(name, "query")),
  ];
  return {
    summary,
    responses,
    parameters,
    security: who === "anybody" ? [] : [{ creator: [] }, { peer: [] }],
    ...(takesBody ? { requestBody: requestBody(body) } : {}),
  } as DescribeRouteOptions;
}

function parameter(name: string, place: "path" | "query") {
  return { name, in: place, required: place === "path", schema: { type: "string" } };
}

function requestBody(body: Operation["body"]) {
  const schema = body === undefined ? {} : toJsonSchema(body, { errorMode: "ignore", typeMode: "input" });
  const { $schema: _, ...rest } = schema as { readonly $schema?: string };
  return { content: { [JSON_TYPE]: { schema: rest } } };
}
