// A way to the tests' PostgreSQL that can be blocked and cut.
import { connect, createServer, type Socket } from "node:net";
import { postgresqlUrl } from "../support/stores.ts";

/** A port that passes everything on to PostgreSQL. */
export interface Proxy {
  /** The database's URL through the port. */
  readonly url: string;
  /** Connections that were accepted so far. */
  accepted(): number;
  /** Takes connections and bytes, but passes nothing on, in either direction, until `resume`. */
  block(): void;
  /** Passes nothing on of the connections that there are; new ones are good. */
  mute(): void;
  /** Passes on what was held back, and what comes. */
  resume(): void;
  /** Refuses new connections until `resume`. */
  refuse(): void;
  /** Takes new connections and ends them as soon as it is told something, until `resume`. */
  hangUp(): void;
  /** Breaks all connections, and refuses new ones until `resume`. */
  cut(): void;
  /** Ends it. */
  close(): Promise<void>;
}

/** Opens a proxy. */
export async function openProxy(): Promise<Proxy> {
  const { hostname, port } = new URL(postgresqlUrl());
  const pairs = new Set<readonly [Socket, Socket]>();
  let accepted = 0;
  let blocked = false;
  let refusing = false;
  let hangingUp = false;

  const server = createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    accepted++;
    if (hangingUp) {
      client.once("data", () => client.end());
      client.on("error", () => {});
      return;
    }
    const database = connect(Number(port), hostname);
    const pair = [client, database] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [database, client] as const]) {
      from.on("error", () => to.destroy());
      from.on("close", () => {
        to.destroy();
        pairs.delete(pair);
      });
      from.on("data", (bytes) => {
        to.write(bytes);
        if (blocked) from.pause();
      });
      if (blocked) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = new URL(postgresqlUrl());
  url.port = String(typeof address === "object" ? address?.port : "");

  const mute = () => {
    for (const pair of pairs) for (const socket of pair) socket.pause();
  };
  const breakAll = () => {
    for (const [client, database] of pairs) {
      client.destroy();
      database.destroy();
    }
  };
  return {
    url: url.href,
    accepted: () => accepted,
    block() {
      blocked = true;
      mute();
    },
    mute,
    resume() {
      blocked = refusing = hangingUp = false;
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    hangUp() {
      hangingUp = true;
    },
    refuse() {
      refusing = true;
    },
    cut() {
      refusing = true;
      breakAll();
    },
    close() {
      breakAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
