/**
 * One store made of two, for changing databases without downtime.
 *
 * @module
 */

import type { TransferPartName } from "../backend.ts";
import { StoreError, type StoreErrorCode } from "../errors.ts";
import { DEFAULT_INDEXED_PROPERTIES } from "../guard.ts";
import { compactJson } from "../model/json.ts";
import type { Capabilities, Json } from "../store.ts";
import { type Again, copyAgain, targetOf } from "./copy.ts";
import { createGate } from "./gate.ts";
import { type Touched, TOUCHES, type Touches } from "./mirrored_methods.ts";
import { createTally } from "./progress.ts";
import { needTables } from "./tables.ts";
import { syncActor, syncRows } from "./write.ts";
import type { TableName, TransferStore } from "../tables.ts";

/** Options of {@linkcode mirror}. */
export interface MirrorOptions {
  /** Which share of the reads is asked of the secondary, too, from 0 to 1. Default 0. */
  readonly sample?: number;
  /** Is told when a read gave something else on the secondary, twice. What it throws is ignored. */
  readonly onDifference?: (difference: { readonly operation: string; readonly actorId: string | null }) => void;
  /** Is told what the secondary has missed, to be kept where a restart finds it. What it throws is ignored. */
  readonly onMissed?: (missed: Missed) => void;
  /** The stores' `indexedProperties`: names whose lookup rows are mirrored, too. Default: the stores' own default. */
  readonly indexedProperties?: readonly string[];
  /** From 0 to 1, for the sample. Default `Math.random`. */
  readonly random?: () => number;
}

/** Rows that the secondary may not have: all of an actor in a table. */
export interface Missed {
  /** Whose rows. */
  readonly actorId: string;
  /** The table. */
  readonly table: TableName;
  /** The fault. */
  readonly error: unknown;
}

/** A store made of two. */
export interface Mirror extends TransferStore {
  /** The store that reads come from and that decides what a write answers. */
  readonly primary: TransferStore;
  /** The other one. */
  readonly secondary: TransferStore;
  /** What the secondary has missed and has not been given yet; for {@linkcode copyAgain}. */
  missed(): Again[];
  /** Gives the secondary what it has missed. */
  catchUp(): Promise<void>;
  /**
   * Makes the secondary the primary, and the primary the secondary. Calls under way are awaited, new ones wait, and the
   * secondary is given what it has missed.
   *
   * @throws {StoreError} What the secondary fails with; then nothing has changed
   */
  switchRoles(): Promise<void>;
}

/** Milliseconds for bringing the secondary up to date after one write. */
const SECONDARY_MILLISECONDS = 10_000;

/**
 * Puts two stores together. Reads come from the primary. A write goes to the primary first and has its answer; then the
 * rows that it may have changed are read from the primary and written to the secondary, before the caller has the answer.
 * They are read once more after that, so that with any number of servers the secondary ends as the primary is. When the
 * secondary fails, the write counts all the same, and what was missed is noted.
 *
 * A write takes longer by that, and costs two reads of its rows on the primary. Closing it closes both.
 *
 * @param primary The store in use
 * @param secondary The store to come
 * @example
 * ```ts
 * import type { TransferStore } from "actingweb-edge/transfer";
 * import { mirror } from "actingweb-edge/transfer";
 *
 * export function during(old: TransferStore, next: TransferStore) {
 *   return mirror(old, next, { sample: 0.01, onDifference: console.warn, onMissed: console.warn });
 * }
 * ```
 */
export function mirror(primary: TransferStore, secondary: TransferStore, options: MirrorOptions = {}): Mirror {
  needTables("mirror", primary, secondary);
  const { sample = 0, random = Math.random } = options;
  const indexed = new Set(options.indexedProperties ?? DEFAULT_INDEXED_PROPERTIES);
  const missed = new Map<string, { readonly actorId: string; readonly table: TableName }>();
  const roles = { primary, secondary };
  const gate = createGate();

  function note({ actorId, table }: Touched, error: unknown): void {
    missed.set(`${table}\n${actorId}`, { actorId, table });
    quietly(() => options.onMissed?.({ actorId, table, error }));
  }

  /** Brings rows of the secondary up to date; a fault is noted. */
  async function update(touched: readonly Touched[]): Promise<void> {
    const signal = AbortSignal.timeout(SECONDARY_MILLISECONDS);
    const target = targetOf(roles.primary, roles.secondary, { onFailed: refuse }, createTally(), signal);
    for (const each of touched) {
      const { table, actorId } = each;
      const keys = table === "lookups" ? each.keys?.filter(([, name]) => indexed.has(name!)) : each.keys;
      try {
        if (!keys) await syncActor(roles.primary, target, table, actorId);
        else await syncRows(roles.primary, target, table, keys);
      } catch (error) {
        note(each, error);
      }
    }
  }

  function write(part: TransferPartName, name: string, touches: Touches) {
    return (...given: unknown[]) => {
      // Read once, as an iterable may give its items once only.
      const args = given.map((each) => isOnce(each) ? [...each] : each);
      return gate.pass(async () => {
        let result: unknown;
        try {
          result = await methodOf(roles.primary, part, name)(...args);
        } catch (error) {
          // A batch may have been broken off in its middle, and an answer may have been lost.
          if (!(error instanceof StoreError && NOT_SENT.has(error.code))) await update(touches(args, undefined));
          throw error;
        }
        await update(touches(args, result));
        return result;
      });
    };
  }

  function read(part: TransferPartName, name: string) {
    return (...given: unknown[]) =>
      gate.pass(async () => {
        const args = given.map((each) => isOnce(each) ? [...each] : each);
        const result = await methodOf(roles.primary, part, name)(...args);
        if (sample > 0 && random() < sample) await checkSample(part, name, args, result);
        return result;
      });
  }

  async function checkSample(part: TransferPartName, name: string, args: unknown[], first: unknown): Promise<void> {
    try {
      const there = textOf(await methodOf(roles.secondary, part, name)(...args));
      // A write may have come in between.
      if (there === textOf(first) || there === textOf(await methodOf(roles.primary, part, name)(...args))) return;
    } catch {
      // A secondary that fails is no difference, and its writes tell.
      return;
    }
    const actorId = typeof args[0] === "string" ? args[0] : null;
    quietly(() => options.onDifference?.({ operation: `${part}.${name}`, actorId }));
  }

  async function purgeExpired(...args: unknown[]): Promise<unknown> {
    const count = await methodOf(roles.primary, "attributes", "purgeExpired")(...args);
    // Expired rows are absent whether they are purged or not: the next purge takes what this one leaves.
    await methodOf(roles.secondary, "attributes", "purgeExpired")(...args).catch(() => {});
    return count;
  }

  function partOf(part: TransferPartName): object {
    const touches = TOUCHES[part] as { readonly [name: string]: Touches | undefined };
    return Object.fromEntries(
      Object.keys(primary[part]).map((name) => {
        if (name === "pages") return [name, (...args: unknown[]) => methodOf(roles.primary, part, name)(...args)];
        if (part === "attributes" && name === "purgeExpired") {
          return [name, (...args: unknown[]) => gate.pass(() => purgeExpired(...args))];
        }
        const touched = touches[name];
        return [name, touched === undefined ? read(part, name) : write(part, name, touched)];
      }),
    );
  }

  async function catchUp(): Promise<void> {
    for (const [key, each] of [...missed]) {
      missed.delete(key);
      try {
        for await (const { failed, finished } of copyAgain(roles.primary, roles.secondary, [each])) {
          if (finished && failed > 0) {
            throw new StoreError("conflict", "mirror.catchUp", `rows of ${each.table} are refused`);
          }
        }
      } catch (error) {
        missed.set(key, each);
        throw error;
      }
    }
  }

  function switchRoles(): Promise<void> {
    return gate.alone(async () => {
      await catchUp();
      [roles.primary, roles.secondary] = [roles.secondary, roles.primary];
    });
  }

  const parts = Object.fromEntries(PARTS.map((part) => [part, partOf(part)])) as unknown as Pick<
    TransferStore,
    TransferPartName
  >;
  return {
    ...parts,
    get backend(): string {
      return roles.primary.backend;
    },
    get capabilities(): Capabilities {
      return roles.primary.capabilities;
    },
    get primary(): TransferStore {
      return roles.primary;
    },
    get secondary(): TransferStore {
      return roles.secondary;
    },
    together: (reads) => roles.primary.together(reads),
    missed: () => [...missed.values()],
    catchUp,
    switchRoles,
    close: async () => void await Promise.all([primary.close(), secondary.close()]),
  };
}

const PARTS = Object.keys(TOUCHES) as readonly TransferPartName[];
/** Faults that come before any request. */
const NOT_SENT: ReadonlySet<StoreErrorCode> = new Set(["invalid", "too_large", "closed", "configuration"]);

type AnyMethod = (...args: unknown[]) => Promise<unknown>;

function methodOf(store: TransferStore, part: TransferPartName, name: string): AnyMethod {
  return (store[part] as unknown as { readonly [name: string]: AnyMethod })[name]!;
}

function refuse({ table, problem }: { readonly table: string; readonly problem: string }): never {
  throw new StoreError("conflict", "mirror", `a row of ${table} is refused: ${problem}`);
}

/** Whether a value is an iterable that may give its items once only. */
function isOnce(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value && !Array.isArray(value);
}

function textOf(answer: unknown): string {
  const plain = answer instanceof Map ? [...answer] : answer;
  return compactJson((plain ?? null) as Json);
}

/** A report is not part of the call; what a hook throws, now or later, is its author's affair. */
function quietly(hook: () => void): void {
  Promise.resolve().then(hook).catch(() => {});
}
