// Bytes that are hardly a request, sent to this runtime's own server.
import { expect } from "bun:test";
import { connect } from "node:net";
import { limitInFlight, maxInFlightOf } from "../../src/cli/in_flight.ts";
import { type Handler, type Server, startServer } from "../../src/cli/server.ts";
import { routes } from "../../src/http/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { inTime } from "./fuzz.ts";
import { OBJECT_NAMES } from "./values.ts";

const behaviour = behaviours("hostile bytes");

async function served(handler: Handler, work: (server: Server, port: number) => Promise<void>): Promise<void> {
  const server = await startServer(handler, { host: "127.0.0.1", port: 0 });
  try {
    await work(server, Number(new URL(server.url).port));
  } finally {
    await server.stop(0);
  }
}

/** Sends bytes and gives what comes back until the server closes the connection, or has said nothing for a while. */
function sent(port: number, text: string, patience = 2_000): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1");
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    let timer = setTimeout(end, patience);
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => {
      answer += chunk;
      clearTimeout(timer);
      timer = setTimeout(end, patience / 10);
    });
    socket.on("error", end);
    socket.on("close", end);
    socket.write(text);
  });
}

const TAIL = "Connection: close\r\n\r\n";

const REQUESTS: readonly string[] = [
  `GET http://other.example/a1 HTTP/1.1\r\nHost: x\r\n${TAIL}`,
  `GET //evil.example/a1 HTTP/1.1\r\nHost: x\r\n${TAIL}`,
  `GET /\\evil.example HTTP/1.1\r\nHost: x\r\n${TAIL}`,
  `GET /%zz%00%ff HTTP/1.1\r\nHost: x\r\n${TAIL}`,
  `GET /a#b?c#d HTTP/1.1\r\nHost: x\r\n${TAIL}`,
  `GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n${TAIL}`,
  `OPTIONS * HTTP/1.1\r\nHost: x\r\n${TAIL}`,
  `CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n${TAIL}`,
  `TRACE / HTTP/1.1\r\nHost: x\r\n${TAIL}`,
  `TRACK / HTTP/1.1\r\nHost: x\r\n${TAIL}`,
  `QUERY / HTTP/1.1\r\nHost: x\r\n${TAIL}`,
  ...["a b", "[::1", "x:99999", "x/y", "user@x", "x\\y", "%", "a,b", ""].map((host) =>
    `GET /a1 HTTP/1.1\r\nHost: ${host}\r\n${TAIL}`
  ),
  `GET /a1 HTTP/1.1\r\nHost: a\r\nHost: b\r\n${TAIL}`,
  `GET /a1 HTTP/1.1\r\n${TAIL}`,
  `GET /a1 HTTP/1.0\r\n\r\n`,
  `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n${TAIL}`,
  `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n${TAIL}{}`,
  `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n${TAIL}{}`,
  `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n${TAIL}{}`,
  `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${TAIL}zz\r\n`,
  `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${TAIL}ffffffffffffffff\r\n{}`,
  `GET /a1 HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${"A".repeat(12_000)}\r\n${TAIL}`,
  `GET /a1 HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ====\r\n${TAIL}`,
  `GET /a1 HTTP/1.1\r\nHost: x\r\n${"a: b\r\n".repeat(3_000)}${TAIL}`,
  `GET /${"a".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n${TAIL}`,
  ...OBJECT_NAMES.map((name) => `GET /a1?${name}=1 HTTP/1.1\r\nHost: x\r\n${name}: 1\r\n${TAIL}`),
  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "\r\n".repeat(1_000),
  "\0".repeat(1_000),
];

behaviour("whatever arrives, the server answers or hangs up, shows nothing of itself, and goes on", async () => {
  const faults: unknown[] = [];
  const store = memoryStore();
  await store.actors.createIfAbsent({ id: "a1", creator: "ann", passphrase: "secret-passphrase" });
  const app = routes(store, { onFault: (fault) => void faults.push(fault) });
  await served((request) => app.fetch(request), async (_, port) => {
    const answers = await Promise.all(REQUESTS.map((text) => inTime(() => sent(port, text))));
    for (const [index, answer] of answers.entries()) {
      const [, status = "none"] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
      expect([REQUESTS[index]!.slice(0, 80), status, /^(none|[234]\d\d)$/.test(status)]).toEqual([
        REQUESTS[index]!.slice(0, 80),
        status,
        true,
      ]);
      // A runtime's own page about an error shows the source.
      expect(answer).not.toMatch(/\bat .*\.ts|node_modules|secret-passphrase|<html/i);
    }
    const still = await sent(port, `GET /a1/meta/id HTTP/1.1\r\nHost: x\r\n${TAIL}`, 30_000);
    expect(still).toMatch(/^HTTP\/1\.1 200[^]*\r\n\r\n(2\r\n)?a1/);
  });
  expect(faults).toEqual([]);
});

behaviour("requests beyond the limit are told to come again, and those under way are answered", async () => {
  let release = () => {};
  let arrived = 0;
  let noticed = () => {};
  const open = new Promise<void>((resolve) => release = resolve);
  const handler = limitInFlight(async () => {
    arrived++;
    noticed();
    await open;
    return new Response("done");
  }, 8);
  await served(handler, async ({ url }) => {
    const eight = new Promise<void>((resolve) => noticed = () => arrived === 8 && resolve());
    const first = Array.from({ length: 8 }, () => fetch(url).then((response) => response.text()));
    await eight;
    const more = await Promise.all(Array.from({ length: 40 }, async () => {
      const response = await fetch(url, { method: "POST", body: "{}" });
      return [response.status, response.headers.get("retry-after"), await response.json()];
    }));
    const error = { code: "overloaded", message: "too many requests are under way; try again in a moment" };
    for (const answer of more) expect(answer).toEqual([503, "1", { error }]);
    expect(arrived).toBe(8);
    release();
    expect(await Promise.all(first)).toEqual(Array.from({ length: 8 }, () => "done"));
    expect(await (await fetch(url)).text()).toBe("done");
  });
});

behaviour("a request that fails gives its place back", async () => {
  const handler = limitInFlight((request) => {
    if (request.method === "PUT") throw new Error("what a handler should have answered");
    return new Response("done");
  }, 1);
  for (let count = 0; count < 3; count++) {
    const failed = await Promise.resolve(handler(new Request("http://x/", { method: "PUT" }))).catch(String);
    expect(failed).toContain("should have answered");
    expect((await handler(new Request("http://x/"))).status).toBe(200);
  }
});

behaviour("a handler that throws shows nothing of what it threw", async () => {
  const failing = () => Promise.reject(new Error("secret-passphrase"));
  await served(failing, async (_, port) => {
    const answer = await sent(port, `GET / HTTP/1.1\r\nHost: x\r\n${TAIL}`);
    expect(answer).not.toMatch(/secret-passphrase|\bat .*\.ts|<html/i);
  });
});

behaviour("the limit is an option and a setting, and anything but a number from 1 is refused by name", () => {
  const given = (values: Readonly<Record<string, string>>) => ({ values, flags: new Set<string>(), positionals: [] });
  const setting = (value: string) => ({ ACTINGWEB_MAX_IN_FLIGHT: value });
  expect(maxInFlightOf(given({}), {})).toBe(256);
  expect(maxInFlightOf(given({}), setting(""))).toBe(256);
  expect(maxInFlightOf(given({}), setting("7"))).toBe(7);
  expect(maxInFlightOf(given({ "max-in-flight": "9" }), setting("7"))).toBe(9);
  for (const wrong of ["0", "-1", "1.5", "1e3", "many", "99999999", " 1", "٣"]) {
    expect(() => maxInFlightOf(given({ "max-in-flight": wrong }), {})).toThrow("--max-in-flight must be");
    expect(() => maxInFlightOf(given({}), setting(wrong))).toThrow("ACTINGWEB_MAX_IN_FLIGHT must be");
  }
});
