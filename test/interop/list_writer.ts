// One of several processes that change one list at once, with this project. Its counterpart is list_writer.py.
// Reads {"actor", "seconds", "label", "seed"} as its argument; prints what it has done: {"added": [...], "removed": [...]}.
import process from "node:process";
import { readConfiguration } from "../../src/config.ts";
import { StoreError } from "../../src/errors.ts";
import { listOf } from "../../src/lists/mod.ts";
import { openStore } from "../../src/open.ts";
import { random } from "../support/random.ts";

const { actor, seconds, label, seed } = JSON.parse(process.argv[2]!) as {
  actor: string;
  seconds: number;
  label: string;
  seed: number;
};
const store = await openStore(readConfiguration({ ...process.env }));
const list = listOf(store, actor, "shared");
const chance = random(seed);
const end = Date.now() + seconds * 1000;
const added: string[] = [];
const removed: unknown[] = [];
let refused = 0;
for (let number = 0; Date.now() < end; number++) {
  const value = `${label}.${number}`;
  try {
    switch (chance.below(4)) {
      case 0:
        await list.insert(chance.below(20), value);
        added.push(value);
        break;
      case 1: {
        const gone = await list.pop(chance.below(2) === 0 ? chance.below(20) : -1);
        if (gone !== undefined) removed.push(gone);
        break;
      }
      default:
        await list.append(value);
        added.push(value);
    }
  } catch (error) {
    // Too many writers at one place: nothing was done.
    if (!(error instanceof StoreError) || error.code !== "contended") throw error;
    refused++;
  }
}
await store.close();
console.log(JSON.stringify({ added, removed, refused }));
