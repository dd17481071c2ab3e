/**
 * The signals that stop a server or a command that takes long.
 *
 * @module
 */

import process from "node:process";

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
/** Milliseconds in which a signal counts as the first one's echo: a terminal and npm both pass one Ctrl+C on. */
const ECHO_MILLISECONDS = 500;

/** Resolves with the first signal. A second one ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => void onStop(resolve));
}

/**
 * Calls `stop` at the first signal. A second one ends the process at once.
 *
 * @returns What gives the signals back to the process
 */
export function onStop(stop: () => void): () => void {
  let first: number | null = null;
  const listeners = Object.entries(SIGNALS).map(([signal, code]) => {
    const listener = () => {
      if (first === null) {
        first = performance.now();
        stop();
      } else if (performance.now() - first > ECHO_MILLISECONDS) process.exit(code);
    };
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
