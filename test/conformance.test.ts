// The contract's behaviours on the backend of this cell.
import { afterAll, beforeAll, expect } from "bun:test";
import process from "node:process";
import { conformance, runCase } from "../src/conformance/mod.ts";
import { awkwardTexts } from "./support/awkward.ts";
import { behaviours } from "./support/behaviour.ts";
import { type Place, placeOfCell } from "./support/stores.ts";

let place: Place;
beforeAll(async () => {
  place = await placeOfCell("conformance");
}, 120_000);
afterAll(() => place.remove(), 120_000);

behaviours("cell")("this cell really talks to the backend it names", async () => {
  const store = await place.open();
  const backend = process.env.TEST_BACKEND;
  const answer = await place.server();
  expect(store.backend).toBe(backend === "pglite" ? "postgresql" : backend!);
  if (backend === "dynamodb") expect(answer).toContain("a request id");
  else if (backend === "pglite") expect(answer).toContain("wasm");
  else {
    expect(answer).toMatch(/^PostgreSQL/);
    expect(answer).not.toContain("wasm");
  }
  await store.close();
});

for (const { name, cases } of conformance) {
  const behaviour = behaviours(name);
  for (const each of cases) {
    behaviour(each.name, () => runCase(each, { open: (options) => place.open(options), awkward: awkwardTexts }));
  }
}
