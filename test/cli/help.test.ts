// Help, usage and settings: what the program says before it opens anything.
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { ENVIRONMENT_NAMES } from "../../src/config/environment.ts";
import { runProgram } from "../../src/cli/program.ts";
import { SETTINGS } from "../../src/cli/settings.ts";
import { VERSION } from "../../src/cli/version.ts";
import { behaviours } from "../support/behaviour.ts";
import { ownCommand, root, start } from "./program.ts";

const behaviour = behaviours("command line");

async function call(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  let printed = "";
  let complained = "";
  const code = await runProgram(args, {
    environment,
    print: (line) => printed += `${line}\n`,
    complain: (line) => complained += `${line}\n`,
  });
  return { code, printed, complained };
}

behaviour("--help names every command and is no fault", async () => {
  for (const option of ["--help", "-h"]) {
    const { code, printed, complained } = await call([option]);
    expect([code, complained]).toEqual([0, ""]);
    const commands = ["serve", "migrate", "verify", "lookup", "lists", "purge-expired"];
    for (const word of ["Usage: actingweb-edge COMMAND", ...commands, "--help", "--version"]) {
      expect(printed).toContain(word);
    }
  }
});

behaviour("each command's help names its options with defaults and the environment's names", async () => {
  const options = {
    serve: [
      "--port NUMBER",
      "8080",
      "--host NAME",
      "127.0.0.1",
      "--backend NAME",
      "--data FOLDER",
      "--migrate",
      "--base-url",
    ],
    migrate: ["--json"],
    verify: ["--orphans", "--lists", "--repair", "--json"],
    "lookup rebuild": ["--state FILE", "--json"],
    "lists convert": ["--actor ID", "--allow-damaged", "--dry-run", "--json"],
    "purge-expired": ["--bucket NAMES", "--json"],
  };
  for (const [name, words] of Object.entries(options)) {
    for (const option of ["--help", "-h"]) {
      const { code, printed, complained } = await call([...name.split(" "), option]);
      expect([code, complained]).toEqual([0, ""]);
      for (const word of [`Usage: actingweb-edge ${name} [OPTIONS]`, "--help", ...words]) {
        expect(printed).toContain(word);
      }
      for (const setting of SETTINGS) expect(printed).toContain(`\n  ${setting.name} `);
      expect(printed.split("\n").filter((line) => line.length > 100)).toEqual([]);
    }
  }
});

behaviour("the help's settings are exactly the ones that are read", () => {
  const read = new Set(Object.values(ENVIRONMENT_NAMES).flat());
  expect(SETTINGS.map(({ name }) => name).sort()).toEqual([...read].sort());
});

behaviour("--version is the version of both manifests", async () => {
  for (const option of ["--version", "-v"]) {
    expect(await call([option])).toMatchObject({ code: 0, printed: `${VERSION}\n` });
  }
  for (const manifest of ["package.json", "deno.json"]) {
    expect(JSON.parse(readFileSync(`${root}${manifest}`, "utf8")).version).toBe(VERSION);
  }
});

behaviour("a wrong call is answered with code 2, what is wrong and where help is", async () => {
  const wrong: readonly (readonly [args: readonly string[], message: string])[] = [
    [[], "which command?"],
    [["serv"], "unknown command serv (did you mean serve?)"],
    [["migrat", "--json"], "unknown command migrat (did you mean migrate?)"],
    [["frobnicate"], "unknown command frobnicate\n"],
    [["--prot", "1"], "unknown option --prot\n"],
    [["serve", "--prot", "1"], "unknown option --prot (did you mean --port?)"],
    [["serve", "-p", "1"], "unknown option -p"],
    [["serve", "here"], "unexpected argument here"],
    [["serve", "--port"], "--port needs a value: NUMBER"],
    [["serve", "--port", "--migrate"], "--port needs a value: NUMBER"],
    [["serve", "--port="], "--port needs a value: NUMBER"],
    [["serve", "--port", "65536"], "--port must be a whole number from 0 to 65535"],
    [["serve", "--port", "http"], "--port must be a whole number from 0 to 65535"],
    [["serve", "--migrate=yes"], "--migrate takes no value"],
    [["serve", "--backend", "mysql"], "--backend must be one of dynamodb, postgresql, pglite"],
    [["serve", "--base-url", "example.org"], "--base-url must be a URL that begins with http:// or https://"],
    [["serve", "--data", "x", "--backend", "dynamodb"], "--data is the folder of PGlite and cannot be used with"],
    [["migrate", "--jsn"], "unknown option --jsn (did you mean --json?)"],
    [["lookup"], "`lookup rebuild` rebuilds it"],
    [["lookup", "drop"], "`lookup rebuild` rebuilds it"],
    [["lists"], "`lists convert` converts them"],
  ];
  for (const [args, message] of wrong) {
    const { code, printed, complained } = await call(args);
    expect([args, code, printed]).toEqual([args, 2, ""]);
    expect(complained).toContain(message);
    expect(complained).toContain("--help");
  }
});

behaviour("a folder for PGlite beside another database in the environment is a wrong call", async () => {
  const environments: Record<string, string>[] = [
    { DATABASE_BACKEND: "dynamodb" },
    { DATABASE_URL: "postgres://localhost/notes" },
  ];
  for (const environment of environments) {
    const { code, complained } = await call(["serve", "--data", "x"], environment);
    expect(code).toBe(2);
    expect(complained).toContain("--data is the folder of PGlite and cannot be used with the backend");
  }
});

behaviour("wrong settings are one line and code 1", async () => {
  const settings:
    readonly (readonly [args: readonly string[], environment: Record<string, string>, message: string])[] = [
      [["migrate"], {}, "DATABASE_BACKEND must be dynamodb, postgresql or pglite, or DATABASE_URL must be set"],
      [["serve"], { DATABASE_BACKEND: "mysql" }, "DATABASE_BACKEND must be dynamodb, postgresql or pglite"],
      [["serve"], { DATABASE_URL: "mysql://localhost" }, "DATABASE_URL must be a URL such as"],
      [["serve", "--backend", "dynamodb"], {}, "AWS_ACCESS_KEY_ID must be set; AWS_SECRET_ACCESS_KEY must be set"],
      [["migrate"], { DATABASE_BACKEND: "pglite" }, "PGlite in memory needs no preparation; set PGLITE_DATA"],
    ];
  for (const [args, environment, message] of settings) {
    const { code, complained } = await call(args, environment);
    expect(code).toBe(1);
    expect(complained).toContain(`actingweb-edge: ${message}`);
    expect(complained.trim().split("\n")).toHaveLength(1);
  }
});

behaviour("a database that cannot be reached is one line without secrets, and code 1", async () => {
  for (const command of ["serve", "migrate"]) {
    const environment = { DATABASE_URL: "postgres://ann:s3cret@127.0.0.1:1/notes" };
    const { code, complained } = await call([command], environment);
    expect(code).toBe(1);
    expect(complained).toBe("actingweb-edge: PostgreSQL cannot be reached or is not ready (ECONNREFUSED)\n");
  }
});

behaviour("the program itself exits with these codes", async () => {
  for (const [args, code] of [[["--help"], 0], [["migrate"], 1], [["serv"], 2]] as const) {
    const program = start([...ownCommand(), ...args]);
    expect(await program.ended).toBe(code);
    expect(program.output() + program.complaints()).not.toMatch(/\n\s+at /);
  }
});
