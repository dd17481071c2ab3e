// Calls of peers, whose URLs come from strangers.
import { expect } from "bun:test";
import { isPrivateAddress, isPrivateHost } from "../../src/http/addresses.ts";
import { askPeer, PeerError, refusalOf } from "../../src/http/peers.ts";
import { type RoutesOptions, serviceOf } from "../../src/http/service.ts";
import type { Store } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { openNetwork } from "./nodes.ts";

const behaviour = behaviours("http peers");
const service = (options: RoutesOptions = {}) => serviceOf({} as Store, options);

async function reasonOf(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof PeerError) return error.message;
    throw error;
  }
  throw new Error("the peer was asked");
}

behaviour("public addresses are told from those of machines and networks", () => {
  const closed = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2001:db8::1",
    "2001::1",
    "256.1.1.1",
    "1.2.3",
    "nonsense",
    "1::2::3",
    "12345::",
  ];
  for (const address of closed) expect([address, isPrivateAddress(address)]).toEqual([address, true]);
  const open = [
    "1.1.1.1",
    "172.15.0.1",
    "172.32.0.1",
    "192.169.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
    "2002:101:101::",
  ];
  for (const address of open) expect([address, isPrivateAddress(address)]).toEqual([address, false]);
});

behaviour("names of local networks are told from public ones", () => {
  for (
    const host of ["localhost", "a.localhost", "printer", "x.local", "metadata.google.internal", "[::1]", "localhost."]
  ) {
    expect([host, isPrivateHost(host)]).toEqual([host, true]);
  }
  for (const host of ["example.org", "localhost.example.org", "1.1.1.1", "[2606:4700::1111]"]) {
    expect([host, isPrivateHost(host)]).toEqual([host, false]);
  }
});

behaviour("a URL is refused in every spelling of a private address", () => {
  const refused = [
    "http://example.org/a",
    "https://127.0.0.1/a",
    "https://2130706433/a",
    "https://0x7f.1/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://localhost/a",
    "https://LOCALHOST:8443/a",
    "https://user:word@example.org/a",
    "https://example.org/a?b",
    "https://example.org/a#b",
    "ftp://example.org/a",
    "file:///etc/passwd",
    "example.org",
    "",
  ];
  for (const url of refused) expect([url, refusalOf(service(), url) === null]).toEqual([url, false]);
  expect(refusalOf(service(), "https://example.org/a")).toBe(null);
  const lenient = service({ allowPrivatePeers: true });
  expect(refusalOf(lenient, "http://127.0.0.1:8080/a")).toBe(null);
  expect(refusalOf(lenient, "ftp://127.0.0.1/a")).not.toBe(null);
});

behaviour("a name that leads to a private address is not called", async () => {
  let calls = 0;
  const fetch = () => Promise.resolve(new Response(String(++calls)));
  for (const addresses of [["127.0.0.1"], ["1.1.1.1", "10.0.0.1"], []]) {
    const asked = askPeer(service({ fetch, resolve: () => Promise.resolve(addresses) }), "https://example.org/a");
    expect(await reasonOf(asked)).toContain("private network");
  }
  expect(calls).toBe(0);
  const open = service({ fetch, resolve: () => Promise.resolve(["1.1.1.1"]) });
  expect((await askPeer(open, "https://example.org/a")).text).toBe("1");
});

behaviour("redirects are followed on the same host, a few times, and never elsewhere", async () => {
  const asked: string[] = [];
  const redirecting = (targets: readonly string[]) =>
    service({
      fetch: (request) => {
        asked.push(request.url);
        const location = targets[asked.length - 1];
        return Promise.resolve(
          location === undefined ? new Response("there") : new Response(null, { status: 308, headers: { location } }),
        );
      },
    });
  expect((await askPeer(redirecting(["/b"]), "https://example.org/a", { secret: "s" })).text).toBe("there");
  expect(asked).toEqual(["https://example.org/a", "https://example.org/b"]);
  for (const target of ["https://other.example/a", "https://127.0.0.1/a", "https://example.org:8443/"]) {
    asked.length = 0;
    expect(await reasonOf(askPeer(redirecting([target]), "https://example.org/a"))).toContain("another host");
  }
  asked.length = 0;
  expect(await reasonOf(askPeer(redirecting(["http://example.org/a"]), "https://example.org/a"))).not.toBe("");
  asked.length = 0;
  const endless = redirecting(Array.from({ length: 10 }, () => "/a"));
  expect(await reasonOf(askPeer(endless, "https://example.org/a"))).toContain("too often");
});

behaviour("a call ends in time, and no answer is read beyond the limit", async () => {
  const silent = service({
    peerTimeout: 20,
    fetch: ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
  });
  expect(await reasonOf(askPeer(silent, "https://example.org/a"))).toContain("in time");
  let sent = 0;
  const stream = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1000;
        controller.enqueue(new Uint8Array(1000));
      },
    });
  const endless = service({ peerLimit: 10_000, fetch: () => Promise.resolve(new Response(stream())) });
  expect(await reasonOf(askPeer(endless, "https://example.org/a"))).toContain("too large");
  expect(sent).toBeLessThan(20_000);
});

behaviour(
  "neither a request for a relationship nor one to ask for it makes the server call its own network",
  async () => {
    let calls = 0;
    const node = openNetwork().node("one", { fetch: () => Promise.resolve(new Response(String(++calls))) });
    const ann = await node.actor();
    for (
      const url of ["http://example.org/x", "https://127.0.0.1/x", "https://169.254.169.254/latest", "https://intra/x"]
    ) {
      expect((await node.send("POST", `${ann.id}/trust`, { as: ann, body: { url } })).status).toBe(400);
      const body = { baseuri: url, id: "x", secret: "s", type: "urn:x", verify: "v" };
      expect((await node.send("POST", `${ann.id}/trust/friend`, { body })).status).toBe(400);
    }
    expect(calls).toBe(0);
  },
);

behaviour("no spelling, port, name or scheme leads a handshake into the server's own network", async () => {
  const calls: string[] = [];
  const addresses: Readonly<Record<string, string>> = {
    "mapped.example": "::ffff:10.0.0.1",
    "loopback.example": "::1",
    "zoned.example": "fe80::1%eth0",
    "metadata.example": "169.254.169.254",
    "unique-local.example": "fd00:ec2::254",
    "translated.example": "64:ff9b::7f00:1",
    "carried.example": "2002:a9fe:a9fe::",
    "wrong.example": "no address",
  };
  const node = openNetwork().node("one", {
    fetch: (request) => {
      calls.push(request.url);
      return Promise.resolve(new Response("{}"));
    },
    resolve: (host) => Promise.resolve([addresses[host] ?? "1.1.1.1"]),
  });
  const ann = await node.actor();
  const hosts = [
    "127.1",
    "127.0.0.1.",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0x7f000001",
    "0x7F.0x0.0x0.0x1",
    "0",
    "0.0.0.0:443",
    "10.0.0.1:8443",
    "%31%32%37.0.0.1",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "169.254.169.254.",
    "2852039166",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:169.254.169.254]",
    "[::127.0.0.1]",
    "[0:0:0:0:0:ffff:0a00:0001]",
    "[fe80::1%25eth0]",
    "[fe80::1]",
    "[fec0::1]",
    "[fd00::1]",
    "[ff02::1]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b:1::10.0.0.1]",
    "[2002:0a00:0001::]",
    "[2001:0:1::1]",
    "[3fff::1]",
    "localhost",
    "LOCALHOST.",
    "ｌｏｃａｌｈｏｓｔ",
    "a.localhost.",
    "intranet",
    "intranet.",
    "printer.",
    "db.internal.",
    "nas.local",
    "host.docker.internal",
    "example.org@127.0.0.1",
    "127.0.0.1#example.org",
    "127.0.0.1\\@example.org",
    "user:word@example.org",
    ...Object.keys(addresses),
  ];
  const urls = [
    ...hosts.map((host) => `https://${host}/x`),
    "http://example.org/x",
    "//example.org/x",
    "https:/127.0.0.1/x",
    "https:127.0.0.1/x",
    "\thttps://127.0.0.1/x",
    "file:///etc/passwd",
    "ftp://example.org/x",
    "gopher://example.org/x",
    "data:application/json,{}",
    "javascript:alert(1)",
    "blob:https://example.org/x",
    "ws://example.org/x",
    "https://",
    "https://[/x",
  ];
  for (const url of urls) {
    const asking = await node.send("POST", `${ann.id}/trust`, { as: ann, body: { url } });
    expect([url, [400, 408].includes(asking.status)]).toEqual([url, true]);
    const body = { baseuri: url, id: "x", secret: "s", type: "urn:x", verify: "v" };
    const asked = await node.send("POST", `${ann.id}/trust/friend`, { body });
    // A name is looked up only when it is called; a peer that cannot be verified is not approved.
    const name = /^https:\/\/([a-z-]+\.example)\//.exec(url)?.[1] ?? "";
    const waits = asked.status === 202 && Object.hasOwn(addresses, name) && asked.text.includes('"verified":false');
    expect([url, waits || asked.status === 400]).toEqual([url, true]);
    await node.store.trusts.deleteAll(ann.id);
  }
  expect(calls).toEqual([]);
  expect(node.faults).toEqual([]);
  expect((await node.send("POST", `${ann.id}/trust`, { as: ann, body: { url: "https://public.example/x" } })).status)
    .toBe(408);
  expect(calls).toEqual(["https://public.example/x/meta"]);
});

behaviour("a redirect leads to no other host, port, scheme or private address, in any spelling", async () => {
  const targets = [
    "//127.0.0.1/x",
    "https://127.1/x",
    "https://[::1]/x",
    "https://example.org.@127.0.0.1/x",
    "https://example.org:444/x",
    "https://example.org./x",
    "http://example.org:443/x",
    "\\\\127.0.0.1\\x",
    "https://user@example.org/x",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:,x",
    "https://[",
  ];
  for (const location of targets) {
    const asked: string[] = [];
    const redirecting = service({
      fetch: (request) => {
        asked.push(request.url);
        return Promise.resolve(new Response(null, { status: 307, headers: { location } }));
      },
    });
    const reason = await reasonOf(
      askPeer(redirecting, "https://example.org/a", { secret: "s", method: "POST", body: {} }),
    );
    expect([location, reason === "", asked]).toEqual([location, false, ["https://example.org/a"]]);
  }
});

behaviour("a name that turns to a private address between two requests of one call is not followed", async () => {
  const asked: string[] = [];
  const turning = service({
    fetch: (request) => {
      asked.push(request.url);
      return Promise.resolve(new Response(null, { status: 302, headers: { location: "/b" } }));
    },
    resolve: () => Promise.resolve([asked.length === 0 ? "1.1.1.1" : "127.0.0.1"]),
  });
  expect(await reasonOf(askPeer(turning, "https://example.org/a"))).toContain("private network");
  expect(asked).toEqual(["https://example.org/a"]);
});
