// The contract's behaviours inside workerd, on the backend of this cell; this file itself runs on Node.
import { afterAll, beforeAll, expect } from "bun:test";
import process from "node:process";
import { conformance } from "../../src/conformance/mod.ts";
import { awkwardTexts } from "../support/awkward.ts";
import { behaviours } from "../support/behaviour.ts";
import { dynamodbConnection, dynamodbPlace, type Place, postgresqlPlace, postgresqlUrl } from "../support/stores.ts";
import { startWorker, type Worker } from "./host.ts";
import type { Answer, Question } from "./worker.ts";

/** Whether workerd offers Node's modules in this cell. */
const compatible = process.env.TEST_NODEJS_COMPAT === "true";

let worker: Worker;
let place: Place;
let options: unknown;

beforeAll(async () => {
  if (process.env.TEST_BACKEND === "postgresql") {
    const { schema, ...rest } = await postgresqlPlace("workerd");
    place = rest;
    options = { url: postgresqlUrl(), schema };
  } else {
    const { prefix, ...rest } = await dynamodbPlace("workerd");
    place = rest;
    options = { ...dynamodbConnection(), prefix, createTables: false };
  }
  worker = await startWorker(place.backend, compatible);
}, 120_000);

afterAll(async () => {
  await worker.stop();
  await place.remove();
}, 120_000);

function ask(behaviour: Question["behaviour"]): Promise<Answer> {
  return worker.ask({ options, awkward: awkwardTexts, behaviour });
}

behaviours("cell")("this cell really talks to the backend it names", async () => {
  expect(await ask(null)).toEqual({
    backend: process.env.TEST_BACKEND!,
    userAgent: "Cloudflare-Workers",
    hasBuffer: compatible,
  });
  expect(await place.server()).toMatch(place.backend === "dynamodb" ? /a request id/ : /^PostgreSQL/);
});

for (const { name: group, cases } of conformance) {
  const behaviour = behaviours(group);
  for (const { name } of cases) {
    behaviour(name, async () => {
      const answer = await ask({ group, name });
      expect(answer).toEqual({ passed: true, message: "" });
    });
  }
}
