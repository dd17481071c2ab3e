// The OpenAPI document, held against the routes.
import { expect } from "bun:test";
import { openApi } from "../../src/http/openapi/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { openPair } from "./nodes.ts";

const behaviour = behaviours("http openapi");
const METHODS = ["GET", "POST", "PUT", "DELETE"] as const;

interface Described {
  readonly responses: Readonly<Record<string, unknown>>;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
}

async function paths(): Promise<[string, Readonly<Record<string, Described>>][]> {
  const document = await openApi() as unknown as { paths: Record<string, Record<string, Described>> };
  return Object.entries(document.paths);
}

behaviour("it is of version 3.1 and says what the node is", async () => {
  expect(await openApi({ title: "Test", version: "2.0", baseUrl: "https://a.example/" })).toMatchObject({
    openapi: "3.1.0",
    info: { title: "Test", version: "2.0" },
    servers: [{ url: "https://a.example/" }],
  });
});

behaviour("every method of every path is one that the routes have, and the other way round", async () => {
  const { two, bob, ann } = await openPair();
  const names: Readonly<Record<string, string>> = {
    id: bob.id,
    part: "a",
    name: "a",
    relationship: "friend",
    peer: ann.id,
    subscription: "s",
    sequence: "1",
  };
  const all = await paths();
  expect(all.length).toBeGreaterThan(15);
  for (const [path, methods] of all) {
    const url = path.slice(1).replace(/\{(\w+)\}/g, (_, name: string) => names[name]!);
    for (const method of METHODS) {
      // The factory and the actor are there for every test.
      if (path === "/" || (path === "/{id}" && method === "DELETE")) continue;
      const { status } = await two.send(method, url, { body: method === "GET" ? undefined : "{" });
      const isDescribed = methods[method.toLowerCase()] !== undefined;
      expect([method, path, status === 405]).toEqual([method, path, !isDescribed]);
      if (isDescribed) {
        expect([method, path, Object.keys(methods[method.toLowerCase()]!.responses)]).toEqual([
          method,
          path,
          expect.arrayContaining([String(status)]),
        ]);
      }
    }
  }
});

behaviour("bodies are described by the schemas that they are checked with", async () => {
  const all = new Map(await paths());
  const schemaOf = (path: string, method: string) =>
    all.get(path)![method]!.requestBody!.content["application/json"]!.schema;
  expect(schemaOf("/{id}/trust/{relationship}", "post")).toMatchObject({
    type: "object",
    required: ["baseuri", "id", "secret"],
    properties: { secret: { type: "string", maxLength: 255 } },
  });
  expect(schemaOf("/{id}/subscriptions/{peer}", "post")).toMatchObject({ required: ["target"] });
});
