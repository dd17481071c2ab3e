// The signer that programs without the AWS SDK use most.
import { AwsV4Signer } from "aws4fetch";
import type { Connection } from "../dynamodb_sides.ts";

/** Signs one request. */
export function aws4fetchSigner(
  { endpoint, region, credentials }: Connection,
): (body: string) => Promise<unknown> {
  // It keeps day keys here, as its client does.
  const cache = new Map<string, ArrayBuffer>();
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.GetItem",
  };
  return (body) =>
    new AwsV4Signer({
      ...credentials,
      method: "POST",
      url: endpoint,
      headers,
      body,
      region,
      service: "dynamodb",
      cache,
    })
      .sign();
}
