/** What the methods of {@linkcode Actors} take. @module */

import type { Actor, Actors } from "../store.ts";
import * as check from "./check.ts";
import { actorId, changed, created, method, type Methods, methodWith, named, optional, type Row } from "./method.ts";

const CHANGEABLE: Row<Omit<Actor, "id">> = {
  argument: "actor",
  checks: { creator: check.creator, passphrase: check.text },
  long: ["passphrase"],
};
/** A whole row. */
export const ROW: Row<Actor> = { ...CHANGEABLE, checks: { id: check.key, ...CHANGEABLE.checks } };

/** The methods. */
export const actors: Methods<Actors> = {
  get: method(actorId),
  listByCreator: method(named("creator", check.creator)),
  createIfAbsent: methodWith(optional({ clearTombstone: named("clearTombstone", check.truth) }), created(ROW)),
  update: method(actorId, changed(CHANGEABLE)),
  delete: method(actorId),
  erase: method(actorId),
  tombstone: method(actorId),
  pages: method(),
};
