// The routes as a worker, with an app and a store for each request.
import { dynamodbStore, type DynamoDBStoreOptions } from "../../src/dynamodb/mod.ts";
import { routes } from "../../src/http/mod.ts";

interface Environment {
  /** How the store reaches the database of the tests. */
  readonly options: DynamoDBStoreOptions;
}

type Context = Parameters<ReturnType<typeof routes>["fetch"]>[2];

export default {
  fetch(request: Request, { options }: Environment, context: Context): Response | Promise<Response> {
    // Its peer is a server of the tests on this machine.
    const app = routes(dynamodbStore(options), { allowPrivatePeers: true, clearOnDelivery: true });
    return app.fetch(request, {}, context);
  },
};
