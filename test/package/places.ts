// Places of their own for the programs, in the databases of this cell.
import { dynamodbConnection, dynamodbPlace, postgresqlPlace, postgresqlUrl } from "../support/stores.ts";
import type { Given } from "./given.ts";

/** Makes the places. `remove` takes them away again. */
export async function openPlaces(): Promise<{ given: Given; remove(): Promise<void> }> {
  const [dynamodb, postgresql] = await Promise.all([dynamodbPlace("package"), postgresqlPlace("package")]);
  const { region, endpoint, credentials } = dynamodbConnection();
  return {
    given: {
      environment: {
        DATABASE_BACKEND: "dynamodb",
        AWS_DB_HOST: endpoint,
        AWS_DB_PREFIX: dynamodb.prefix,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
      dynamodb: { region, endpoint, credentials, prefix: dynamodb.prefix },
      postgresql: { url: postgresqlUrl(), schema: postgresql.schema },
    },
    remove: async () => void await Promise.all([dynamodb.remove(), postgresql.remove()]),
  };
}
