// What surrounds every answer.
import { expect } from "bun:test";
import { type RequestEntry, routes } from "../../src/http/mod.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { behaviours } from "../support/behaviour.ts";

const behaviour = behaviours("http envelope");
const UUID = /^[0-9a-f-]{36}$/;

behaviour("every answer has an id, which the log has, too", async () => {
  const entries: RequestEntry[] = [];
  const app = routes(memoryStore(), { onRequest: (entry) => entries.push(entry), now: () => 5 });
  const paths = [["POST", "/"], ["GET", "/x/properties/secret?a=word"], ["GET", "/unknown/%ff"], [
    "PATCH",
    "/x",
  ]] as const;
  const answers = await Promise.all(paths.map(([method, path]) => app.request(path, { method })));
  const ids = answers.map(({ headers }) => headers.get("x-request-id"));
  for (const id of ids) expect(id).toMatch(UUID);
  expect(new Set(ids).size).toBe(paths.length);
  expect(entries.map(({ requestId }) => requestId).sort()).toEqual(ids.map(String).sort());
  const logged = entries.find(({ requestId }) => requestId === ids[1]);
  expect(logged).toEqual({ requestId: ids[1]!, method: "GET", path: "/x/properties", status: 404, milliseconds: 0 });
});

behaviour("a fault is answered and reported under the request's id", async () => {
  const reported: string[] = [];
  const store = memoryStore();
  await store.close();
  const app = routes(store, { onFault: (_, requestId) => reported.push(requestId) });
  const answer = await app.request("/x/meta");
  const { error } = await answer.json() as { error: { request_id: string } };
  expect([answer.status, reported]).toEqual([503, [error.request_id]]);
  expect(answer.headers.get("x-request-id")).toBe(error.request_id);
});

behaviour("pages of named origins may call with credentials, others may not", async () => {
  const app = routes(memoryStore(), { corsOrigins: ["https://app.example"] });
  const ask = (method: string, origin: string) => app.request("/x/meta", { method, headers: { origin } });
  const preflight = await ask("OPTIONS", "https://app.example");
  expect(preflight.status).toBe(204);
  for (const { headers } of [preflight, await ask("GET", "https://app.example")]) {
    expect(headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect(headers.get("access-control-allow-credentials")).toBe("true");
    expect(headers.get("access-control-allow-headers")).toContain("authorization");
    expect(headers.get("vary")).toBe("origin");
  }
  const other = await ask("OPTIONS", "https://other.example");
  expect([other.status, other.headers.get("access-control-allow-origin")]).toEqual([405, null]);
});

behaviour("clients that can send GET and POST alone name the method in the query", async () => {
  const store = memoryStore();
  const app = routes(store);
  const { id, creator, passphrase } = await (await app.request("/", { method: "POST" })).json() as Record<
    string,
    string
  >;
  const headers = { authorization: `Basic ${btoa(`${creator}:${passphrase}`)}` };
  const path = `/${id}/properties/a`;
  expect((await app.request(`${path}?_method=PUT`, { method: "POST", headers, body: "1" })).status).toBe(204);
  expect(await store.properties.get(id!, "a")).toBe("1");
  expect((await app.request(`${path}?_method=delete`, { headers })).status).toBe(204);
  expect(await store.properties.get(id!, "a")).toBe(null);
  expect((await app.request(`${path}?_method=PUT`, { method: "DELETE", headers })).status).toBe(204);
});
