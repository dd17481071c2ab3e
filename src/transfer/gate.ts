/**
 * A gate that calls go through, and that can be shut when all are out.
 *
 * @module
 */

/** The gate. */
export interface Gate {
  /** Runs a call, as soon as the gate is open. */
  pass<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Shuts the gate, waits until nobody is inside, works, and opens it again. */
  alone(work: () => Promise<void>): Promise<void>;
}

/** Makes an open gate. */
export function createGate(): Gate {
  let inside = 0;
  let whenEmpty = () => {};
  let shut: Promise<void> | null = null;

  return {
    async pass(work) {
      while (shut !== null) await shut;
      inside++;
      try {
        return await work();
      } finally {
        if (--inside === 0) whenEmpty();
      }
    },

    async alone(work) {
      while (shut !== null) await shut;
      let open = () => {};
      shut = new Promise((resolve) => open = resolve);
      try {
        if (inside > 0) await new Promise<void>((resolve) => whenEmpty = resolve);
        await work();
      } finally {
        whenEmpty = () => {};
        shut = null;
        open();
      }
    },
  };
}
