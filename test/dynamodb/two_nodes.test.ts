// Two nodes as processes, one on PGlite and one on DynamoDB: they trust and follow each other, and one is killed.
import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dynamodbStore } from "../../src/dynamodb/mod.ts";
import { pgliteStore } from "../../src/pglite/mod.ts";
import type { Json } from "../../src/store.ts";
import { ownCommand, serve, terminate } from "../cli/program.ts";
import { ask, copied, createActor, followed, type Home, originals } from "../http/followers.ts";
import { behaviours } from "../support/behaviour.ts";
import { dynamodbConnection, removeTables, uniqueName } from "../support/stores.ts";

const behaviour = behaviours("two nodes");
const MILLISECONDS = 300_000;
const CHANGES = 200;
const OPTIONS = ["--allow-private-peers", "--process-callbacks"];

/** The n-th change, of a property, a part of one, or a list. */
async function change(home: Home, n: number): Promise<void> {
  switch (n % 8) {
    case 0:
      return void await ask(home, "PUT", `/properties/p${n % 40}`, JSON.stringify({ n, part: { a: n } }));
    case 1:
      return void await ask(home, "PUT", `/properties/p${(n - 1) % 40}/part/b`, String(n));
    case 2:
      return void await ask(home, "POST", "/properties", { [`q${n % 24}`]: `text ${n}`, r: n });
    case 3:
      return void await ask(home, "DELETE", `/properties/q${(n - 9) % 24}`);
    case 4:
      return void await ask(home, "PUT", "/properties/text", `plain ${n}`);
    case 7:
      if (n > 30) return void await ask(home, "DELETE", "/properties/list/1");
  }
  if (n % 8 === 6 && n > 30) return void await ask(home, "PUT", "/properties/list/0", { changed: n });
  await ask(home, "POST", "/properties/list", { n });
}

behaviour("each follows the other through a kill and a restart, and both copies are equal at the end", async () => {
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-nodes-"));
  const prefix = uniqueName("two_nodes");
  const { endpoint, region, credentials } = dynamodbConnection();
  const environment = {
    DATABASE_BACKEND: "dynamodb",
    AWS_DB_HOST: endpoint,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DB_PREFIX: prefix,
  };
  const onFolder = ["--data", join(folder, "data"), ...OPTIONS];
  try {
    let one = await serve(ownCommand(), onFolder);
    const two = await serve(ownCommand(), OPTIONS, environment);
    const [ann, bob] = [await createActor(one, "ann"), await createActor(two, "bob")];
    await ask([two, bob], "POST", "/properties", { before: "there", list: { _type: "list" } });

    await ask([one, ann], "POST", "/trust", { url: two.url + bob.id, relationship: "partner" });
    await ask([two, bob], "PUT", `/trust/partner/${ann.id}`, { approved: true });
    await ask([one, ann], "POST", "/subscriptions", { peerid: bob.id, target: "properties", granularity: "high" });
    await ask([two, bob], "POST", "/subscriptions", { peerid: ann.id, target: "properties", granularity: "low" });

    const port = new URL(one.url).port;
    for (let n = 1; n <= CHANGES; n++) {
      if (n === 80) {
        one.signal("SIGKILL");
        await one.ended;
      }
      if (n === 120) one = await serve(ownCommand(), [...onFolder, "--port", port]);
      await change([two, bob], n);
      if (n % 10 === 0 && (n < 80 || n >= 120)) await ask([one, ann], "PUT", `/properties/a${n}`, String(n));
    }
    await followed([one, ann], [two, bob]);
    await followed([two, bob], [one, ann]);
    const [ofBob, ofAnn] = [await originals([two, bob]), await originals([one, ann])];
    expect(await terminate(one)).toBe(0);
    expect(await terminate(two)).toBe(0);

    const first = await pgliteStore({ folder: join(folder, "data") });
    expect(await copied(first, ann.id, bob.id)).toEqual(ofBob);
    expect((ofBob.list as Json[]).length).toBeGreaterThan(5);
    await first.close();
    const second = dynamodbStore({ endpoint, region, credentials, prefix });
    expect(await copied(second, bob.id, ann.id)).toEqual(ofAnn);
    await second.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await removeTables(prefix);
  }
}, MILLISECONDS);
