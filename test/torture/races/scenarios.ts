// What each client of a race does. Runs in a process of its own beside other clients; `races.test.ts` judges what they saw.
import { StoreError, type StoreErrorCode } from "../../../src/errors.ts";
import { listOf } from "../../../src/lists/mod.ts";
import type { Store } from "../../../src/store.ts";
import type { Event } from "./linearizable.ts";

/** What a client is told. */
export interface Task {
  /** The actor that all clients work on, or what their actors' ids begin with. */
  readonly id: string;
  /** How often each client does its work. */
  readonly rounds: number;
  /** How many things there are to fight for. */
  readonly things: number;
}

/** A client of a scenario. */
export interface Client extends Task {
  /** Its store, shared by the clients of one process. */
  readonly store: Store;
  /** Its number among all clients. */
  readonly client: number;
}

/** An operation on a register: a text, or `null` when there is none. */
export type RegisterInput =
  | { readonly kind: "get" }
  | { readonly kind: "delete" }
  | { readonly kind: "consume" }
  | { readonly kind: "set"; readonly value: string }
  | { readonly kind: "createIfAbsent"; readonly value: string }
  | { readonly kind: "setIfEquals"; readonly expected: string; readonly value: string }
  | { readonly kind: "deleteIfEquals"; readonly expected: string };
/** What a client saw of a register. */
export type RegisterEvent = Event<RegisterInput, string | null | boolean>;

/** Kinds of registers: an attribute, a property, and one with a reverse lookup. */
export const REGISTERS = ["attribute", "property", "email"] as const;
export type RegisterKind = (typeof REGISTERS)[number];

/** The scenarios. */
export const scenarios = {
  /** Counts a property up by compare-and-swap. */
  async counter({ store, id, rounds }: Client): Promise<RegisterEvent[]> {
    const history: RegisterEvent[] = [];
    for (let done = 0; done < rounds;) {
      const expected = await recorded(history, { kind: "get" }, () => store.properties.get(id, "counter"));
      const value = String(Number(expected) + 1);
      const input = { kind: "setIfEquals", expected: String(expected), value } as const;
      if (await recorded(history, input, () => store.properties.setIfEquals(id, "counter", input.expected, value))) {
        done++;
      }
    }
    return history;
  },

  /** Does any operation on registers, which few clients share. */
  async registers({ store, id, rounds, things, client }: Client): Promise<Record<RegisterKind, RegisterEvent[]>> {
    const actorId = `${id}.${client % things}`;
    const histories: Record<RegisterKind, RegisterEvent[]> = { attribute: [], property: [], email: [] };
    for (const kind of REGISTERS) {
      let known = "nothing yet";
      for (let round = 0; round < rounds; round++) {
        const input = anyInput(kind, known, `${client}.${round}@${id}`);
        const output = await recorded(histories[kind], input, () => useRegister(store, actorId, kind, input));
        if (typeof output === "string") known = output;
        else if ("value" in input && output !== false) known = input.value;
      }
    }
    return histories;
  },

  /** Tries to consume every ticket, in an order of its own; those it got. */
  async tickets({ store, id, things }: Client): Promise<string[]> {
    const won: string[] = [];
    for (const thing of shuffled(things)) {
      if (await untilDone(() => store.attributes.consume(id, "tickets", `ticket ${thing}`))) {
        won.push(`ticket ${thing}`);
      }
    }
    return won;
  },

  /** Appends diffs; their numbers, with when they were given. */
  async diffs({ store, id, rounds, client }: Client): Promise<Event<string, number>[]> {
    const history: Event<string, number>[] = [];
    for (let round = 0; round < rounds; round++) {
      const start = Date.now();
      const data = `${client} ${round}`;
      const diff = await untilDone(() => store.diffs.append(id, "peer", "subscription", data));
      history.push({ start, end: Date.now() + 1, input: data, output: diff?.sequence ?? 0 });
    }
    return history;
  },

  /**
   * One client reads and clears the diffs of a subscription until it has seen what all others write; those it saw, in
   * order. A diff that is cleared before its writer knows that it counts is written once more by that writer.
   */
  async clearing({ store, id, rounds, things, client }: Client): Promise<number[][]> {
    const seen: number[][] = [];
    for (let round = 0; client !== 0 && round < rounds; round++) {
      const write = () => store.diffs.append(id, "peer", "subscription", `${client} ${round}`);
      await untilDone(write, ["contended", "unknown_outcome"]);
    }
    const data = new Set<string>();
    let cleared = 0;
    while (client === 0 && data.size < things) {
      const found = await store.diffs.all(id, "subscription", { after: cleared });
      const last = found.at(-1);
      if (last === undefined) continue;
      cleared = last.sequence;
      seen.push(found.map(({ sequence }) => sequence));
      for (const diff of found) data.add(diff.data);
      await untilDone(() => store.diffs.deleteUpTo(id, "peer", "subscription", last.sequence));
    }
    return seen;
  },

  /** Tries to create every row; the names of those it created. */
  async creators({ store, id, things, client }: Client): Promise<string[]> {
    const won: string[] = [];
    const creator = String(client);
    for (const thing of shuffled(things)) {
      const rows = {
        actor: () => store.actors.createIfAbsent({ id: `${id}.${thing}`, creator, passphrase: "" }),
        property: () => store.properties.createIfAbsent(id, `name ${thing}`, creator),
        email: () => store.properties.createIfAbsent(`${id}.${thing}`, "email", `${creator}@${id}`),
        attribute: () => store.attributes.createIfAbsent(id, "bucket", `name ${thing}`, creator),
        trustee: () => {
          const trustee = { peerId: `peer ${thing}`, baseUri: "", type: "", passphrase: creator };
          return store.peerTrustees.createIfAbsent(id, trustee);
        },
      };
      for (const [kind, create] of Object.entries(rows)) {
        if (await untilDone(create)) won.push(`${kind} ${thing}`);
      }
    }
    return won;
  },

  /**
   * Uses the ownership of an indexed value as a lock: whoever the reverse lookup names counts up a property, by a read
   * and a plain write. Two owners at once would lose a count.
   */
  async owners({ store, id, rounds, things, client }: Client): Promise<number> {
    const value = `${client % things}@${id}`;
    const mine = `${id}.${client}`;
    for (let done = 0; done < rounds;) {
      await untilDone(() => store.properties.set(mine, "email", value));
      if (await store.lookups.get("email", value) === mine) {
        const count = Number(await store.properties.get(id, value));
        await store.properties.set(id, value, String(count + 1));
        done++;
      }
      await untilDone(() => store.properties.delete(mine, "email"));
    }
    return rounds;
  },

  /** Moves a value of its own through actors that all clients share. */
  async movers({ store, id, rounds, things, client }: Client): Promise<number> {
    for (let round = 0; round < rounds; round++) {
      const actorId = `${id}.${(client + round) % things}`;
      await untilDone(() => store.properties.set(actorId, "email", `${client}@${id}`));
      if (round % 3 === 2) await untilDone(() => store.properties.delete(actorId, "email"));
    }
    return rounds;
  },

  /** Appends to one list. */
  async lists({ store, id, rounds, client }: Client): Promise<number> {
    const list = listOf(store, id, "notes");
    for (let round = 0; round < rounds; round++) await untilDone(() => list.append([client, round]));
    return rounds;
  },
};

function anyInput(kind: RegisterKind, expected: string, value: string): RegisterInput {
  const inputs: RegisterInput[] = [
    { kind: "get" },
    { kind: "get" },
    { kind: "set", value },
    { kind: "createIfAbsent", value },
    { kind: "setIfEquals", expected, value },
    { kind: "setIfEquals", expected, value },
    { kind: "deleteIfEquals", expected },
    { kind: kind === "attribute" ? "consume" : "delete" },
  ];
  return inputs[Math.floor(Math.random() * inputs.length)]!;
}

async function useRegister(
  { attributes, properties }: Store,
  id: string,
  kind: RegisterKind,
  input: RegisterInput,
): Promise<string | null | boolean> {
  if (kind === "attribute") {
    const key = [id, "registers", "attribute"] as const;
    if (input.kind === "get") return (await attributes.get(...key))?.data as string ?? null;
    if (input.kind === "consume") return (await attributes.consume(...key))?.data as string ?? null;
    if (input.kind === "delete") return await attributes.delete(...key);
    if (input.kind === "deleteIfEquals") return await attributes.deleteIfEquals(...key, input.expected);
    if (input.kind === "setIfEquals") return await attributes.setIfEquals(...key, input.expected, input.value);
    if (input.kind === "createIfAbsent") return await attributes.createIfAbsent(...key, input.value);
    await attributes.set(...key, input.value);
    return true;
  }
  if (input.kind === "get") return await properties.get(id, kind);
  if (input.kind === "deleteIfEquals") return await properties.deleteIfEquals(id, kind, input.expected);
  if (input.kind === "setIfEquals") return await properties.setIfEquals(id, kind, input.expected, input.value);
  if (input.kind === "createIfAbsent") return await properties.createIfAbsent(id, kind, input.value);
  if (input.kind === "set") {
    await properties.set(id, kind, input.value);
    return true;
  }
  return await properties.delete(id, kind);
}

/** Notes what was asked and answered, and when: by a clock that all processes share, rounded so that no time is cut. */
async function recorded<Output extends string | null | boolean>(
  history: RegisterEvent[],
  input: RegisterInput,
  work: () => Promise<Output>,
): Promise<Output> {
  const start = Date.now();
  const output = await untilDone(work);
  history.push({ start, end: Date.now() + 1, input, output });
  return output;
}

/** Too many writers is an answer that certainly has changed nothing: the client asks again. */
async function untilDone<Result>(
  work: () => Promise<Result>,
  again: readonly StoreErrorCode[] = ["contended"],
): Promise<Result> {
  while (true) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreError) || !again.includes(error.code)) throw error;
    }
  }
}

/** The numbers below `end`, in any order. */
function shuffled(end: number): number[] {
  const keyed = Array.from({ length: end }, (_, thing) => [Math.random(), thing] as const);
  return keyed.sort(([a], [b]) => a - b).map(([, thing]) => thing);
}
