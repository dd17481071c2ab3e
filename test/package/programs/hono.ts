import { routes } from "actingweb-edge/hono";
import { dynamodbStore } from "actingweb-edge/dynamodb";
import type { Given } from "../given.ts";

export default async function ({ dynamodb }: Given) {
  const app = routes(dynamodbStore(dynamodb));
  const credentials = { creator: "ada", passphrase: "secret" };
  const made = await app.request("/", { method: "POST", body: JSON.stringify(credentials) });
  const { id } = await made.json() as { readonly id: string };
  const headers = { authorization: `Basic ${btoa("ada:secret")}` };
  const written = await app.request(`/${id}/properties/colour`, { method: "PUT", body: "blue", headers });
  const read = await app.request(`/${id}/properties`, { headers });
  return [made.status, written.status, await read.json()];
}
