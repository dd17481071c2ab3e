// Relationships: how they begin, and who may see and end them.
import { expect } from "bun:test";
import { behaviours } from "../support/behaviour.ts";
import { openNetwork, openPair } from "./nodes.ts";

const behaviour = behaviours("http trust");

/** A request for a relationship, as a peer's node sends it. */
function request(fields: object = {}) {
  return {
    baseuri: "https://three.example/carl",
    id: "carl",
    type: "urn:actingweb:x",
    secret: "a-secret",
    desc: "",
    ...fields,
  };
}

behaviour("a relationship is asked for, verified, approved and known on both sides", async () => {
  const { one, two, ann, bob } = await openPair({ approved: false });
  const asked = await one.store.trusts.get(ann.id, bob.id);
  expect(asked).toMatchObject({ approved: true, verified: true, peerApproved: false, relationship: "friend" });
  const received = await two.store.trusts.get(bob.id, ann.id);
  expect(received).toMatchObject({ approved: false, verified: true, peerApproved: true, secret: asked!.secret });
  expect(one.received).toEqual([`GET /${ann.id}/trust/friend/${bob.id}`]);
  expect(two.received).toEqual([`GET /${bob.id}/meta`, `POST /${bob.id}/trust/friend`]);

  const path = `${bob.id}/trust/friend/${ann.id}`;
  expect((await two.send("GET", path, { as: bob })).status).toBe(202);
  expect((await two.send("PUT", path, { as: bob, body: { approved: true } })).status).toBe(204);
  expect((await two.send("GET", path, { as: bob })).status).toBe(200);
  expect(await one.store.trusts.get(ann.id, bob.id)).toMatchObject({ peerApproved: true });
});

behaviour("the answer to the one who asks is the relationship and where it is", async () => {
  const network = openNetwork();
  const [one, two] = [network.node("one"), network.node("two")];
  const [ann, bob] = [await one.actor(), await two.actor()];
  const answer = await one.send("POST", `${ann.id}/trust`, { as: ann, body: { url: two.url + bob.id, desc: "Hello" } });
  expect(answer.status).toBe(201);
  expect(answer.headers.get("location")).toBe(`${one.url}${ann.id}/trust/friend/${bob.id}`);
  const body = answer.json() as Record<string, unknown>;
  expect(body).toMatchObject({
    id: ann.id,
    peerid: bob.id,
    baseuri: two.url + bob.id,
    relationship: "friend",
    desc: "Hello",
    approved: true,
    peer_approved: false,
    verified: true,
  });
  expect(body.verification_token).toBe(body.verificationToken);
  const again = await one.send("POST", `${ann.id}/trust`, { as: ann, body: { url: two.url + bob.id } });
  expect(again.status).toBe(409);
});

behaviour("kinds that are approved at once are, when the peer could be verified", async () => {
  const network = openNetwork();
  const one = network.node("one");
  const two = network.node("two", { autoApprove: ["associate"] });
  const [ann, bob] = [await one.actor(), await two.actor()];
  const body = { url: two.url + bob.id, relationship: "associate" };
  expect((await one.send("POST", `${ann.id}/trust`, { as: ann, body })).json()).toMatchObject({ peer_approved: true });
  const unverified = await two.send("POST", `${bob.id}/trust/associate`, { body: request({ verify: "token" }) });
  expect(unverified.status).toBe(202);
  expect(unverified.json()).toMatchObject({ approved: false, verified: false, peer_approved: true });
});

behaviour("a peer that refuses, is of another type or is not there is 408, and nothing is kept", async () => {
  const network = openNetwork();
  const [one, two] = [network.node("one"), network.node("two")];
  const [ann, bob] = [await one.actor(), await two.actor()];
  const bodies = [
    { url: "https://nowhere.example/x" },
    { url: `${two.url}unknown` },
    { url: two.url + bob.id, relationship: "unheard-of" },
    { url: two.url + bob.id, type: "urn:actingweb:other" },
  ];
  for (const body of bodies) {
    expect((await one.send("POST", `${ann.id}/trust`, { as: ann, body })).status).toBe(408);
  }
  expect(await one.store.trusts.all(ann.id)).toEqual([]);
  expect(await two.store.trusts.all(bob.id)).toEqual([]);
});

behaviour("a request without what it needs is 400 and names the field", async () => {
  const node = openNetwork().node("one");
  const ann = await node.actor();
  for (const field of ["baseuri", "id", "secret"]) {
    const answer = await node.send("POST", `${ann.id}/trust/friend`, { body: { ...request(), [field]: undefined } });
    expect([answer.status, answer.json()]).toEqual([
      400,
      { error: { code: "invalid", message: `${field} is missing` } },
    ]);
  }
  const wrong = await node.send("POST", `${ann.id}/trust/friend`, { body: request({ desc: 1 }) });
  expect(wrong.json()).toEqual({ error: { code: "invalid", message: "desc must be a string" } });
  const initiate = await node.send("POST", `${ann.id}/trust`, { as: ann, body: {} });
  expect([initiate.status, (initiate.json() as { error: { message: string } }).error.message]).toEqual([
    400,
    "url is missing",
  ]);
});

behaviour("a request for a peer that has a relationship changes nothing of it", async () => {
  const { two, ann, bob, secret } = await openPair();
  const before = await two.store.trusts.get(bob.id, ann.id);
  const body = request({ id: ann.id, baseuri: "https://evil.example/x", secret: "another" });
  for (const kind of ["friend", "admin"]) {
    expect((await two.send("POST", `${bob.id}/trust/${kind}`, { body })).status).toBe(403);
  }
  expect(await two.store.trusts.get(bob.id, ann.id)).toEqual(before);
  const same = await two.send("POST", `${bob.id}/trust/friend`, { body: request({ secret }) });
  expect(same.status).toBe(403);
  expect(await two.store.trusts.all(bob.id)).toHaveLength(1);
});

behaviour("of many requests of one peer at once one is taken", async () => {
  const node = openNetwork().node("one");
  const ann = await node.actor();
  const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => {
    return node.send("POST", `${ann.id}/trust/friend`, { body: request({ secret: `secret-${index}` }) });
  }));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 403)).toHaveLength(7);
});

behaviour("a relationship is updated by the creator alone, and only in what is given", async () => {
  const { two, ann, bob, secret } = await openPair();
  const path = `${bob.id}/trust/friend/${ann.id}`;
  expect((await two.send("PUT", path, { as: bob, body: { desc: "New" } })).status).toBe(204);
  expect(await two.store.trusts.get(bob.id, ann.id)).toMatchObject({ description: "New", approved: true });
  expect((await two.send("PUT", path, { as: bob, body: { approved: false } })).status).toBe(204);
  expect(await two.store.trusts.get(bob.id, ann.id)).toMatchObject({ approved: false });
  expect((await two.send("PUT", path, { secret, body: { approved: true } })).status).toBe(403);
  expect((await two.send("PUT", path, { body: { approved: true } })).status).toBe(401);
  expect((await two.send("PUT", path, { as: bob, body: { approved: "yes" } })).json()).toEqual({
    error: { code: "invalid", message: "approved must be true or false" },
  });
  expect((await two.send("PUT", path, { as: bob, body: { baseuri: "http://127.0.0.1/x" } })).status).toBe(400);
  expect((await two.send("PUT", `${bob.id}/trust/friend/none`, { as: bob, body: {} })).status).toBe(404);
});

behaviour("the peer sees its own relationship, and no other", async () => {
  const { two, ann, bob, secret } = await openPair();
  const path = `${bob.id}/trust/friend/${ann.id}`;
  expect((await two.send("GET", path, { secret })).json()).toMatchObject({ peerid: ann.id, secret });
  await two.send("POST", `${bob.id}/trust/friend`, { body: request() });
  expect((await two.send("GET", `${bob.id}/trust/friend/carl`, { secret })).status).toBe(403);
  expect((await two.send("GET", `${bob.id}/trust`, { secret })).status).toBe(403);
  expect((await two.send("GET", `${bob.id}/trust/admin/${ann.id}`, { secret })).status).toBe(404);
  expect((await two.send("GET", path)).status).toBe(401);
});

behaviour("the list can be filtered and shows no secrets", async () => {
  const { two, ann, bob } = await openPair();
  await two.send("POST", `${bob.id}/trust/associate`, { body: request() });
  const ids = async (query: string) => {
    const answer = await two.send("GET", `${bob.id}/trust${query}`, { as: bob });
    expect(answer.text).not.toContain("secret");
    return (answer.json() as { peerid: string }[]).map(({ peerid }) => peerid).sort();
  };
  expect(await ids("")).toEqual([ann.id, "carl"].sort());
  for (const query of ["?relationship=associate", "?type=urn:actingweb:x", "?peerid=carl", "/associate"]) {
    expect(await ids(query)).toEqual(["carl"]);
  }
  expect(await ids("/partner")).toEqual([]);
});

behaviour("ending it ends it on both sides, whoever begins", async () => {
  for (const side of ["one", "two"] as const) {
    const pair = await openPair();
    const { one, two, ann, bob } = pair;
    const answer = side === "one"
      ? await one.send("DELETE", `${ann.id}/trust/friend/${bob.id}`, { as: ann })
      : await two.send("DELETE", `${bob.id}/trust/friend/${ann.id}`, { as: bob });
    expect(answer.status).toBe(204);
    expect(await one.store.trusts.all(ann.id)).toEqual([]);
    expect(await two.store.trusts.all(bob.id)).toEqual([]);
  }
});

behaviour("a peer ends it even before it was approved, and nothing of it is left", async () => {
  const { two, ann, bob, secret } = await openPair({ approved: false });
  await two.store.attributes.set(bob.id, `remote:${ann.id}`, "a", { value: 1 });
  await two.store.subscriptions.createIfAbsent(bob.id, { peerId: ann.id, subscriptionId: "s", target: "properties" });
  await two.store.diffs.append(bob.id, ann.id, "s", "1");
  await two.store.attributes.set(bob.id, "_callback_state", `state:${ann.id}:s`, { version: 1 });
  expect((await two.send("DELETE", `${bob.id}/trust/friend/${ann.id}`, { secret })).status).toBe(204);
  expect(await two.store.attributes.all(bob.id)).toEqual([]);
  expect(await two.store.subscriptions.all(bob.id)).toEqual([]);
  expect(await two.store.diffs.all(bob.id, "s")).toEqual([]);
  expect((await two.send("DELETE", `${bob.id}/trust/friend/${ann.id}`, { as: bob })).status).toBe(404);
});

behaviour("a peer that cannot be reached keeps it, unless it is ended here alone", async () => {
  const { network, one, ann, bob } = await openPair();
  network.down.add("two");
  const path = `${ann.id}/trust/friend/${bob.id}`;
  expect((await one.send("DELETE", path, { as: ann })).status).toBe(502);
  expect(await one.store.trusts.all(ann.id)).toHaveLength(1);
  expect((await one.send("DELETE", `${path}?peer=true`, { as: ann })).status).toBe(204);
  expect(await one.store.trusts.all(ann.id)).toEqual([]);
});

behaviour("the trustee is set and removed by the creator, and opens trust but no properties", async () => {
  const node = openNetwork().node("one");
  const ann = await node.actor({ creator: "ann", passphrase: "0123456789abcdef" });
  const put = (body: object) => node.send("PUT", `${ann.id}/trust/trustee`, { as: ann, body });
  expect((await put({ trustee_root: "https://t.example/t" })).status).toBe(204);
  const secret = ann.passphrase;
  expect((await node.send("GET", `${ann.id}/trust`, { secret })).status).toBe(403);
  expect((await put({ creator: "trustee" })).status).toBe(204);
  for (const path of ["", "/trust", "/subscriptions"]) {
    expect((await node.send("GET", ann.id + path, { secret })).status).toBe(200);
  }
  expect((await node.send("GET", `${ann.id}/properties`, { secret })).status).toBe(403);
  expect((await node.send("DELETE", `${ann.id}/trust/trustee`, { secret })).status).toBe(204);
  expect((await node.send("GET", `${ann.id}/trust`, { secret })).status).toBe(403);
  expect((await node.send("GET", `${ann.id}/trust`, { as: { ...ann, creator: "trustee" } })).status).toBe(200);
});

behaviour("an administrator may do what the creator may", async () => {
  const { two, bob, secret } = await openPair({ relationship: "admin" });
  for (const path of ["", "/trust", "/properties", "/subscriptions"]) {
    expect((await two.send("GET", bob.id + path, { secret })).status).toBe(200);
  }
  expect((await two.send("DELETE", bob.id, { secret })).status).toBe(204);
  expect((await two.send("GET", `${bob.id}/meta`)).status).toBe(404);
});

behaviour("an actor that is erased is gone for its peers, too", async () => {
  const { network, one, two, ann, bob } = await openPair();
  expect((await two.send("DELETE", bob.id, { as: bob })).status).toBe(204);
  await network.settled();
  expect(await one.store.trusts.all(ann.id)).toEqual([]);
  expect(await two.store.trusts.all(bob.id)).toEqual([]);
});
