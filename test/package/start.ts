// Runs a program in a process: `start.js PROGRAM GIVEN`. Its answer is printed as JSON.
import process from "node:process";
import type { Given, Program } from "./given.ts";

const [name, given] = process.argv.slice(2) as [string, string];
const { default: program } = await import(`./programs/${name}.js`) as { readonly default: Program };
console.log(JSON.stringify(await program(JSON.parse(given) as Given)));
