// A property over HTTP with 64 connections: the routes, a bare route with the same store calls, and the Python server.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type BackendName, BACKENDS, type SharedPlace, sharedPlace } from "../test/interop/place.ts";
import { referencePython } from "../test/interop/python.ts";
import { runToEnd } from "../test/support/processes.ts";
import { measure, type Side } from "./rounds.ts";
import { options, print } from "./work.ts";

const CONNECTIONS = 64;
const folder = fileURLToPath(new URL("./", import.meta.url));
const python = `${folder}.cache/python/bin/python`;
const credentials = `Basic ${btoa("ada:secret")}`;

/** The Python library with its web server, in an environment of its own. */
function install(): void {
  if (existsSync(`${folder}.cache/python/bin/uvicorn`)) return;
  console.error("Installing the Python library's server …");
  runToEnd(referencePython(), ["-m", "venv", `${folder}.cache/python`]);
  const packages = [
    "actingweb[dynamodb,postgresql,fastapi]==3.15.1",
    "jinja2",
    "python-multipart",
  ];
  runToEnd(python, [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    ...packages,
  ]);
}

/** A server that runs. */
interface Server {
  readonly url: string;
  stop(): void;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!await fetch(url).then(() => true, () => false)) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error("the server does not start");
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function startPython({ environment }: SharedPlace): Promise<Server> {
  const port = await freePort();
  const child = spawn(python, [`${folder}reference_server.py`, `${port}`], {
    env: { ...process.env, ...environment, PG_POOL_MAX_SIZE: "10" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  await answers(url, child);
  return { url, stop: () => child.kill() };
}

async function startBun(
  kind: "routes" | "bare",
  { environment, name }: SharedPlace,
): Promise<Server> {
  const child = spawn(process.execPath, [
    `${folder}programs/http_server.ts`,
    kind,
  ], {
    env: { ...process.env, ...environment, BENCH_PREFIX: name },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const port of createInterface({ input: child.stdout })) {
    return { url: `http://127.0.0.1:${port}`, stop: () => child.kill() };
  }
  throw new Error("the server does not start");
}

/** Makes an actor through a server that speaks the protocol, with one property. */
async function createActor(url: string): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ creator: "ada", passphrase: "secret" }),
  });
  const { id } = await response.json() as { id: string };
  await request(`${url}/${id}/properties/note`, "PUT", '{"text":"hello"}');
  return id;
}

async function request(
  url: string,
  method: string,
  body?: string,
): Promise<void> {
  const headers = {
    authorization: credentials,
    "content-type": "application/json",
  };
  const response = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  await response.text();
  if (!response.ok) {
    throw new Error(`${method} ${url} answered ${response.status}`);
  }
}

async function compare(backend: BackendName): Promise<void> {
  const place = await sharedPlace(backend, "bench");
  const servers = [
    await startBun("bare", place),
    await startBun("routes", place),
    await startPython(place),
  ];
  const names = ["bare Hono route", "actingweb-edge", "the reference"];
  try {
    const actor = await createActor(servers[1]!.url);
    let turn = 0;
    const call = (method: string): Side[] =>
      servers.map(({ url }, index) => ({
        name: names[index]!,
        run: () => {
          const body = method === "PUT" ? `{"text":"${turn++}"}` : undefined;
          return request(
            `${url}/${actor}/properties/note${turn % 64}`,
            method,
            body,
          );
        },
      }));
    for (let note = 0; note < 64; note++) {
      await request(
        `${servers[1]!.url}/${actor}/properties/note${note}`,
        "PUT",
        '{"text":"hello"}',
      );
    }
    for (const method of ["GET", "PUT"]) {
      const group = `HTTP: ${backend === "dynamodb" ? "DynamoDB" : "PostgreSQL"}`;
      const sides = await measure(call(method), {
        ...options(),
        parallel: CONNECTIONS,
      });
      print({ group, call: method, parallel: CONNECTIONS, sides });
    }
  } finally {
    for (const server of servers) server.stop();
    await place.remove();
  }
}

install();
for (const backend of BACKENDS) await compare(backend);
process.exit(0);
