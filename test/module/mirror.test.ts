// The two backends are mirror wings: the same part files, each with one function, whose methods come in the contract's
// order.
import { expect } from "bun:test";
import type { TablesPart } from "../../src/backend.ts";
import { behaviours } from "../support/behaviour.ts";
import { contextOf, memoryDatabase, partsOf } from "../support/memory/mod.ts";
import { readSource } from "../support/sources.ts";
import type { Token } from "../support/tokens.ts";

const behaviour = behaviours("mirror");

const WINGS = ["src/dynamodb", "src/postgresql"];
const contract = ["src/store.ts", "src/tables.ts"].flatMap((path) => readSource(path).tokens);

/** Where a part of a backend is not in the file of its own name. */
const FILES: Readonly<Record<string, string>> = { tables: "table_rows" };

/** The parts, and what the contract calls them. */
const PARTS = partsIn([...membersOf("Store"), ...membersOf("TransferStore")]);

/** Stands for whatever a part asks of its context while it is made. */
const anything: object = new Proxy(() => {}, {
  get: (_, key) => key === Symbol.toPrimitive ? () => "" : anything,
  apply: () => anything,
});

behaviour("the contract's parts are found", () => {
  expect(PARTS.size).toBeGreaterThan(8);
  expect(PARTS.get("peerTrustees")).toBe("PeerTrustees");
});

for (const [part, name] of PARTS) {
  const file = part.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const methods = methodsOf(name);
  // A backend gives one page at a time.
  const ofBackend = methods.map((method) => method === "pages" ? "page" : method);

  for (const wing of WINGS) {
    const path = `${wing}/${FILES[part] ?? file}.ts`;
    behaviour(`${path} has the methods of ${name}, in the contract's order`, async () => {
      const made = ((await load(path))[part] as (context: object) => object)(anything);
      // The part for transfers brings its line of the guard's table along.
      expect(Object.keys(part === "tables" ? (made as TablesPart).part : made)).toEqual(ofBackend);
    });
  }

  behaviour(`the guard's table and the model of ${name} have the contract's order, too`, async () => {
    expect(Object.keys((await load(`src/guard/${file}.ts`))[part] as object)).toEqual(methods);
    const model = partsOf(contextOf(memoryDatabase(), {})) as Readonly<Record<string, object>>;
    expect(Object.keys(model[part] ?? {})).toEqual(ofBackend);
  });
}

async function load(path: string): Promise<Readonly<Record<string, unknown>>> {
  return await import(new URL(`../../${path}`, import.meta.url).href) as Record<string, unknown>;
}

/** Parts are the members whose type is an interface with methods. */
function partsIn(members: readonly Token[]): Map<string, string> {
  const found = members.flatMap(({ text }, index): [string, string][] => {
    const name = members[index + 2]?.text ?? "";
    return members[index + 1]?.text === ":" && methodsOf(name).length > 0 ? [[text, name]] : [];
  });
  return new Map(found);
}

/** Methods of one of the contract's interfaces, in its order. */
function methodsOf(name: string): string[] {
  const members = membersOf(name);
  return members.filter((_, index) => {
    const [before, after] = [members[index - 1]?.text, members[index + 1]?.text];
    return (before === "{" || before === ";") && (after === "(" || after === "<");
  }).map(({ text }) => text);
}

/** What stands between the outermost braces of an interface, without what stands in further brackets. */
function membersOf(name: string): Token[] {
  const start = contract.findIndex(({ text }, index) => text === name && contract[index - 1]?.text === "interface");
  const members: Token[] = [];
  let depth = 0;
  for (const token of contract.slice(start + 1)) {
    if (")]}".includes(token.text)) depth--;
    if (depth <= 1) members.push(token);
    if ("([{".includes(token.text)) depth++;
    if (depth === 0) break;
  }
  return members;
}
