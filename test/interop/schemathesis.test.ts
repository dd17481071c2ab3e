// Requests that Schemathesis makes of the OpenAPI document.
import { expect } from "bun:test";
import { behaviours } from "../support/behaviour.ts";
import { random } from "../support/random.ts";
import { examine } from "./schemathesis.ts";

const behaviour = behaviours("interop schemathesis");
const EXAMPLES = 10;

behaviour("no request is answered with 500 or with a status that the document does not name", async () => {
  const { seed } = random();
  const { passed, printed, requests } = await examine("fuzzing", EXAMPLES, seed);
  if (!passed) throw new Error(`TEST_SEED=${seed}\n${printed}`);
  expect(requests).toBeGreaterThan(200);
  // Most of it would pass without being looked at if the credentials were refused.
  expect(printed).not.toContain("Authentication failed");
}, 300_000);
