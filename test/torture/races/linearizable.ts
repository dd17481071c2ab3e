// Whether a history of concurrent operations on one thing can be put in one order that a single client could have seen.

/** One operation as its client saw it. */
export interface Event<Input, Output> {
  /** When it was called; milliseconds on a clock that all clients share. */
  readonly start: number;
  /** When it had answered. */
  readonly end: number;
  /** What was asked. */
  readonly input: Input;
  /** What was answered. */
  readonly output: Output;
}

/** The thing: the state after an operation, or `undefined` when that state could not give this answer. */
export type Model<State, Input, Output> = (state: State, input: Input, output: Output) => { next: State } | undefined;

/**
 * Searches an order in which every operation happens between its call and its answer and every answer is right.
 *
 * The search of Wing and Gong with a memory of what has been tried (Lowe). What changes nothing and answers rightly is
 * taken at once, as it can stand in nobody's way. States are compared by `keyOf`.
 *
 * @returns An order, or `null` when there is none
 */
export function linearize<State, Input, Output>(
  history: readonly Event<Input, Output>[],
  initial: State,
  model: Model<State, Input, Output>,
  keyOf: (state: State) => string = String,
): Event<Input, Output>[] | null {
  const events = [...history].sort((a, b) => a.start - b.start);
  const isDone = events.map(() => false);
  const order: number[] = [];
  const tried = new Set<string>();
  /** Events before this one are all done. */
  let first = 0;

  /** Operations that may come next: no other one that is left had ended before they were called. */
  function candidates(): number[] {
    while (isDone[first]) first++;
    const found: number[] = [];
    let earliestEnd = Infinity;
    for (let index = first; index < events.length && events[index]!.start <= earliestEnd; index++) {
      if (isDone[index]) continue;
      found.push(index);
      earliestEnd = Math.min(earliestEnd, events[index]!.end);
    }
    return found.filter((index) => events[index]!.start <= earliestEnd);
  }

  function take(index: number): void {
    isDone[index] = true;
    order.push(index);
  }

  function takeBack(length: number): void {
    while (order.length > length) {
      const index = order.pop()!;
      isDone[index] = false;
      first = Math.min(first, index);
    }
  }

  interface Level {
    readonly length: number;
    readonly state: State;
    readonly choices: number[];
  }

  /** Takes what changes nothing, and tells what may come after it. */
  function level(state: State): Level | null {
    const key = keyOf(state);
    for (let isChanged = true; isChanged;) {
      isChanged = false;
      for (const index of candidates()) {
        const after = model(state, events[index]!.input, events[index]!.output);
        if (after === undefined || keyOf(after.next) !== key) continue;
        take(index);
        isChanged = true;
      }
    }
    const remaining = candidates();
    // What is done follows from the candidates: all that was called before the first of them ends, but for themselves.
    const mark = `${remaining.join()} ${key}`;
    if (tried.has(mark)) return null;
    tried.add(mark);
    return { length: order.length, state, choices: remaining };
  }

  const start = level(initial);
  const levels = start === null ? [] : [start];
  while (levels.length > 0) {
    if (order.length === events.length) return order.map((index) => events[index]!);
    const { length, state, choices } = levels.at(-1)!;
    takeBack(length);
    const index = choices.pop();
    if (index === undefined) {
      levels.pop();
      continue;
    }
    const after = model(state, events[index]!.input, events[index]!.output);
    if (after === undefined) continue;
    take(index);
    const next = level(after.next);
    if (next !== null) levels.push(next);
  }
  return null;
}
