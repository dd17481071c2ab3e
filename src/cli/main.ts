#!/usr/bin/env node
/**
 * The command line.
 *
 * @module
 */

import { setMaxListeners } from "node:events";
import process from "node:process";
import { runProgram } from "./program.ts";

// Node warns of a leak when eleven calls at once wait for one signal, as those of a copy do.
setMaxListeners(0);

process.exitCode = await runProgram(process.argv.slice(2), {
  environment: process.env,
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
});
