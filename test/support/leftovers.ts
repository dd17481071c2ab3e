// What a call leaves behind: listeners on its signal, timers.

/** Counts the listeners of a signal. */
export interface Listeners {
  /** Added so far. */
  added(): number;
  /** Added and neither removed nor called. */
  left(): number;
}

/** Watches a signal from now on. */
export function watchListeners(signal: AbortSignal): Listeners {
  const { addEventListener: add, removeEventListener: remove } = signal;
  const left = new Set<unknown>();
  let added = 0;
  // Those that listen once are gone when the event has come.
  add.call(signal, "abort", () => left.clear(), { once: true });
  signal.addEventListener = (...[type, listener, options]: Parameters<typeof add>) => {
    if (typeof options !== "object" || !options.once) throw new Error("a signal is aborted once; say so");
    added++;
    left.add(listener);
    add.call(signal, type, listener, options);
  };
  signal.removeEventListener = (...[type, listener, options]: Parameters<typeof remove>) => {
    left.delete(listener);
    remove.call(signal, type, listener, options);
  };
  return { added: () => added, left: () => left.size };
}

/** Counts timers. */
export interface Timers {
  /** Set, and neither cleared nor over. */
  left(): number;
  /** Resolves when a timer of at least so many milliseconds is set. */
  untilLongest(milliseconds: number): Promise<void>;
  /** Ends the watch. */
  restore(): void;
}

/** Watches all timers that are set from now on. */
export function watchTimers(): Timers {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const left = new Set<unknown>();
  let longest = 0;
  let tell = () => {};
  globalThis.setTimeout = ((run: () => void, milliseconds = 0) => {
    const timer = set(() => {
      left.delete(timer);
      run();
    }, milliseconds);
    // Node's own fetch sets timers for its connections.
    if (!new Error().stack?.split("\n")[2]?.includes("node:internal")) left.add(timer);
    longest = Math.max(longest, milliseconds);
    tell();
    return timer;
  }) as typeof globalThis.setTimeout;
  globalThis.clearTimeout = ((timer: Parameters<typeof clear>[0]) => {
    left.delete(timer);
    clear(timer);
  }) as typeof globalThis.clearTimeout;
  return {
    left: () => left.size,
    untilLongest(milliseconds) {
      return new Promise((resolve) => {
        tell = () => {
          if (longest >= milliseconds) resolve();
        };
        tell();
      });
    },
    restore() {
      globalThis.setTimeout = set;
      globalThis.clearTimeout = clear;
    },
  };
}
