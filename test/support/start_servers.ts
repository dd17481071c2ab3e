// `npm run servers`: starts the databases of the tests and keeps them until interrupted.
import process from "node:process";
import { dynamodbServer, postgresqlServer } from "./servers.ts";

const servers = await Promise.all([dynamodbServer(), postgresqlServer()]);
for (const { description, environment } of servers) {
  console.error(`# ${description}`);
  for (const [name, value] of Object.entries(environment)) console.log(`export ${name}=${value}`);
}
console.error("# Running until interrupted.");

await new Promise<void>((resolve) => {
  process.once("SIGINT", () => resolve());
  process.once("SIGTERM", () => resolve());
});
await Promise.all(servers.map((server) => server.stop()));
