/** What the methods of {@linkcode Lookups} take. @module */

import type { Lookups } from "../store.ts";
import * as check from "./check.ts";
import { actorId, type Check, method, type Methods } from "./method.ts";

const name: Check = ({ operation, indexed }, given) => {
  const checked = check.propertyName(operation, "name", given);
  return indexed.has(checked) ? checked : check.refuse(operation, "name", "one of the store's indexedProperties");
};
const value: Check = ({ operation }, given) =>
  check.indexedValue(operation, check.filled(operation, "value", check.text(operation, "value", given)));

/** The methods. */
export const lookups: Methods<Lookups> = {
  get: method(name, value),
  claim: method(actorId, name, value),
  release: method(actorId, name, value),
};
