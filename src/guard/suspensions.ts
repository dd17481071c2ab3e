/** What the methods of {@linkcode Suspensions} take. @module */

import type { Suspensions } from "../store.ts";
import * as check from "./check.ts";
import { actorId, type Check, method, type Methods, named } from "./method.ts";

const target = named("target", check.key);
/** Stored joined with the target before it. */
const subtarget: Check = ({ operation }, given, before) => {
  const checked = check.field(operation, "subtarget", given);
  if (checked !== "") check.joined(operation, "target with subtarget", before.at(-1) as string, checked);
  return checked;
};

/** The methods. */
export const suspensions: Methods<Suspensions> = {
  has: method(actorId, target, subtarget),
  all: method(actorId),
  pages: method(actorId),
  createIfAbsent: method(actorId, target, subtarget),
  delete: method(actorId, target, subtarget),
  deleteAll: method(actorId),
};
