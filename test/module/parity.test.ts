// docs/protocol-parity.md: complete on both sides, and true of the methods that there are.
import { expect } from "bun:test";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { readText } from "../support/sources.ts";

const behaviour = behaviours("protocol parity");

/** The Python library's database protocol, by accessor. */
const REFERENCE: Readonly<Record<string, readonly string[]>> = {
  Actor: ["get", "get_by_creator", "create", "modify", "delete"],
  ActorList: ["fetch"],
  Property: [
    "get",
    "get_actor_id_from_property",
    "set",
    "delete",
    "get_range",
    "create_if_not_exists",
    "delete_if_value_equals",
    "set_if_value_equals",
    "get_last_in_range",
    "batch_delete",
    "get_prefix",
  ],
  PropertyList: ["fetch", "fetch_all_including_lists", "delete"],
  PropertyLookup: ["get", "get_v1", "create", "delete"],
  Trust: ["get", "create", "modify", "delete", "is_token_in_db"],
  TrustList: ["fetch", "delete"],
  PeerTrustee: ["get", "create", "modify", "delete"],
  PeerTrusteeList: ["fetch", "delete"],
  Subscription: ["get", "create", "modify", "delete"],
  SubscriptionList: ["fetch", "delete"],
  SubscriptionDiff: ["get", "create", "delete"],
  SubscriptionDiffList: ["fetch", "delete"],
  Attribute: [
    "get_bucket",
    "get_attr",
    "get_attr_strict",
    "set_attr",
    "delete_attr",
    "delete_attr_conditional",
    "conditional_update_attr",
    "delete_bucket",
    "delete_expired",
    "delete_by_chain",
  ],
  AttributeBucketList: ["fetch", "fetch_timestamps", "delete"],
  SubscriptionSuspension: ["is_suspended", "suspend", "resume", "get_all_suspended", "delete_all"],
};

/** Methods that the document says have no counterpart. */
const WITHOUT = ["PropertyLookup.get_v1"];

const [, mapped = "", added = ""] = readText("docs/protocol-parity.md").split(/^## /m);
const rows = rowsOf(mapped);
const ours = methodsOf(memoryStore());

behaviour("every method of the Python protocol is mapped exactly once", () => {
  const expected = Object.entries(REFERENCE).flatMap(([accessor, names]) => names.map((name) => `${accessor}.${name}`));
  expect(rows.map(([python]) => namesIn(python).join()).sort()).toEqual(expected.sort());
});

behaviour("each is mapped to methods of ours, or said to have none", () => {
  for (const [python, here] of rows) {
    expect([python, namesIn(here).length > 0]).toEqual([python, !WITHOUT.includes(namesIn(python).join())]);
  }
});

behaviour("every method that the tables name is there", () => {
  const named = [...rows.map(([, here]) => here), ...rowsOf(added).map(([method]) => method)].flatMap(namesIn);
  expect(named.filter((name) => !ours.includes(name))).toEqual([]);
});

behaviour("every method of the contract is named as a counterpart or as an addition, never as both", () => {
  const counterparts = new Set(rows.flatMap(([, here]) => namesIn(here)));
  const additions = rowsOf(added).flatMap(([method]) => namesIn(method));
  expect([...counterparts, ...additions].sort()).toEqual(ours.toSorted());
});

behaviour("every row of the additions says what for", () => {
  for (const [method, purpose] of rowsOf(added)) expect([method, purpose.endsWith(".")]).toEqual([method, true]);
});

/** The cells of all tables of a section, without heads. */
function rowsOf(section: string): [string, string, ...string[]][] {
  const lines = section.split("\n").filter((line) => /^\| `/.test(line));
  return lines.map((line) => line.slice(2, -2).split(" | ") as [string, string]);
}

/** The names `part.method` that are set as code, without their arguments. */
function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`(\w+\.\w+)(?:\([^`]*\))?`/g)].map(([, name]) => name!);
}

function methodsOf(store: object): string[] {
  return Object.entries(store).flatMap(([part, methods]) => {
    return Object.entries(methods as object).filter(([, method]) => typeof method === "function")
      .map(([name]) => `${part}.${name}`);
  });
}
