// The worker with DynamoDB alone, so that its bundle asks for nothing of Node's.
import { dynamodbStore, type DynamoDBStoreOptions } from "../../src/dynamodb/mod.ts";
import { tables } from "../../src/dynamodb/table_rows.ts";
import { workerOf } from "./worker.ts";

/** Requests at once that wait for their answers' headers: Cloudflare's limit of one invocation, which workerd lacks. */
const CONNECTIONS = 6;

function limitedFetch(): typeof fetch {
  const line = new Set<() => void>();
  let free = CONNECTIONS;

  function turn(signal: AbortSignal | null | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      line.add(resolve);
      signal?.addEventListener("abort", () => line.delete(resolve) && reject(signal.reason), { once: true });
    });
  }

  function giveBack(): void {
    const [next] = line;
    if (next === undefined) free++;
    else {
      line.delete(next);
      next();
    }
  }

  const limited = async (...[input, init]: Parameters<typeof fetch>): Promise<Response> => {
    if (free > 0) free--;
    else await turn(init?.signal);
    try {
      return await fetch(input, init);
    } finally {
      giveBack();
    }
  };
  return limited as typeof fetch;
}

export default workerOf(() => {
  const fetch = limitedFetch();
  return (options: DynamoDBStoreOptions) => dynamodbStore({ ...options, fetch, tables });
});
