// The server as a process.
import { expect } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../src/open.ts";
import type { Actor } from "../../src/store.ts";
import { basic } from "../http/app.ts";
import { behaviours } from "../support/behaviour.ts";
import { nodeCommand, ownCommand, serve, start, terminate } from "./program.ts";

const behaviour = behaviours("serve");
/** Each start of the embedded database takes seconds, and many on a busy machine. */
const MILLISECONDS = 240_000;
const ann = { creator: "ann", passphrase: "secret" };

async function createActor(url: string): Promise<Actor> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(ann) });
  expect(response.status).toBe(201);
  return await response.json() as Actor;
}

async function ask(url: string, path: string, method = "GET", body?: string) {
  const headers = { authorization: basic("ann:secret") };
  const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) });
  return [response.status, await response.text()];
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-data-"));
  try {
    await work(join(folder, "data"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts a request whose body waits for `finish`. */
async function slowRequest(url: string): Promise<{ socket: Socket; finish(): Promise<string> }> {
  const { port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk) => answer += chunk);
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => {});
  const body = JSON.stringify(ann);
  const head = `POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
  await new Promise<void>((resolve) => socket.write(head + body.slice(0, 5), () => resolve()));
  // A request that came later has been answered, so this one has arrived.
  await createActor(url);
  return {
    socket,
    async finish() {
      socket.write(body.slice(5));
      await closed;
      return answer;
    },
  };
}

/** What every runtime's server has to do. */
async function servesInMemory(command: readonly string[]): Promise<void> {
  const program = await serve(command);
  const lines = program.output().trim().split("\n");
  expect(lines[0]).toMatch(/^actingweb-edge \d+\.\d+\.\d+$/);
  expect(lines[1]).toMatch(/^Database: PGlite, PostgreSQL \d+\.\d+, in memory$/);
  expect(lines[2]).toBe("The data is lost when this process stops; --data FOLDER keeps it.");
  expect(lines[3]).toMatch(/^Listening on http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(lines).toHaveLength(4);

  const { id } = await createActor(program.url);
  expect(await ask(program.url, id)).toEqual([200, `{"id":"${id}","creator":"ann","passphrase":"secret"}`]);
  expect(await ask(program.url, `${id}/properties/colour`, "PUT", '"blau-grün"')).toEqual([204, ""]);
  expect(await ask(program.url, `${id}/properties/colour`)).toEqual([200, '"blau-grün"']);
  expect((await ask(program.url, `${id}/properties/big`, "PUT", "x".repeat(2_000_000)))[0]).toBe(413);
  expect((await ask(program.url, `${id}/unknown`))[0]).toBe(404);
  expect((await ask(program.url, "openapi.json"))[1]).toContain(`"url":"${program.url}"`);

  const slow = await slowRequest(program.url);
  program.signal("SIGTERM");
  await program.until("Stopping after the requests under way");
  await expect(fetch(program.url)).rejects.toThrow();
  expect(await slow.finish()).toContain("HTTP/1.1 201 Created");
  expect(await program.ended).toBe(0);
  expect(program.output()).toContain("Stopped.\n");
  expect(program.complaints()).toBe("");
}

behaviour("with nothing configured it serves from memory, and stops after the requests under way", async () => {
  await servesInMemory(ownCommand());
}, MILLISECONDS);

behaviour("it does the same on Node", async () => {
  const { command, remove } = await nodeCommand();
  try {
    await servesInMemory(command);
  } finally {
    remove();
  }
}, MILLISECONDS);

behaviour("data in a folder is kept, and one process at a time has it", () =>
  inFolder(async (folder) => {
    const first = await serve(ownCommand(), ["--data", folder]);
    expect(first.output()).toContain(`, in ${folder}\n`);
    expect(first.output()).not.toContain("lost");
    const { id } = await createActor(first.url);
    await ask(first.url, `${id}/properties/colour`, "PUT", "blue");

    const second = start([...ownCommand(), "serve", "--port", "0", "--data", folder]);
    expect(await second.ended).toBe(1);
    const locked = `actingweb-edge: ${folder}: process ${first.pid} has had this folder open since `;
    expect(second.complaints().startsWith(locked)).toBe(true);
    expect(second.complaints().trim().split("\n")).toHaveLength(1);

    expect(await terminate(first)).toBe(0);
    // The folder may also be named by the environment.
    const third = await serve(ownCommand(), [], { PGLITE_DATA: folder });
    expect(await ask(third.url, id)).toEqual([200, `{"id":"${id}","creator":"ann","passphrase":"secret"}`]);
    expect(await ask(third.url, `${id}/properties/colour`)).toEqual([200, "blue"]);
    third.signal("SIGINT");
    expect(await third.ended).toBe(0);
  }), MILLISECONDS);

behaviour(
  "expired attributes are removed beside the requests, where the database does not do it",
  () =>
    inFolder(async (folder) => {
      const before = await openStore({ backend: "pglite", folder });
      await before.attributes.set("actor", "bucket", "old", 1, { expiresAt: 1 });
      await before.attributes.set("actor", "bucket", "new", 1, { expiresAt: 4_000_000_000 });
      await before.close();
      const program = await serve(ownCommand(), ["--data", folder]);
      await createActor(program.url);
      expect(await terminate(program)).toBe(0);
      expect(program.complaints()).toBe("");

      const after = await openStore({ backend: "pglite", folder });
      expect(await after.attributes.purgeExpired()).toBe(0);
      expect(await after.attributes.get("actor", "bucket", "new")).not.toBe(null);
      await after.close();
    }),
  MILLISECONDS,
);

behaviour("a folder that cannot be one is named in one line", () =>
  inFolder(async (folder) => {
    writeFileSync(folder, "a file");
    const program = start([...ownCommand(), "serve", "--data", folder]);
    expect(await program.ended).toBe(1);
    expect(program.complaints().startsWith(`actingweb-edge: ${folder}: `)).toBe(true);
    expect(program.complaints().trim().split("\n")).toHaveLength(1);
  }), MILLISECONDS);

behaviour("a port in use is named in one line, and the folder is given back", () =>
  inFolder(async (folder) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", () => resolve()));
    const { port } = other.address() as AddressInfo;
    const program = start([...ownCommand(), "serve", "--port", String(port), "--data", folder]);
    expect(await program.ended).toBe(1);
    expect(program.complaints()).toBe(
      `actingweb-edge: port ${port} of 127.0.0.1 is in use; choose another with --port\n`,
    );
    expect(existsSync(join(folder, "actingweb-edge.lock"))).toBe(false);
    await new Promise((resolve) => other.close(resolve));
  }), MILLISECONDS);

behaviour("a second signal stops at once", async () => {
  const program = await serve(ownCommand());
  const slow = await slowRequest(program.url);
  const started = performance.now();
  program.signal("SIGTERM");
  await program.until("Stopping after the requests under way");
  const again = setInterval(() => program.signal("SIGTERM"), 100);
  expect(await program.ended).toBe(143);
  clearInterval(again);
  expect(performance.now() - started).toBeLessThan(5_000);
  slow.socket.destroy();
}, MILLISECONDS);

behaviour("a base URL is what a created actor's place begins with", async () => {
  const program = await serve(ownCommand(), ["--base-url", "https://example.org/aw"]);
  const response = await fetch(program.url, { method: "POST" });
  expect(response.headers.get("location")).toBe(
    `https://example.org/aw/${(await response.json() as Actor).id}`,
  );
  expect(await terminate(program)).toBe(0);
}, MILLISECONDS);
