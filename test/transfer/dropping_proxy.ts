// A way to DynamoDB that throttles and drops a third of the requests: some before they arrive, some answers after.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { random } from "../support/random.ts";

/** A port that passes on two thirds of what comes. */
export interface DroppingProxy {
  /** Its base URL. */
  readonly endpoint: string;
  /** Requests that came, and those that were throttled or dropped. */
  counts(): { readonly requests: number; readonly lost: number };
  /** Ends it. */
  close(): Promise<void>;
}

const THROTTLE = JSON.stringify({
  __type: "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
  message: "The level of configured provisioned throughput for the table was exceeded.",
});

/** Opens a proxy to an endpoint. */
export async function openDroppingProxy(endpoint: string): Promise<DroppingProxy> {
  const chance = random();
  let requests = 0;
  let lost = 0;

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
    requests++;
    const fate = chance.below(9);
    if (fate < 3) lost++;
    if (fate === 0) return void outgoing.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end(THROTTLE);
    if (fate === 1) return void outgoing.destroy();
    const headers = Object.entries(incoming.headers).filter(([name]) =>
      /^(x-amz|authorization|content-type)/.test(name)
    );
    const response = await fetch(endpoint, {
      method: "POST",
      headers: headers as [string, string][],
      body: new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer()),
    });
    const body = await response.text();
    if (fate === 2) return void outgoing.destroy();
    outgoing.writeHead(response.status, { "content-type": "application/x-amz-json-1.0" }).end(body);
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    counts: () => ({ requests, lost }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
