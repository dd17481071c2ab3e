import { createDynamoDBClient, unmarshalItem } from "actingweb-edge/dynamo-db-client-lite";

export default async function () {
  let authorization: string | null = null;
  const client = createDynamoDBClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
    now: () => Date.UTC(2026, 1, 3),
    fetch: (_url, init) => {
      authorization = new Headers(init?.headers).get("authorization");
      return Promise.resolve(Response.json({ Item: { id: { S: "a" }, count: { N: "3" } } }));
    },
  });
  const { Item } = await client.send("GetItem", { TableName: "notes", Key: { id: { S: "a" } } });
  return { credential: `${authorization}`.split(",")[0], item: unmarshalItem(Item!) };
}
