// Credentials that are asked for, expire or fail, and a clock that is wrong.
import { afterAll, beforeAll, expect } from "bun:test";
import {
  createDynamoDBClient,
  type Credentials,
  credentialsOfEnvironment,
  type DynamoDBClientOptions,
  DynamoDBError,
} from "../../src/dynamodb/client/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { caught } from "../support/caught.ts";
import { type FakeDynamoDB, type Received, refusal, startFakeDynamoDB } from "../support/fake_dynamodb.ts";
import { watchListeners, watchTimers } from "../support/leftovers.ts";

const behaviour = behaviours(import.meta.url);
const KEY = { TableName: "t", Key: { id: { S: "a" } } };
const MINUTE = 60_000;
const NOON = Date.parse("2026-03-01T12:00:00Z");

let server: FakeDynamoDB;
beforeAll(async () => {
  server = await startFakeDynamoDB();
});
afterAll(() => server.stop());

function clientOf(options: Partial<DynamoDBClientOptions> & Pick<DynamoDBClientOptions, "credentials">) {
  return createDynamoDBClient({ region: "eu-west-1", endpoint: server.endpoint, random: () => 0, ...options });
}

/** A function that gives numbered credentials, and counts how often it is asked. */
function numbered(make: (count: number) => Partial<Credentials> = () => ({})) {
  const give = () => {
    give.asked++;
    return Promise.resolve({ accessKeyId: `key${give.asked}`, secretAccessKey: "secret", ...make(give.asked) });
  };
  give.asked = 0;
  return give;
}

function keyOf({ headers }: Received): string {
  return /Credential=(\w+)/.exec(headers.authorization!)![1]!;
}

behaviour("a function is asked once by many callers at the same time, and its answer is kept", async () => {
  const credentials = numbered(() => ({ expiration: new Date(Date.now() + 60 * MINUTE) }));
  const client = clientOf({ credentials });
  server.script({});
  await Promise.all(Array.from({ length: 20 }, () => client.send("GetItem", KEY)));
  await client.send("GetItem", KEY);
  expect(credentials.asked).toBe(1);
  expect(server.received.map(keyOf)).toEqual(Array(21).fill("key1"));
});

behaviour("a function is asked again one minute before expiration, and not earlier", async () => {
  let time = NOON;
  const credentials = numbered(() => ({ expiration: new Date(time + 10 * MINUTE).toISOString() }));
  const client = clientOf({ credentials, now: () => time });
  server.script({});
  const expected = [[0, "key1"], [9 * MINUTE - 1, "key1"], [9 * MINUTE, "key2"], [17 * MINUTE, "key2"]] as const;
  for (const [after] of expected) {
    time = NOON + after;
    await client.send("GetItem", KEY);
  }
  expect(server.received.map(keyOf)).toEqual(expected.map(([, key]) => key));
});

behaviour("credentials without expiration are asked for by every call, but not by its further tries", async () => {
  const credentials = numbered();
  const client = clientOf({ credentials });
  server.script(refusal("ThrottlingException"), {});
  await client.send("GetItem", KEY);
  await client.send("GetItem", KEY);
  expect(server.received.map(keyOf)).toEqual(["key1", "key1", "key2"]);
});

behaviour("ExpiredTokenException renews a function's credentials, once for all who met it", async () => {
  const credentials = numbered(() => ({ expiration: new Date(Date.now() + 60 * MINUTE) }));
  const client = clientOf({ credentials });
  server.script((request) => keyOf(request) === "key1" ? refusal("ExpiredTokenException") : {});
  await Promise.all(Array.from({ length: 10 }, () => client.send("UpdateItem", KEY)));
  expect(credentials.asked).toBe(2);
  expect(server.received.map(keyOf).sort()).toEqual([...Array(10).fill("key1"), ...Array(10).fill("key2")]);
});

behaviour("a function that only has expired credentials does not make the client loop", async () => {
  const credentials = numbered(() => ({ expiration: new Date(Date.now() - MINUTE), sessionToken: "old" }));
  server.script(refusal("ExpiredTokenException"));
  const error = await caught(clientOf({ credentials }).send("GetItem", KEY), DynamoDBError);
  expect(error).toMatchObject({ type: "ExpiredTokenException", attempts: 2 });
  expect(server.received.map(keyOf)).toEqual(["key1", "key2"]);
  expect(credentials.asked).toBe(2);
});

behaviour("an expiration that is no date is none", async () => {
  const credentials = numbered(() => ({ expiration: "soon" }));
  const client = clientOf({ credentials });
  server.script({});
  await client.send("GetItem", KEY);
  await client.send("GetItem", KEY);
  expect(credentials.asked).toBe(2);
});

behaviour("static credentials that have expired are thrown at once", async () => {
  server.script(refusal("ExpiredTokenException"));
  const credentials = { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" };
  const error = await caught(clientOf({ credentials }).send("GetItem", KEY), DynamoDBError);
  expect(error).toMatchObject({ type: "ExpiredTokenException", attempts: 1 });
  expect(server.received[0]!.headers["x-amz-security-token"]).toBe("c");
});

for (
  const [what, fail] of [
    ["throws", () => {
      throw new Error("no role");
    }],
    ["rejects", () => Promise.reject(new Error("no role"))],
  ] as const
) {
  behaviour(`a function that ${what}: every caller gets CredentialsError, and the next call asks again`, async () => {
    let fails = true;
    const credentials = () => fails ? fail() : { accessKeyId: "a", secretAccessKey: "b" };
    const client = clientOf({ credentials });
    server.script({});
    const errors = await Promise.all([
      caught(client.send("GetItem", KEY, { operation: "one" }), DynamoDBError),
      caught(client.send("UpdateItem", KEY, { operation: "two" }), DynamoDBError),
    ]);
    for (const error of errors) {
      expect(error).toMatchObject({ type: "CredentialsError", outcome: "refused", retryable: false, attempts: 1 });
      expect((error.cause as Error).message).toBe("no role");
    }
    expect(errors.map(({ message }) => message)).toEqual(["one: CredentialsError", "two: CredentialsError"]);
    expect(server.received).toHaveLength(0);
    fails = false;
    await client.send("GetItem", KEY);
    expect(server.received).toHaveLength(1);
  });
}

behaviour("credentials that are incomplete or do not fit into a header are refused, and not quoted", async () => {
  const unusable = [
    undefined,
    null,
    {},
    { accessKeyId: "", secretAccessKey: "hidden" },
    { accessKeyId: "a", secretAccessKey: "" },
    { accessKeyId: "hidden key", secretAccessKey: "b" },
    { accessKeyId: "a", secretAccessKey: "b", sessionToken: "hidden\n" },
    { accessKeyId: "a", secretAccessKey: "b", sessionToken: "hidden\u20ac" },
  ] as unknown as Credentials[];
  server.script({});
  for (const credentials of unusable) {
    for (const given of [credentials, () => credentials]) {
      const error = await caught(clientOf({ credentials: given }).send("GetItem", KEY), DynamoDBError);
      expect(error.type).toBe("CredentialsError");
      expect(`${error.stack} ${error.cause}`).not.toContain("hidden");
    }
  }
  expect(server.received).toHaveLength(0);
});

behaviour("a function that does not answer is waited for up to a try's time, or an abort", async () => {
  server.script({});
  const forever = () => new Promise<never>(() => {});
  const limited = clientOf({ credentials: forever, attemptTimeout: 20, maximumAttempts: 2 });
  const late = await caught(limited.send("UpdateItem", KEY), DynamoDBError);
  expect(late).toMatchObject({ type: "Timeout", outcome: "refused", attempts: 2 });

  const controller = new AbortController();
  const listeners = watchListeners(controller.signal);
  const timers = watchTimers();
  const call = caught(
    clientOf({ credentials: forever }).send("UpdateItem", KEY, { signal: controller.signal }),
    DynamoDBError,
  );
  controller.abort();
  const aborted = await call;
  timers.restore();
  expect(aborted).toMatchObject({ type: "Aborted", outcome: "refused" });
  expect(listeners.left() + timers.left()).toBe(0);
  expect(server.received).toHaveLength(0);
});

behaviour("credentials of an environment are read by AWS's names, and are null when there are none", () => {
  const keys = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
  expect(credentialsOfEnvironment(keys)).toEqual({ accessKeyId: "a", secretAccessKey: "b" });
  expect(credentialsOfEnvironment({ ...keys, AWS_SESSION_TOKEN: "" })).toEqual({
    accessKeyId: "a",
    secretAccessKey: "b",
  });
  expect(credentialsOfEnvironment({ ...keys, AWS_SESSION_TOKEN: "c" })).toEqual({
    accessKeyId: "a",
    secretAccessKey: "b",
    sessionToken: "c",
  });
  expect(credentialsOfEnvironment({})).toBeNull();
  expect(credentialsOfEnvironment({ ...keys, AWS_SECRET_ACCESS_KEY: "" })).toBeNull();
});

const SKEWS: readonly (readonly [type: string, message: string])[] = [
  ["InvalidSignatureException", "Signature expired: 20260301T120000Z is now earlier than 20260301T121500Z"],
  ["InvalidSignatureException", "Signature not yet current: 20260301T120000Z is still later than 20260301T114500Z"],
  ["RequestTimeTooSkewed", ""],
  ["RequestExpired", ""],
  ["RequestInTheFuture", ""],
];

for (const [type, message] of SKEWS) {
  behaviour(
    `${type} (${message.slice(0, 25)}): the clock is set by the server's date, for later calls too`,
    async () => {
      const date = "Sun, 01 Mar 2026 12:20:00 GMT";
      server.script({ ...refusal(type, { message }) as object, headers: { date } }, {});
      const client = clientOf({ credentials: { accessKeyId: "a", secretAccessKey: "b" }, now: () => NOON });
      await client.send("UpdateItem", KEY);
      await client.send("GetItem", KEY);
      expect(server.received.map(({ headers }) => headers["x-amz-date"])).toEqual([
        "20260301T120000Z",
        "20260301T122000Z",
        "20260301T122000Z",
      ]);
    },
  );
}

behaviour("a clock is set once in a call; what goes on being refused is thrown", async () => {
  const refused = refusal("RequestTimeTooSkewed") as object;
  server.script({ ...refused, headers: { date: "Sun, 01 Mar 2026 12:20:00 GMT" } });
  const client = clientOf({ credentials: { accessKeyId: "a", secretAccessKey: "b" }, now: () => NOON });
  const error = await caught(client.send("GetItem", KEY), DynamoDBError);
  expect(error).toMatchObject({ type: "RequestTimeTooSkewed", attempts: 2 });
  expect(server.received).toHaveLength(2);
});

behaviour(
  "without a date of the server's, or with another complaint about the signature, nothing is sent again",
  async () => {
    const client = clientOf({ credentials: { accessKeyId: "a", secretAccessKey: "b" } });
    const wrong = refusal("InvalidSignatureException", { message: "The request signature does not match" }) as object;
    for (
      const reply of [refusal("RequestTimeTooSkewed") as object, { ...wrong, headers: { date: "Sun, 01 Mar 2026" } }]
    ) {
      server.script(reply);
      await caught(client.send("GetItem", KEY), DynamoDBError);
      expect(server.received).toHaveLength(1);
    }
  },
);

behaviour("setting the clock and renewing credentials count as tries", async () => {
  const skewed = { ...refusal("RequestTimeTooSkewed") as object, headers: { date: new Date().toUTCString() } };
  for (const reply of [skewed, refusal("ExpiredTokenException")]) {
    server.script(reply);
    const client = clientOf({ credentials: numbered(), maximumAttempts: 1 });
    await caught(client.send("GetItem", KEY), DynamoDBError);
    expect(server.received).toHaveLength(1);
  }
});
