/** What the methods of {@linkcode Subscriptions} take. @module */

import { SEQUENCE_MAXIMUM } from "../model/limits.ts";
import type { Subscription, Subscriptions } from "../store.ts";
import * as check from "./check.ts";
import {
  actorId,
  changed,
  type Check,
  created,
  leading,
  method,
  type Methods,
  methodWith,
  optional,
  peerId,
  type Row,
} from "./method.ts";

const CHANGEABLE: Row<Omit<Subscription, "peerId" | "subscriptionId">> = {
  argument: "subscription",
  checks: {
    granularity: check.field,
    target: check.field,
    subtarget: check.field,
    resource: check.field,
    sequence: (operation, argument, value) => check.whole(operation, argument, value, 0, SEQUENCE_MAXIMUM),
    callback: check.truth,
  },
  long: [],
};
/** A whole row. */
export const ROW: Row<Subscription> = {
  ...CHANGEABLE,
  checks: { peerId: check.key, subscriptionId: check.subscriptionId, ...CHANGEABLE.checks },
  defaults: { granularity: "", target: "", subtarget: "", resource: "", sequence: 0, callback: false },
};

/** A subscription's id; it is stored joined with the peer's id, the argument before it. */
export const subscriptionId: Check = ({ operation }, given, before) => {
  const checked = check.subscriptionId(operation, "subscriptionId", given);
  check.joined(operation, "peerId with subscriptionId", before.at(-1) as string, checked);
  return checked;
};
const newSubscription: Check = (at, given, before) => {
  const row = created(ROW)(at, given, before) as Subscription;
  check.joined(at.operation, "peerId with subscriptionId", row.peerId, row.subscriptionId);
  return row;
};
const ofPeer = optional({ peerId });

/** The methods. */
export const subscriptions: Methods<Subscriptions> = {
  get: method(actorId, peerId, subscriptionId),
  all: methodWith(ofPeer, actorId),
  pages: methodWith(leading("peerId", peerId), actorId),
  createIfAbsent: method(actorId, newSubscription),
  update: method(actorId, peerId, subscriptionId, changed(CHANGEABLE)),
  delete: method(actorId, peerId, subscriptionId),
  deleteAll: methodWith(ofPeer, actorId),
};
