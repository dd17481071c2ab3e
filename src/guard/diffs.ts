/** What the methods of {@linkcode Diffs} take. @module */

import { SEQUENCE_MAXIMUM } from "../model/limits.ts";
import type { Diff, Diffs } from "../store.ts";
import * as check from "./check.ts";
import {
  actorId,
  type At,
  type Check,
  created,
  method,
  type Methods,
  methodWith,
  optional,
  peerId,
  type Row,
} from "./method.ts";
import { subscriptionId } from "./subscriptions.ts";

const NUMBER_CHARACTERS = "0".repeat(String(SEQUENCE_MAXIMUM).length);

/** A subscription's id; it is stored joined with a number, and both have to fit. */
function keyed(operation: string, argument: string, given: unknown): string {
  const checked = check.subscriptionId(operation, argument, given);
  check.joined(operation, "subscriptionId with sequence", checked, NUMBER_CHARACTERS);
  return checked;
}
const subscription: Check = ({ operation }, given) => keyed(operation, "subscriptionId", given);
const ofPeer: Check = (at, given, before) => subscription(at, subscriptionId(at, given, before), before);

const number = (least: number) => ({ operation }: At, given: unknown) =>
  check.whole(operation, "sequence", given, least, SEQUENCE_MAXIMUM);
const sequence = number(1);

function text(operation: string, argument: string, given: unknown): string {
  const checked = check.filled(operation, argument, check.text(operation, argument, given));
  check.item(operation, argument, { diff: checked, others: 4096 });
  return checked;
}
const data: Check = ({ operation }, given) => text(operation, "data", given);

/** A whole row. */
export const ROW: Row<Diff> = {
  argument: "diff",
  checks: {
    subscriptionId: keyed,
    sequence: (operation, argument, value) => check.whole(operation, argument, value, 1, SEQUENCE_MAXIMUM),
    timestamp: check.instant,
    data: text,
  },
  long: [],
};

const after: Check = ({ operation }, given) => check.whole(operation, "after", given, 0, SEQUENCE_MAXIMUM);
const known: Check = ({ operation }, given) => check.whole(operation, "known", given, 0, SEQUENCE_MAXIMUM);
/** A cursor of ours holds a number. */
const cursor: Check = ({ operation }, given) =>
  /^\d{1,10}$/.test(given as string) ? given : check.refuse(operation, "cursor", `a cursor that ${operation} gave`);

/** The methods. */
export const diffs: Methods<Diffs> = {
  append: methodWith(optional({ known }), actorId, peerId, ofPeer, data),
  get: method(actorId, subscription, sequence),
  first: method(actorId, subscription),
  all: methodWith(optional({ after }), actorId, subscription),
  pages: methodWith(optional({ after, cursor }), actorId, subscription),
  createIfAbsent: method(actorId, created(ROW)),
  delete: method(actorId, subscription, sequence),
  deleteUpTo: method(actorId, peerId, ofPeer, number(0)),
  deleteAll: method(actorId, peerId, ofPeer),
};
