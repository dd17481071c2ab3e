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
  /** Where those were set that are left. */
  origins(): string[];
  /** Resolves when a timer of at least so many milliseconds is set. */
  untilLongest(milliseconds: number): Promise<void>;
  /** Ends the watch. */
  restore(): void;
}

/** Watches all timers that are set from now on. */
export function watchTimers(): Timers {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const left = new Map<unknown, string>();
  let longest = 0;
  let tell = () => {};
  globalThis.setTimeout = ((run: (...given: unknown[]) => void, milliseconds = 0, ...given: unknown[]) => {
    const timer = set(() => {
      left.delete(timer);
      run(...given);
    }, milliseconds);
    // Node's own fetch sets timers for its connections.
    const origin = new Error().stack?.split("\n")[2] ?? "";
    if (!origin.includes("node:internal")) left.set(timer, `${origin.trim()} for ${milliseconds} ms`);
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
    origins: () => [...left.values()],
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
