/**
 * The signals that stop a server.
 *
 * @module
 */

import process from "node:process";

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
/** Milliseconds in which a signal counts as the first one's echo: a terminal and npm both pass one Ctrl+C on. */
const ECHO_MILLISECONDS = 500;

/** Resolves with the first signal. A second one ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | null = null;
    for (const [signal, code] of Object.entries(SIGNALS)) {
      process.on(signal, () => {
        if (first === null) {
          first = performance.now();
          resolve();
        } else if (performance.now() - first > ECHO_MILLISECONDS) process.exit(code);
      });
    }
  });
}
