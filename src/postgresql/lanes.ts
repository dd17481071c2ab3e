/**
 * Connections, and whose turn it is at which.
 *
 * A statement that writes has a connection for itself: it may wait for a lock for long, and whoever is behind it could be
 * neither taken back nor cancelled safely. Statements that only read wait for nobody and change nothing, so on a
 * connection that is busy with such they are sent ahead, and the server never waits for us between two of them.
 *
 * @module
 */

import type { Alarms } from "./alarms.ts";
import { GRACE, interruptible } from "./interrupt.ts";
import type { SqlCall } from "./sql_client.ts";

/** One connection, or several that somebody else deals out. */
export interface Lane<Connection> {
  /** What sends. */
  readonly connection: Connection;
  /** Statements under way. */
  statements: number;
  /** Those of them that nobody waits for any more. */
  left: number;
  /** Whether all of them only read, and the connection is known to work. */
  reading: boolean;
  /** Whether the last statement was answered. */
  works: boolean;
  /** Reasons to begin nothing. */
  holds: number;
  /** When its last statement ended; milliseconds since the epoch. */
  idleSince: number;
}

/** How a turn ended: with an answer, with the server's refusal, or with the connection. */
export type Ending = "answered" | "refused" | "lost";

/** What the lanes are. */
export interface LanesOptions<Connection> {
  /** Makes one; called when it is needed first. */
  open(): Connection;
  /** Ends one that nobody uses. */
  close(connection: Connection): Promise<unknown>;
  /** Breaks one that answers no more, if that can be done. */
  drop?(connection: Connection): Promise<unknown>;
  /** Lanes at most. */
  readonly count: number;
  /** Connections of one lane. */
  readonly width: number;
  /** Statements that are sent on one lane at most before the first is answered, if they only read. */
  readonly depth: number;
  /** Milliseconds after which an unused lane is closed. */
  readonly idle: number;
}

/** The lanes of one database. */
export interface Lanes<Connection> {
  /** Takes a turn: at once, or after those who came before. */
  take(reads: boolean, call: SqlCall): Lane<Connection> | Promise<Lane<Connection>>;
  /** Gives a turn back; `left` of a statement that was left behind. */
  give(lane: Lane<Connection>, ending: Ending, left?: boolean): void;
  /**
   * Leaves a statement behind that goes on. A lane that has only such, and answers none of them for so many milliseconds,
   * is dropped: its connection is dead, and the next one can be opened in its place.
   */
  leave(lane: Lane<Connection>, silence: number): void;
  /** Lets nobody begin on a lane until then, but no longer than a stopped statement may take. */
  hold(lane: Lane<Connection>, until: Promise<unknown>): void;
  /** Closes all. */
  close(): Promise<void>;
}

interface Waiting<Connection> {
  readonly reads: boolean;
  readonly begin: (lane: Lane<Connection>) => void;
}

/** Makes lanes: first come, first served. */
export function createLanes<Connection>(options: LanesOptions<Connection>, alarms: Alarms): Lanes<Connection> {
  const { count, width, depth, idle } = options;
  const lanes = new Set<Lane<Connection>>();
  const line = new Set<Waiting<Connection>>();
  /** Whether an alarm looks for idle lanes. */
  let looking = false;

  function free(reads: boolean): Lane<Connection> | null {
    let shared: Lane<Connection> | null = null;
    for (const lane of lanes) {
      if (lane.holds > 0) continue;
      if (lane.statements < width) return lane;
      if (!reads || !lane.reading || lane.statements >= depth) continue;
      if (shared === null || lane.statements < shared.statements) shared = lane;
    }
    return lanes.size < count ? open() : shared;
  }

  function open(): Lane<Connection> {
    const connection = options.open();
    const lane = { connection, statements: 0, left: 0, reading: false, works: false, holds: 0, idleSince: Date.now() };
    lanes.add(lane);
    if (!looking && idle < Infinity) alarms.set({ at: Date.now() + idle, ring: closeIdle });
    looking = true;
    return lane;
  }

  function closeIdle(): void {
    const now = Date.now();
    let next = now + idle;
    for (const lane of lanes) {
      if (lane.statements > 0) continue;
      if (lane.idleSince + idle <= now) {
        lanes.delete(lane);
        void options.close(lane.connection);
      } else next = Math.min(next, lane.idleSince + idle);
    }
    looking = lanes.size > 0;
    if (looking) alarms.set({ at: next, ring: closeIdle });
  }

  /** Lets a new lane take the place of one that is of no use. */
  function drop(lane: Lane<Connection>): void {
    // Whoever deals out several connections by himself also replaces them.
    if (options.drop !== undefined && lanes.delete(lane)) void options.drop(lane.connection);
  }

  /** Drops a lane that is silent from then on for so long; looks again as long as it answers. */
  function watch(lane: Lane<Connection>, since: number, silence: number): void {
    const ring = () => {
      // Whoever still waits on it ends by answer or by leaving, and is watched then.
      if (lane.left === 0 || lane.left < lane.statements) return;
      if (lane.idleSince > since) return watch(lane, lane.idleSince, silence);
      drop(lane);
      next();
    };
    alarms.set({ at: since + silence, ring });
  }

  function begin(lane: Lane<Connection>, reads: boolean): Lane<Connection> {
    lane.reading = reads && (lane.statements === 0 ? lane.works : lane.reading);
    lane.statements++;
    return lane;
  }

  function next(): void {
    for (const waiting of line) {
      const lane = free(waiting.reads);
      if (lane === null) return;
      line.delete(waiting);
      waiting.begin(begin(lane, waiting.reads));
    }
  }

  return {
    take(reads, call) {
      const lane = line.size === 0 ? free(reads) : null;
      if (lane !== null) return begin(lane, reads);
      let place: Waiting<Connection>;
      const pending = new Promise<Lane<Connection>>((begin) => line.add(place = { reads, begin }));
      return interruptible({ pending, stop: () => line.delete(place) }, call, alarms);
    },
    give(lane, ending, left = false) {
      lane.statements--;
      if (left) lane.left--;
      lane.works = ending === "answered";
      lane.idleSince = Date.now();
      if (ending === "lost") drop(lane);
      if (line.size > 0) next();
    },
    leave(lane, silence) {
      lane.left++;
      // Nobody else begins behind it.
      lane.reading = false;
      if (options.drop !== undefined) watch(lane, Date.now(), silence);
    },
    hold(lane, until) {
      lane.holds++;
      const release = { at: Date.now() + GRACE, ring: () => go() };
      let go = () => {
        go = () => {};
        alarms.clear(release);
        lane.holds--;
        next();
      };
      alarms.set(release);
      until.then(() => go(), () => go());
    },
    async close() {
      alarms.close();
      await Promise.all(Array.from(lanes, ({ connection }) => options.close(connection)));
      lanes.clear();
    },
  };
}
