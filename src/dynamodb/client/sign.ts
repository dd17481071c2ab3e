/**
 * AWS Signature Version 4 for DynamoDB's JSON requests. See "Create a signed AWS API request" in AWS's IAM user guide.
 *
 * The hash is synchronous: for bodies of this size it takes less time than WebCrypto's way through a promise.
 *
 * @module
 */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Credentials } from "./types.ts";

/** What is signed. */
export interface SignRequest {
  /** Host with port, as the `Host` header has it. */
  readonly host: string;
  /** Path of the endpoint, e.g. `/`. */
  readonly path: string;
  /** Value of `X-Amz-Target`, e.g. `DynamoDB_20120810.GetItem`. */
  readonly target: string;
  /** The body. */
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

const SIGNED = "host;x-amz-date;x-amz-target";
const SIGNED_WITH_TOKEN = "host;x-amz-date;x-amz-security-token;x-amz-target";

/** Gives the headers of a signed request. */
export type Signer = (request: SignRequest, credentials: Credentials) => Record<string, string>;

/**
 * Makes a signer for one region. It keeps the day's signing key, which takes four of the six hashes.
 *
 * @example
 * ```ts
 * const sign = createSigner("eu-west-1");
 * const headers = sign(
 *   { host: "localhost:8000", path: "/", target: "DynamoDB_20120810.ListTables", body: "{}", time: Date.now() },
 *   { accessKeyId: "AKID", secretAccessKey: "secret" },
 * );
 * ```
 */
export function createSigner(region: string): Signer {
  let keyDay = "";
  let keySecret = "";
  let key: Uint8Array = new Uint8Array();

  return ({ host, path, target, body, time }, { accessKeyId, secretAccessKey, sessionToken }) => {
    const date = `${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
    const day = date.slice(0, 8);
    if (day !== keyDay || secretAccessKey !== keySecret) {
      key = signingKey(secretAccessKey, day, region);
      keyDay = day;
      keySecret = secretAccessKey;
    }
    const signed = sessionToken === undefined ? SIGNED : SIGNED_WITH_TOKEN;
    const token = sessionToken === undefined ? "" : `x-amz-security-token:${sessionToken}\n`;
    const canonical =
      `POST\n${path}\n\nhost:${host}\nx-amz-date:${date}\n${token}x-amz-target:${target}\n\n${signed}\n${
        bytesToHex(sha256(utf8ToBytes(body)))
      }`;
    const scope = `${day}/${region}/dynamodb/aws4_request`;
    const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${bytesToHex(sha256(utf8ToBytes(canonical)))}`;
    const signature = bytesToHex(hmac(sha256, key, utf8ToBytes(text)));
    const headers: Record<string, string> = {
      "authorization":
        `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
      "content-type": "application/x-amz-json-1.0",
      "x-amz-date": date,
      "x-amz-target": target,
    };
    if (sessionToken !== undefined) headers["x-amz-security-token"] = sessionToken;
    return headers;
  };
}

function signingKey(secret: string, day: string, region: string): Uint8Array {
  let key = utf8ToBytes(`AWS4${secret}`);
  for (const part of [day, region, "dynamodb", "aws4_request"]) key = hmac(sha256, key, utf8ToBytes(part));
  return key;
}
