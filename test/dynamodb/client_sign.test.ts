// Signatures against those of botocore (see make_vectors.py), hashes against those of WebCrypto.
import { expect } from "bun:test";
import { createDynamoDBClient, createSigner, type Credentials } from "../../src/dynamodb/client/mod.ts";
import { hmacSha256, sha256 } from "../../src/model/sha256.ts";
import { behaviours } from "../support/behaviour.ts";
import made from "./vectors.json" with { type: "json" };

const behaviour = behaviours(import.meta.url);
const { vectors } = made as { vectors: readonly Vector[] };

interface Vector {
  readonly name: string;
  readonly region: string;
  readonly endpoint: string;
  readonly target: string;
  readonly body: string;
  readonly credentials: Credentials;
  readonly time: number;
  readonly headers: Record<string, string>;
}

function signed(vector: Vector, sign = createSigner(vector.region)): Record<string, string> {
  const { host, pathname: path } = new URL(vector.endpoint);
  const { target, body, time } = vector;
  return sign({ host, path, target, body, time }, vector.credentials);
}

for (const vector of vectors) {
  behaviour(`signs ${vector.name} as botocore does`, () => {
    expect(signed(vector)).toEqual(vector.headers);
  });
}

behaviour("one signer gives the same signatures through changes of day, second and secret", () => {
  const signers = new Map<string, ReturnType<typeof createSigner>>();
  for (const vector of [...vectors, ...vectors.toReversed()]) {
    const sign = signers.get(vector.region) ?? createSigner(vector.region);
    signers.set(vector.region, sign);
    expect(signed(vector, sign)).toEqual(vector.headers);
  }
});

behaviour("the date is that of each second, also when the clock goes back", () => {
  const sign = createSigner("eu-west-1");
  const request = { host: "localhost", path: "/", target: "DynamoDB_20120810.GetItem", body: "{}" };
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const dateAt = (time: number) => sign({ ...request, time }, credentials)["x-amz-date"];
  expect([999, 1_000, 1_999, 2_000, 500, -1].map(dateAt)).toEqual([
    "19700101T000000Z",
    "19700101T000001Z",
    "19700101T000001Z",
    "19700101T000002Z",
    "19700101T000000Z",
    "19691231T235959Z",
  ]);
});

behaviour("an empty session token is none", () => {
  const [plain] = vectors;
  const credentials = { ...plain!.credentials, sessionToken: "" };
  expect(signed({ ...plain!, credentials })).toEqual(plain!.headers);
});

behaviour("the client sends what botocore signs, to the endpoint of the region", async () => {
  for (const region of ["eu-west-1", "cn-north-1"]) {
    const vector = vectors.find((each) => each.region === region)!;
    const sent: { url: string; init: RequestInit }[] = [];
    const client = createDynamoDBClient({
      region,
      credentials: vector.credentials,
      now: () => vector.time,
      fetch: (url, init) => {
        sent.push({ url, init });
        return Promise.resolve(new Response("{}"));
      },
    });
    const operation = vector.target.split(".")[1] as "GetItem" | "Scan";
    await client.send(operation, JSON.parse(vector.body));
    expect(sent).toHaveLength(1);
    expect(sent[0]!.url).toBe(vector.endpoint);
    expect(sent[0]!.init.body).toBe(vector.body);
    expect(sent[0]!.init.headers).toEqual(vector.headers);
  }
});

behaviour("SHA-256 agrees with WebCrypto for every length up to five blocks, and for long messages", async () => {
  for (const length of [...Array(321).keys(), 65_535, 65_536, 400_000]) {
    const bytes = Uint8Array.from({ length }, (_, index) => index * 167 + length & 255);
    const expected = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    expect(sha256(bytes)).toEqual(expected);
  }
});

behaviour(
  "HMAC agrees with WebCrypto for keys shorter and longer than a block, and its key can be used again",
  async () => {
    for (const length of [1, 31, 32, 63, 64, 65, 100, 200]) {
      const key = Uint8Array.from({ length }, (_, index) => index * 31 + length & 255);
      const sign = hmacSha256(key);
      const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
      for (const message of ["", "a", "message".repeat(50), "a"]) {
        const bytes = new TextEncoder().encode(message);
        const expected = new Uint8Array(await crypto.subtle.sign("HMAC", imported, bytes));
        expect(sign(bytes)).toEqual(expected);
      }
    }
  },
);
