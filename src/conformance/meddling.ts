/**
 * Stores between whose requests somebody does something: what else needs luck to be seen can be shown every time.
 *
 * @module
 */

import type { Store } from "../store.ts";

type PartName = "properties" | "attributes";

/** Is told the method's name before or after each call of one of the methods. */
export type Meddler = (method: string) => Promise<void>;

/** The same store, with somebody who does something before or after each call of some methods of a part. */
export function meddling<Part extends PartName>(
  store: Store,
  part: Part,
  methods: readonly (keyof Store[Part] & string)[],
  before: Meddler,
  after: Meddler = () => Promise.resolve(),
): Store {
  const around = (name: keyof Store[Part] & string) => async (...args: never[]) => {
    await before(name);
    const result = await (store[part][name] as (...args: never[]) => Promise<unknown>)(...args);
    await after(name);
    return result;
  };
  const changed = Object.fromEntries(methods.map((name) => [name, around(name)]));
  return { ...store, [part]: { ...store[part], ...changed } };
}

/** What is done at the first call only. */
export function once(work: () => Promise<unknown>): Meddler {
  let isDone = false;
  return async () => {
    if (isDone) return;
    isDone = true;
    await work();
  };
}
