import { dynamodbStore } from "actingweb-edge/dynamodb";
import { oldLookups } from "actingweb-edge/dynamodb/old-lookups";

const EMAIL = { property_name: { S: "email" }, value: { S: "ann@example.org" }, actor_id: { S: "ann" } };
const PROPERTY = { id: { S: "ann" }, name: { S: "email" }, value: { S: "ann@example.org" } };
const ROWS: { readonly [table: string]: object } = { old_property_lookup: EMAIL, old_properties: PROPERTY };

export default async function () {
  const old = {
    region: "eu-west-1",
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
    prefix: "old",
    fetch: (_url: string, init: RequestInit) => {
      const { TableName } = JSON.parse(`${init.body}`) as { TableName: string };
      return Promise.resolve(Response.json({ Item: ROWS[TableName] }));
    },
  };
  const stores = [dynamodbStore(old), dynamodbStore({ ...old, oldLookups })];
  return await Promise.all(stores.map(({ lookups }) => lookups.get("email", "ann@example.org")));
}
