// The checker of histories: what it must accept, and what it must not.
import { expect } from "bun:test";
import { behaviours } from "../../support/behaviour.ts";
import { type Event, linearize } from "./linearizable.ts";
import { registerModel } from "./register_model.ts";
import type { RegisterEvent, RegisterInput } from "./scenarios.ts";

const behaviour = behaviours("linearizability");

const event = (start: number, end: number, input: RegisterInput, output: string | null | boolean): RegisterEvent => {
  return { start, end, input, output };
};
const get = { kind: "get" } as const;
const set = (value: string) => ({ kind: "set", value }) as const;
const swap = (expected: string, value: string) => ({ kind: "setIfEquals", expected, value }) as const;
const order = (history: RegisterEvent[]) => linearize(history, null, registerModel);

behaviour("operations one after the other are accepted", () => {
  const history = [event(0, 1, set("a"), true), event(2, 3, get, "a"), event(4, 5, { kind: "delete" }, true)];
  expect(order([history[2]!, history[0]!, history[1]!])).toEqual(history);
  expect(order([])).toEqual([]);
});

behaviour("operations at the same time may have happened in either order", () => {
  expect(order([event(0, 9, set("a"), true), event(1, 2, get, null), event(3, 4, get, "a")])).not.toBe(null);
  expect(order([event(0, 9, set("a"), true), event(0, 9, set("b"), true), event(10, 11, get, "a")])).not.toBe(null);
});

behaviour("a value that is read after another one took its place is refused", () => {
  const history = [event(0, 1, set("a"), true), event(2, 3, set("b"), true)];
  expect(order([...history, event(4, 5, get, "a")])).toBe(null);
  expect(order([...history, event(2, 9, get, "a")])).not.toBe(null);
});

behaviour("a value that comes and goes and comes back is refused when it was written once", () => {
  const reads = [event(1, 2, get, "a"), event(3, 4, get, null), event(5, 6, get, "a")];
  expect(order([event(0, 9, set("a"), true), ...reads])).toBe(null);
});

behaviour("two swaps of one value that both succeed are refused", () => {
  const history = [event(0, 1, set("0"), true), event(2, 9, swap("0", "1"), true), event(2, 9, swap("0", "2"), true)];
  expect(order(history)).toBe(null);
  expect(order([...history.slice(0, 2), event(2, 9, swap("0", "2"), false)])).not.toBe(null);
});

behaviour("an item that two clients consume is refused", () => {
  const history = [event(0, 1, set("a"), true), event(2, 9, { kind: "consume" }, "a")];
  expect(order([...history, event(2, 9, { kind: "consume" }, "a")])).toBe(null);
  expect(order([...history, event(2, 9, { kind: "consume" }, null)])).not.toBe(null);
});

behaviour("a thousand operations of many clients are judged at once, also when one of them is wrong", () => {
  const history: Event<RegisterInput, string | null | boolean>[] = [event(0, 1, set("0"), true)];
  for (let value = 0; value < 500; value++) {
    const start = 2 + value * 10;
    history.push(event(start, start + 200, get, String(value)));
    history.push(event(start, start + 9, swap(String(value), String(value + 1)), true));
  }
  expect(order(history)?.length).toBe(1001);
  expect(order([...history, event(6000, 6001, get, "499")])).toBe(null);
});
