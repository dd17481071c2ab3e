/**
 * `actingweb-edge purge-expired`.
 *
 * @module
 */

import { readConfiguration } from "../config.ts";
import type { Arguments, Command, Shell } from "./command.ts";
import { openDatabase } from "./database.ts";
import { counted, untilStopped } from "./long_run.ts";
import { SETTINGS } from "./settings.ts";

/** Milliseconds for all of it. */
const TIMEOUT = 3_600_000;

/** The command. */
export const command: Command = {
  name: "purge-expired",
  description:
    "Removes attributes whose expiry has passed, which nobody can read any more. PostgreSQL keeps them until then; DynamoDB " +
    "removes them by itself where its expiry is on, so that there this reads the whole table for little.",
  options: {
    bucket: { value: "NAMES", text: "Only in these buckets, separated by commas. Default: in all." },
    json: { text: "Prints one JSON object instead of text." },
  },
  settings: SETTINGS,
  run,
};

async function run({ values, flags }: Arguments, shell: Shell): Promise<number> {
  const configuration = readConfiguration(shell.environment);
  const buckets = values.bucket?.split(",").map((name) => name.trim()).filter((name) => name !== "");
  // The server must not stop what the command waits for.
  const patient = configuration.backend === "postgresql" ? { ...configuration, statementTimeout: 0 } : configuration;
  const { store, description, close } = await openDatabase(patient);
  let removed = 0;
  try {
    const done = await untilStopped(shell, async ({ signal }) => {
      removed = await store.attributes.purgeExpired({ signal, timeout: TIMEOUT, ...(buckets && { buckets }) });
    });
    if (flags.has("json")) shell.print(JSON.stringify({ complete: done, removed }));
    else if (done) {
      shell.print(`Database: ${description}`);
      shell.print(`Removed ${counted(removed, "expired attribute")}.`);
    }
    return done ? 0 : 1;
  } finally {
    await close();
  }
}
