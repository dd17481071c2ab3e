// Loads a bundle in a fresh process and prints the milliseconds until its first answer: `launch.mjs FILE`.
import process from "node:process";

const started = performance.now();
const { answer } = await import(process.argv[2]);
const milliseconds = performance.now() - started;
if (answer !== "value") throw new Error(`answered ${answer}`);
console.log(milliseconds);
process.exit(0);
