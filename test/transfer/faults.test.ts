// Copying under attack: killed at random moments, and to a target that loses requests.
import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dynamodbStore } from "../../src/dynamodb/mod.ts";
import { tables } from "../../src/dynamodb/table_rows.ts";
import { copy, type FailedRow } from "../../src/transfer/mod.ts";
import { ownCommand, start } from "../cli/program.ts";
import { behaviours } from "../support/behaviour.ts";
import { random } from "../support/random.ts";
import { dynamodbConnection, dynamodbPlace, postgresqlPlace, postgresqlUrl } from "../support/stores.ts";
import { differencesOf, last } from "./last.ts";
import { fill } from "./rows.ts";

const behaviour = behaviours("copy under faults");
const KILLS = 20;

behaviour("a copy that is killed at twenty random moments ends equal, with nothing twice", async () => {
  const rows = 20_000;
  const [from, to] = await Promise.all([dynamodbPlace("killed"), postgresqlPlace("killed")]);
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-killed-"));
  try {
    const source = await from.open();
    await fill(source, rows);
    const { region, endpoint, credentials } = dynamodbConnection();
    const environment = {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    const address = `dynamodb://${new URL(endpoint).host}/${from.prefix}?region=${region}&tls=false`;
    const args = [
      "copy",
      `--from=${address}`,
      `--to=${postgresqlUrl()}?schema=${to.schema}`,
      `--checkpoint=${join(folder, "checkpoint")}`,
      "--json",
      "--quiet",
    ];
    const chance = random();
    for (let kills = 0; kills < KILLS; kills++) {
      // Slow enough that twenty runs do not come to the end.
      const program = start([...ownCommand(), ...args, "--rows-per-second=1000"], environment);
      await new Promise((resolve) => setTimeout(resolve, 250 + chance.below(900)));
      program.signal("SIGKILL");
      expect([`seed ${chance.seed}`, await program.ended]).toEqual([`seed ${chance.seed}`, null]);
    }
    const program = start([...ownCommand(), ...args], environment);
    expect([await program.ended, program.complaints()]).toEqual([0, ""]);
    const target = await to.open();
    const { differences, report } = await differencesOf(source, target);
    expect(differences).toEqual([]);
    expect(report.read).toBe(2 * rows);
    await Promise.all([source.close(), target.close()]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await Promise.all([from.remove(), to.remove()]);
  }
}, 240_000);

behaviour("a target that throttles and drops a third of the requests ends equal, with no row failed", async () => {
  const { openDroppingProxy } = await import("./dropping_proxy.ts");
  const connection = dynamodbConnection();
  const proxy = await openDroppingProxy(connection.endpoint);
  const [from, to] = await Promise.all([postgresqlPlace("dropped"), dynamodbPlace("dropped")]);
  try {
    const source = await from.open();
    await fill(source, 4_000);
    const options = { ...connection, endpoint: proxy.endpoint, prefix: to.prefix, createTables: false };
    const target = dynamodbStore({ ...options, tables });
    const failed: FailedRow[] = [];
    const report = await last(copy(source, target, { onFailed: (row) => void failed.push(row) }));
    expect([failed, report.failed, report.read]).toEqual([[], 0, 4_000]);
    const { requests, lost } = proxy.counts();
    expect(lost).toBeGreaterThan(requests / 5);
    const direct = await to.open();
    expect((await differencesOf(source, direct)).differences).toEqual([]);
    await Promise.all([source.close(), target.close(), direct.close()]);
  } finally {
    await proxy.close();
    await Promise.all([from.remove(), to.remove()]);
  }
}, 240_000);
