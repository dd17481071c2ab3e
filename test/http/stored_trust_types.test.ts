// Kinds of relationships that the reference has stored.
import { expect } from "bun:test";
import { StoreError } from "../../src/errors.ts";
import { routes, storedTrustTypes, TRUST_TYPES } from "../../src/http/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";

const behaviour = behaviours("http stored trust types");
const OWNER = "_actingweb_system";
/** As `json.dumps` of the reference writes it. */
const AUDITOR =
  '{"name": "auditor", "display_name": "Auditor", "description": "Reads the books", "base_permissions": ' +
  '{"properties": {"patterns": ["books/*"], "operations": ["read"]}, "tools": null}, "allow_user_override": true, ' +
  '"oauth_scope": null, "created_by": "app", "acl_rules": null}';

behaviour("a database without any has none", async () => {
  expect(await storedTrustTypes(memoryStore())).toEqual({});
});

behaviour("a stored kind decides what its peers may read", async () => {
  const store = memoryStore();
  await store.properties.setMany(OWNER, [["trust_type:auditor", AUDITOR], ["trust_types", "other"]]);
  const trustTypes = await storedTrustTypes(store);
  expect(trustTypes).toEqual({
    auditor: {
      displayName: "Auditor",
      description: "Reads the books",
      permissions: { properties: { patterns: ["books/*"], operations: ["read"] } },
    },
  });
  await store.actors.createIfAbsent({ id: "a", creator: "ann", passphrase: "word" });
  await store.trusts.createIfAbsent("a", {
    peerId: "p",
    baseUri: "https://p.example/p",
    type: "urn:x",
    relationship: "auditor",
    secret: "s",
    approved: true,
  });
  await store.properties.setMany("a", [["books/2026", "1"], ["diary", "2"]]);
  const app = routes(store, { trustTypes: { ...TRUST_TYPES, ...trustTypes } });
  const statusOf = async (name: string) => {
    const path = `/a/properties/${encodeURIComponent(name)}`;
    return (await app.request(path, { headers: { authorization: "Bearer s" } })).status;
  };
  expect(await statusOf("books/2026")).toBe(200);
  expect(await statusOf("diary")).toBe(403);
});

for (const text of ["no JSON", "[]", "{}", AUDITOR.replace('["read"]', '"read"')]) {
  behaviour(`one that cannot be read is a fault and not quoted: ${text.slice(-40)}`, async () => {
    const store = memoryStore();
    await store.properties.set(OWNER, "trust_type:auditor", text);
    const error = await storedTrustTypes(store).then(() => null, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({
      code: "corrupt",
      message: "storedTrustTypes: trust_type:auditor of _actingweb_system is no kind of relationship",
    });
  });
}
