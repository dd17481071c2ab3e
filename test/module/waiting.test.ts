// Waiting that ends with its signal, and work that stops at the first fault.
import { expect } from "bun:test";
import { inParallel, wait } from "../../src/model/waiting.ts";
import { behaviours } from "../support/behaviour.ts";
import { watchListeners, watchTimers } from "../support/leftovers.ts";

const behaviour = behaviours(import.meta.url);
const aborted = (cause: unknown) => new Error("aborted", { cause });

behaviour("a wait ends at once with its signal, and leaves neither timer nor listener", async () => {
  for (const before of [true, false]) {
    const controller = new AbortController();
    const timers = watchTimers();
    const listeners = watchListeners(controller.signal);
    if (before) controller.abort("why");
    const waiting = wait(60_000, controller.signal, aborted).catch((error: Error) => error.cause);
    if (!before) controller.abort("why");
    expect(await waiting).toBe("why");
    expect(timers.left()).toBe(0);
    expect(listeners.left()).toBe(0);
    timers.restore();
  }
});

behaviour("after a fault nothing more is begun, and the fault is thrown when what is under way has ended", async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = async (number: number) => {
    begun.push(number);
    await Promise.resolve();
    if (number === 2) throw new Error("the second");
    await new Promise((resolve) => setTimeout(resolve, 5));
    ended.push(number);
  };
  const failed = await inParallel([1, 2, 3, 4, 5, 6], 3, work).catch((error: Error) => error.message);
  expect(failed).toBe("the second");
  expect(begun).toEqual([1, 2, 3]);
  expect(ended).toEqual([1, 3]);
});
