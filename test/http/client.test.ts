// The routes through Hono's client.
import { expect } from "bun:test";
import { Hono } from "hono";
import { hc } from "hono/client";
import { type Routes, routes, type RoutesSchema } from "../../src/http/mod.ts";
import { OPERATIONS } from "../../src/http/openapi/operations.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { basic } from "./app.ts";

const behaviour = behaviours("http client");

/** Every path and method of the type, and no other: what is missing here or too much does not compile. */
const DECLARED: { readonly [Path in keyof RoutesSchema]: { readonly [Method in keyof RoutesSchema[Path]]: true } } = {
  "/": { $post: true },
  "/:id": { $get: true, $delete: true },
  "/:id/meta": { $get: true },
  "/:id/meta/:part": { $get: true },
  "/:id/properties": { $get: true, $post: true, $delete: true },
  "/:id/properties/:name": { $get: true, $put: true, $post: true, $delete: true },
  "/:id/properties/:name/:part": { $get: true, $put: true, $delete: true },
  "/:id/trust": { $get: true, $post: true },
  "/:id/trust/:relationship": { $get: true, $post: true },
  "/:id/trust/trustee": { $put: true, $delete: true },
  "/:id/trust/:relationship/:peer": { $get: true, $put: true, $post: true, $delete: true },
  "/:id/trust/:relationship/:peer/permissions": { $get: true, $put: true, $delete: true },
  "/:id/trust/:relationship/:peer/shared_properties": { $get: true },
  "/:id/permissions/:peer": { $get: true },
  "/:id/subscriptions": { $get: true, $post: true },
  "/:id/subscriptions/:peer": { $get: true, $post: true },
  "/:id/subscriptions/:peer/:subscription": { $get: true, $put: true, $delete: true },
  "/:id/subscriptions/:peer/:subscription/:sequence": { $get: true },
};

behaviour("its type has every operation but callbacks, and no other", () => {
  const declared = Object.entries(DECLARED).flatMap(([path, methods]) => {
    return Object.keys(methods).map((method) => `${method.slice(1).toUpperCase()} ${path}`);
  });
  const all = OPERATIONS.filter(({ path }) => !path.includes("/callbacks/")).map(({ method, path }) => {
    return `${method} ${path.replace(/\{(\w+)\}/g, ":$1")}`;
  });
  expect(declared.sort()).toEqual(all.sort());
});

for (const mount of ["", "/aw"]) {
  behaviour(
    `actors, properties, relationships and subscriptions are reached by it, at ${mount || "the root"}`,
    async () => {
      const store = memoryStore();
      const app = mount === "" ? routes(store) : new Hono().route(mount, routes(store));
      const request = (input: string | URL | Request, init?: RequestInit) => Promise.resolve(app.request(input, init));
      const anybody = hc<Routes>(`http://localhost${mount}`, { fetch: request });
      const created = await anybody.index.$post({ json: { creator: "ann", passphrase: "word" } });
      if (created.status !== 201) throw new Error(`not created: ${created.status}`);
      const { id } = await created.json();
      const authorization = basic("ann:word");
      const client = hc<Routes>(`http://localhost${mount}`, { fetch: request, headers: { authorization } })[":id"];

      const name = encodeURIComponent("a/b");
      const written = await client.properties[":name"].$put({ param: { id, name }, json: { c: [1, null] } });
      expect(written.status).toBe(204);
      const part = await client.properties[":name"][":part"].$get({ param: { id, name, part: "c" } });
      expect(await part.json()).toEqual([1, null]);
      const all = await client.properties.$get({ param: { id }, query: { format: "full" } });
      expect(await all.json()).toEqual({ "a/b": { c: [1, null] } });

      expect(await (await client.meta[":part"].$get({ param: { id, part: "id" } })).text()).toBe(id);
      await store.trusts.createIfAbsent(id, {
        peerId: "p",
        baseUri: "https://p.example/p",
        type: "urn:x",
        relationship: "friend",
        secret: "s",
        approved: true,
      });
      const trusts = await client.trust.$get({ param: { id }, query: { relationship: "friend" } });
      if (trusts.status !== 200) throw new Error(`no relationships: ${trusts.status}`);
      expect((await trusts.json()).map(({ peerid }) => peerid)).toEqual(["p"]);
      const subscribed = await client.subscriptions[":peer"].$post(
        { param: { id, peer: "p" }, json: { target: "properties", granularity: "none" } },
        { headers: { authorization: "Bearer s" } },
      );
      if (subscribed.status !== 201) throw new Error(`not subscribed: ${subscribed.status}`);
      const subscription = (await subscribed.json()).subscriptionid;
      await client.properties[":name"].$put({ param: { id, name: "d" }, json: "text" });
      const diffs = await client.subscriptions[":peer"][":subscription"].$get({
        param: { id, peer: "p", subscription },
      });
      if (diffs.status !== 200) throw new Error(`no diffs: ${diffs.status}`);
      expect((await diffs.json()).data.map(({ data }) => data)).toEqual([{ d: "text" }]);

      const refused = await anybody[":id"].$get({ param: { id } });
      if (refused.status !== 401) throw new Error(`not refused: ${refused.status}`);
      expect((await refused.json()).error.code).toBe("unauthenticated");
    },
  );
}
