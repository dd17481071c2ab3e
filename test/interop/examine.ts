// `npm run examine`: Schemathesis for at least 5,000 requests. TEST_SEED repeats a run.
import process from "node:process";
import { random } from "../support/random.ts";
import { examine } from "./schemathesis.ts";

const REQUESTS = 5_000;
const EXAMPLES = 250;

const { seed } = random();
const { passed, printed, requests } = await examine("coverage,fuzzing", EXAMPLES, seed);
console.log(printed);
const verdict = !passed ? "FAILED" : requests < REQUESTS ? `too few, ${REQUESTS} are wanted` : "nothing found";
console.log(`TEST_SEED=${seed}: ${requests} requests, ${verdict}`);
process.exitCode = passed && requests >= REQUESTS ? 0 : 1;
