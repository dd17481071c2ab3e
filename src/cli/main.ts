#!/usr/bin/env node
/**
 * The command line.
 *
 * @module
 */

import process from "node:process";
import { runProgram } from "./program.ts";

process.exitCode = await runProgram(process.argv.slice(2), {
  environment: process.env,
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
});
