// What an operation does, as text that is the same for the same outcome on any backend.
import { StoreError } from "../../src/errors.ts";
import { compareBytes } from "../../src/model/order.ts";
import type { Page, Store } from "../../src/store.ts";
import type { Operation } from "./operations.ts";

type Untyped = Readonly<Record<string, Readonly<Record<string, (...given: unknown[]) => unknown>>>>;

/** Results whose rows come in no order that anyone knows. */
const UNORDERED = new Set(["tables.getMany", "tables.pages"]);

/** Calls the method; a fault is its code. */
export async function outcomeOf(store: Store, operation: Operation): Promise<string> {
  return await codeOrText(async () => plain(operation.name, await call(store, operation)));
}

/**
 * Walks all pages: the first one of one store, the others of another store from its cursor on.
 * Fails when a page is longer than was asked for.
 */
export async function walkOf(first: Store, others: Store, operation: Operation, inOrder: boolean): Promise<string> {
  return await codeOrText(async () => {
    const { segments } = operation.options;
    const parts = typeof segments === "number" ? Array.from({ length: segments }, (_, segment) => ({ segment })) : [{}];
    const items: unknown[] = [];
    for (const part of parts) {
      const walk = { ...operation, options: { ...operation.options, ...part } };
      items.push(...await itemsOf(first, others, walk));
    }
    const texts = items.map((item) => literal(withoutAdditional(item)));
    return inOrder && !UNORDERED.has(operation.name) ? texts : texts.sort(compareBytes);
  });
}

async function itemsOf(first: Store, others: Store, operation: Operation): Promise<unknown[]> {
  const items: unknown[] = [];
  let options = operation.options;
  const [page] = await pagesOf(first, { ...operation, options }, 1);
  items.push(...page!.items);
  if (page!.cursor === null) return items;
  options = { ...options, cursor: page!.cursor };
  for (const { items: more } of await pagesOf(others, { ...operation, options }, Infinity)) items.push(...more);
  return items;
}

async function pagesOf(store: Store, operation: Operation, most: number): Promise<Page<unknown>[]> {
  const pages: Page<unknown>[] = [];
  for await (const page of call(store, operation) as AsyncIterable<Page<unknown>>) {
    if (page.items.length > (operation.options.limit as number)) throw new Error("a page is longer than its limit");
    pages.push(page);
    if (pages.length === most) break;
  }
  return pages;
}

function call(store: Store, { name, args, options }: Operation): unknown {
  const [part, method] = name.split(".") as [string, string];
  return (store as unknown as Untyped)[part]![method]!(...args, options);
}

async function codeOrText(work: () => Promise<unknown>): Promise<string> {
  try {
    return literal(await work());
  } catch (error) {
    if (error instanceof StoreError && error.code !== "internal") return `StoreError ${error.code}`;
    throw error;
  }
}

/** What may differ between backends is left out. */
function plain(name: string, result: unknown): unknown {
  if (name === "tables.estimate") return result === null || typeof result === "number" ? "an estimate" : result;
  if (!UNORDERED.has(name)) return result;
  const { items, unreadable } = result as { readonly items: readonly unknown[]; readonly unreadable: unknown };
  return { items: items.map((item) => literal(withoutAdditional(item))).sort(compareBytes), unreadable };
}

/** Fields that only one backend's rows hold. */
function withoutAdditional(item: unknown): unknown {
  const { additional: _, ...fields } = item as { readonly additional?: unknown };
  return fields;
}

/** A value as source text: every kind told apart, an object's keys in one order. */
export function literal(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (value instanceof Map) return `new Map(${literal([...value])})`;
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? String(value);
  const entries = Object.entries(value).sort(([a], [b]) => compareBytes(a, b));
  if (entries.length === 0) return "{}";
  return `{ ${entries.map(([name, part]) => `${JSON.stringify(name)}: ${literal(part)}`).join(", ")} }`;
}

/** A sequence as a small program. */
export function programOf(operations: readonly Operation[]): string {
  return operations.map(({ name, args, options }) => {
    if (name === "clock.forward") return `clock += ${args[0]};`;
    const given = Object.keys(options).length === 0 ? args : [...args, options];
    const source = `store.${name}(${given.map(literal).join(", ")})`;
    return name.endsWith(".pages") ? `for await (const page of ${source}) console.log(page);` : `await ${source};`;
  }).join("\n");
}
