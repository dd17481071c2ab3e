// The front door.
import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, stop } from "esbuild";
import { openStore, StoreError, type StoreRequest } from "../../mod.ts";
import { behaviours } from "../support/behaviour.ts";

const behaviour = behaviours("open store");
const root = fileURLToPath(new URL("../../", import.meta.url));

behaviour("a store of each backend is opened without connecting anywhere", async () => {
  const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
  const fetch = () => Promise.reject(new Error("nothing may be sent"));
  const dynamodb = await openStore({ backend: "dynamodb", region: "eu-west-1", credentials, fetch });
  const postgresql = await openStore({ DATABASE_URL: "postgres://localhost:1/nowhere" });
  expect([dynamodb.backend, postgresql.backend]).toEqual(["dynamodb", "postgresql"]);
  await Promise.all([dynamodb.close(), postgresql.close()]);
});

behaviour("PGlite is opened, prepared and works", async () => {
  const requests: StoreRequest[] = [];
  const store = await openStore({ DATABASE_BACKEND: "pglite" }, { onRequest: (request) => requests.push(request) });
  await store.properties.set("a1", "colour", "blue");
  expect(await store.properties.get("a1", "colour")).toBe("blue");
  expect(requests.map(({ operation }) => operation)).toEqual(["properties.set", "properties.get"]);
  await store.close();
});

behaviour("options given beside come before the configuration's", async () => {
  const store = await openStore({ backend: "pglite", indexedProperties: ["email"] }, { indexedProperties: ["phone"] });
  await store.actors.createIfAbsent({ id: "a1", creator: "ann", passphrase: "secret" });
  await store.properties.set("a1", "phone", "1");
  expect(await store.lookups.get("phone", "1")).toBe("a1");
  await store.close();
});

behaviour("a wrong configuration rejects", async () => {
  const error = await openStore({ DATABASE_BACKEND: "oracle" }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StoreError);
  expect((error as StoreError).code).toBe("configuration");
});

behaviour("a bundle has each backend in a part of its own, and PGlite and Hono in none", async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["mod.ts"],
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "neutral",
    packages: "external",
    outdir: "out",
    write: false,
    metafile: true,
  });
  await stop();
  const parts = Object.values(metafile!.outputs).map(({ inputs }) => Object.keys(inputs));
  const entry = Object.values(metafile!.outputs).find(({ entryPoint }) => entryPoint === "mod.ts")!;
  const holding = (file: string) => parts.filter((inputs) => inputs.includes(file));
  for (const backend of ["dynamodb", "postgresql"]) {
    expect(holding(`src/${backend}/mod.ts`)).toHaveLength(1);
    expect(Object.keys(entry.inputs)).not.toContain(`src/${backend}/mod.ts`);
    const other = backend === "dynamodb" ? "postgresql" : "dynamodb";
    expect(holding(`src/${backend}/mod.ts`)[0]!.filter((file) => file.startsWith(`src/${other}/`))).toEqual([]);
  }
  const all = parts.flat();
  expect(all.filter((file) => /^src\/(pglite|http|cli)\//.test(file))).toEqual([]);
  const imports = Object.values(metafile!.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  expect(imports.filter((path) => path.startsWith("node:") || /pglite|hono/.test(path))).toEqual([]);
});

behaviour("a bundle that is to open PGlite says that it has to be opened by its own import", async () => {
  // Inside the project, where the packages are found.
  const folder = mkdtempSync(join(root, "node_modules", ".open-"));
  try {
    const outfile = join(folder, "bundle.js");
    const bundled = { bundle: true, format: "esm", platform: "neutral", packages: "external" } as const;
    await build({ absWorkingDir: root, entryPoints: ["mod.ts"], outfile, ...bundled });
    const { openStore, StoreError } = await import(pathToFileURL(outfile).href) as typeof import("../../mod.ts");
    const error = await openStore({ backend: "pglite" }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect((error as StoreError).code).toBe("configuration");
    expect((error as StoreError).message).toContain("in a bundle, use pgliteStore itself");
  } finally {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
