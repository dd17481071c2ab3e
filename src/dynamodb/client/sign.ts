/**
 * AWS Signature Version 4 for DynamoDB's JSON requests. See "Create a signed AWS API request" in AWS's IAM user guide.
 *
 * @module
 */

import { hex, hmacSha256, sha256 } from "../../model/sha256.ts";
import type { Credentials } from "./types.ts";

/** What is signed. */
export interface SignRequest {
  /** Host with port, as the `Host` header has it. */
  readonly host: string;
  /** Path of the endpoint as it is sent, e.g. `/`. */
  readonly path: string;
  /** Value of `X-Amz-Target`, e.g. `DynamoDB_20120810.GetItem`. */
  readonly target: string;
  /** The body. */
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** Gives the headers of a signed request. */
export type Signer = (request: SignRequest, credentials: Credentials) => Record<string, string>;

const CONTENT_TYPE = "application/x-amz-json-1.0";

const encoder = new TextEncoder();

/**
 * Makes a signer for one region. It keeps the text of the second and the day's key, which takes four of seven hashes.
 *
 * @example
 * ```ts
 * import { createSigner } from "actingweb-edge/dynamo-db-client-lite";
 *
 * const sign = createSigner("eu-west-1");
 * const headers = sign(
 *   { host: "localhost:8000", path: "/", target: "DynamoDB_20120810.ListTables", body: "{}", time: Date.now() },
 *   { accessKeyId: "AKID", secretAccessKey: "secret" },
 * );
 * headers["x-amz-target"]; // => "DynamoDB_20120810.ListTables"
 * ```
 */
export function createSigner(region: string): Signer {
  let second = NaN;
  let date = "";
  let keyOf = "";
  let keyed = hmacSha256(new Uint8Array());

  return ({ host, path, target, body, time }, { accessKeyId, secretAccessKey, sessionToken }) => {
    const now = Math.floor(time / 1000);
    if (now !== second) {
      second = now;
      date = new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
    }
    const day = date.slice(0, 8);
    if (day + secretAccessKey !== keyOf) {
      keyOf = day + secretAccessKey;
      keyed = signingKey(secretAccessKey, day, region);
    }
    // An empty token is what an environment variable without value gives; there is none then.
    const signed = `content-type;host;x-amz-date;${sessionToken ? "x-amz-security-token;" : ""}x-amz-target`;
    const token = sessionToken ? `x-amz-security-token:${sessionToken}\n` : "";
    const scope = `${day}/${region}/dynamodb/aws4_request`;
    const canonical = `POST\n${canonicalPath(path)}\n\ncontent-type:${CONTENT_TYPE}\nhost:${host}\n` +
      `x-amz-date:${date}\n${token}x-amz-target:${target}\n\n${signed}\n${hash(body)}`;
    const signature = hex(keyed(encoder.encode(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash(canonical)}`)));
    const headers: Record<string, string> = {
      "authorization":
        `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
      "content-type": CONTENT_TYPE,
      "x-amz-date": date,
      "x-amz-target": target,
    };
    if (sessionToken) headers["x-amz-security-token"] = sessionToken;
    return headers;
  };
}

function signingKey(secret: string, day: string, region: string): (bytes: Uint8Array) => Uint8Array {
  let key: Uint8Array = encoder.encode(`AWS4${secret}`);
  for (const part of [day, region, "dynamodb", "aws4_request"]) key = hmacSha256(key)(encoder.encode(part));
  return hmacSha256(key);
}

/** Without empty segments, and what is escaped in the path is escaped once more. */
function canonicalPath(path: string): string {
  const escape = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return path.replace(/\/+/g, "/").replace(/[^\w.~/-]/g, escape);
}

function hash(text: string): string {
  return hex(sha256(encoder.encode(text)));
}
