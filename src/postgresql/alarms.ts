/**
 * One timer for the deadlines of many calls: a timer for each would cost a tenth of a short statement's time.
 *
 * @module
 */

/** Milliseconds after which it looks again at the latest, so that an idle process is not kept for longer. */
const LOOK = 1_000;

/** One alarm; what it holds is its owner's affair. */
export interface Alarm {
  /** When it rings; milliseconds since the epoch. */
  readonly at: number;
  /** What it does then, once. */
  ring(): void;
}

/** The alarms of one database. */
export interface Alarms {
  /** Sets an alarm. */
  set(alarm: Alarm): void;
  /** Takes it back; also one that has rung. */
  clear(alarm: Alarm): void;
  /** Takes all back. */
  close(): void;
}

/** Makes alarms. */
export function createAlarms(): Alarms {
  const alarms = new Set<Alarm>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let next = Infinity;

  function arm(at: number): void {
    const now = Date.now();
    next = Math.min(at, now + LOOK);
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(0, next - now));
  }

  function look(): void {
    const now = Date.now();
    next = Infinity;
    let earliest = Infinity;
    for (const alarm of alarms) {
      if (alarm.at <= now) {
        alarms.delete(alarm);
        alarm.ring();
      } else earliest = Math.min(earliest, alarm.at);
    }
    // What has rung may have set others, which armed for themselves.
    if (earliest < next) arm(earliest);
  }

  return {
    set(alarm) {
      alarms.add(alarm);
      if (alarm.at < next) arm(alarm.at);
    },
    clear: (alarm) => void alarms.delete(alarm),
    close() {
      alarms.clear();
      clearTimeout(timer);
      next = Infinity;
    },
  };
}
