// Rows both ways: whatever one library writes, the other reads, changes and removes, on both databases.
import { expect } from "bun:test";
import { compactJson } from "../../src/model/json.ts";
import type { Json } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { uniqueName } from "../support/stores.ts";
import { isOf, onEachBackend, withoutVersion } from "./both.ts";
import * as entities from "./entities.ts";
import type { Entity } from "./entity.ts";
import type { RawRow } from "./place.ts";
import * as samples from "./samples.ts";

const behaviour = behaviours("interop rows");

/** Rows of one entity that become each other by a change: same keys, other fields. */
interface Subject {
  readonly name: string;
  readonly entity: Entity<object>;
  readonly rows: readonly object[];
  /** The same row changed; the reference cannot make a field empty. */
  change(row: object): object;
}

function subject<Row extends object>(
  name: string,
  entity: Entity<Row>,
  rows: readonly Row[],
  change: (row: Row) => Row,
): Subject {
  return { name, entity, rows, change } as unknown as Subject;
}

const LATER = "2031-05-06T07:08:09.000001Z";
const SUBJECTS: readonly Subject[] = [
  subject("actors", entities.actors, samples.ACTORS, (row) => ({ ...row, creator: "other", passphrase: "øther" })),
  subject("properties", entities.properties, samples.PROPERTIES, (row) => ({ ...row, value: `${row.value}, changed` })),
  subject("attributes", entities.attributes, samples.ATTRIBUTES, (row) => {
    return { ...row, data: { was: row.data }, timestamp: LATER };
  }),
  subject("trusts", entities.trusts, samples.TRUSTS, (row) => ({
    ...row,
    baseUri: "https://moved.example.org/",
    secret: `${row.secret}-changed`,
    description: "changed ü",
    approved: !row.approved,
    peerApproved: !row.peerApproved,
    verified: !row.verified,
    verificationToken: "changed",
    peerIdentifier: "changed",
    establishedVia: "trust",
    createdAt: LATER,
    lastAccessed: LATER,
    lastConnectedVia: "subscription",
    clientName: "changed",
    clientVersion: "changed",
    clientPlatform: "changed",
    oauthClientId: "changed",
    awSupported: "changed",
    awVersion: "2.0",
    capabilitiesFetchedAt: LATER,
  })),
  subject("peer trustees", entities.peerTrustees, samples.PEER_TRUSTEES, (row) => {
    return { ...row, baseUri: "https://moved/", type: "urn:changed", passphrase: "changed" };
  }),
  subject("subscriptions", entities.subscriptions, samples.SUBSCRIPTIONS, (row) => ({
    ...row,
    granularity: "low",
    target: "resources",
    subtarget: "changed",
    resource: "changed",
    sequence: row.sequence + 1,
    callback: !row.callback,
  })),
  subject("diffs", entities.diffs, samples.DIFFS, (row) => row),
  subject("suspensions", entities.suspensions, samples.SUSPENSIONS, (row) => row),
];

onEachBackend("interop_rows", (backend, both) => {
  for (const { name, entity, rows, change } of SUBJECTS) {
    /** Actors have one row each, so each sample gets an actor of its own. */
    const actorIds = (label: string) => rows.map((_, index) => uniqueName(`${label}${index}`));
    const expected = (actorId: string, row: object) => name === "actors" ? { ...row, id: actorId } : row;
    /** Without what a library stamps with its own clock. */
    const comparable = (row: object | null) => {
      if (row === null || !entity.stamped.includes("timestamp")) return row;
      return { ...row, timestamp: typeof (row as { timestamp: unknown }).timestamp };
    };
    const same = (found: object | null, wanted: object) =>
      expect(textOf(comparable(found))).toBe(textOf(comparable(wanted)));
    const rawRows = async (actorId: string) =>
      (await both.place.rows(entity.table)).filter((row) => isOf(row, actorId));

    behaviour(`${backend}: ${name} that the reference writes are read here, every field`, async () => {
      for (const [index, actorId] of actorIds("theirs").entries()) {
        const row = rows[index]!;
        await entity.theirs(both.reference).create(actorId, row);
        same(await entity.ours(both.store).read(actorId, row), expected(actorId, row));
      }
    });

    behaviour(`${backend}: ${name} that are written here are read by the reference, every field`, async () => {
      for (const [index, actorId] of actorIds("ours").entries()) {
        const row = rows[index]!;
        await entity.ours(both.store).create(actorId, row);
        same(await entity.theirs(both.reference).read(actorId, row), expected(actorId, row));
      }
    });

    behaviour(`${backend}: both libraries store the same rows for the same ${name}`, async () => {
      const [theirs, ours] = [actorIds("theirs"), actorIds("ours")];
      for (const [index, row] of rows.entries()) {
        await entity.theirs(both.reference).create(theirs[index]!, row);
        await entity.ours(both.store).create(ours[index]!, row);
        const [stored] = await rawRows(theirs[index]!);
        expect(stored).toBeDefined();
        const [mine] = await rawRows(ours[index]!);
        expect(anonymous(mine!, ours[index]!, entity.stamped)).toEqual(
          anonymous(stored!, theirs[index]!, entity.stamped),
        );
      }
    });

    behaviour(
      `${backend}: both change and remove what the other wrote, and no other row of ${name} moves`,
      async () => {
        for (const [first, second] of [["theirs", "ours"], ["ours", "theirs"]] as const) {
          const by = { ours: entity.ours(both.store), theirs: entity.theirs(both.reference) };
          const ids = actorIds(`${first}_first`);
          for (const [index, row] of rows.entries()) await by[first].create(ids[index]!, row);
          for (const [index, row] of rows.entries()) {
            const actorId = ids[index]!;
            const others = async () => (await both.place.rows(entity.table)).filter((each) => !isOf(each, actorId));
            const before = await others();
            const changed = change(row);
            await by[second].change(actorId, changed);
            same(await by.ours.read(actorId, row), expected(actorId, changed));
            same(await by.theirs.read(actorId, row), expected(actorId, changed));
            await by[first].change(actorId, row === changed ? row : changed);
            await by[second].remove(actorId, row);
            expect(await by.ours.read(actorId, row)).toBe(null);
            expect(await rawRows(actorId)).toEqual([]);
            expect(await others()).toEqual(before);
          }
        }
      },
    );
  }
});

/** JSON with the keys in order, and big integers. */
function textOf(value: object | null): string {
  return value === null ? "null" : compactJson(sorted(value as Json));
}

function sorted(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== undefined).sort(([a], [b]) => a < b ? -1 : 1)
      .map(([key, each]) => [key, sorted(each as Json)]),
  );
}

/** A row without its actor, its place, and the instants of its writer's own clock, of which the form is kept. */
function anonymous(row: RawRow, actorId: string, stamped: readonly string[]): RawRow {
  return Object.fromEntries(
    Object.entries(withoutVersion(row)).map(([field, value]) => {
      const text = value.replaceAll(actorId, "ACTOR");
      return [field, stamped.includes(field) ? text.replace(/\.\d+/, "").replace(/\d/g, "0") : text];
    }),
  );
}
