/**
 * `actingweb-edge migrate`.
 *
 * @module
 */

import { readConfiguration } from "../config.ts";
import type { Command } from "./command.ts";
import { prepare } from "./prepare.ts";
import { SETTINGS } from "./settings.ts";

/** The command. */
export const command: Command = {
  name: "migrate",
  description:
    "Prepares the database that the environment names: creates or updates the schema of PostgreSQL, or creates the " +
    "tables of DynamoDB that are missing and switches their expiry on. Safe to repeat, and safe while others do the same.",
  options: { json: { text: "Prints one JSON object instead of text." } },
  settings: SETTINGS,
  async run({ flags }, { environment, print }) {
    const { database, facts, done } = await prepare(readConfiguration(environment));
    if (flags.has("json")) print(JSON.stringify(facts));
    else {
      print(`Database: ${database}`);
      print(done);
    }
    return 0;
  },
};
