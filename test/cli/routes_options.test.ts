// What `serve` tells the routes, from arguments and the environment.
import { expect } from "bun:test";
import { type Arguments, UsageError } from "../../src/cli/command.ts";
import { ROUTES_OPTIONS, ROUTES_SETTINGS, routesOptions } from "../../src/cli/routes_options.ts";
import { behaviours } from "../support/behaviour.ts";

const behaviour = behaviours("serve options");

function given(values: Readonly<Record<string, string>> = {}, ...flags: string[]): Arguments {
  return { values, flags: new Set(flags), positionals: [] };
}

behaviour("nothing given leaves the routes' own defaults", () => {
  expect(routesOptions(given(), {})).toMatchObject({
    baseUrl: undefined,
    type: undefined,
    uniqueCreator: false,
    processCallbacks: false,
    allowPrivatePeers: false,
  });
});

behaviour("each option can be given as an argument or by the environment, an argument comes first", () => {
  const environment = {
    ACTINGWEB_BASE_URL: "https://a.example/",
    ACTINGWEB_TYPE: "urn:a",
    ACTINGWEB_UNIQUE_CREATOR: "TRUE",
    ACTINGWEB_PROCESS_CALLBACKS: "1",
    ACTINGWEB_ALLOW_PRIVATE_PEERS: "yes",
  };
  const flags = { uniqueCreator: true, processCallbacks: true, allowPrivatePeers: true };
  expect(routesOptions(given(), environment)).toMatchObject({
    baseUrl: "https://a.example/",
    type: "urn:a",
    ...flags,
  });
  const values = { "base-url": "https://b.example/", type: "urn:b" };
  expect(routesOptions(given(values), environment)).toMatchObject({ baseUrl: "https://b.example/", type: "urn:b" });
  const all = given({}, "unique-creator", "process-callbacks", "allow-private-peers");
  expect(routesOptions(all, { ACTINGWEB_UNIQUE_CREATOR: "false" })).toMatchObject(flags);
  expect(ROUTES_SETTINGS.map(({ name }) => name)).toEqual(Object.keys(environment));
  expect(Object.keys(ROUTES_OPTIONS)).toHaveLength(5);
});

behaviour("a wrong value is named by where it was given, and not shown", () => {
  const wrong = [
    [given({ "base-url": "example.org" }), {}, "--base-url must be a URL"],
    [given({ type: "app" }), {}, "--type must be a URN"],
    [given(), { ACTINGWEB_BASE_URL: "example.org" }, "ACTINGWEB_BASE_URL must be a URL"],
    [given(), { ACTINGWEB_PROCESS_CALLBACKS: "maybe" }, "ACTINGWEB_PROCESS_CALLBACKS must be true or false"],
  ] as const;
  for (const [args, environment, message] of wrong) {
    let error: unknown;
    try {
      routesOptions(args, environment);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(message);
  }
});

behaviour("names of peers are looked up", async () => {
  expect(await routesOptions(given(), {}).resolve!("127.0.0.1")).toEqual(["127.0.0.1"]);
});
