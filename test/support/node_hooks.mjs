// Lets Node run the test files on the built package: `node --import ./test/support/node_hooks.mjs FILE`. What a test
// imports of `src/` is taken from `dist/`; the tests themselves lose their types on the way. Plain Node, because it is
// loaded before anything could be translated.
import { existsSync, readFileSync } from "node:fs";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { transformSync } from "esbuild";

const root = new URL("../../", import.meta.url).href;
const SHIM = `${root}test/support/bun_test_shim.ts`;

/** Node's `resolve` hook. */
export async function resolve(specifier, context, next) {
  if (specifier === "bun:test") return { url: SHIM, shortCircuit: true };
  const { parentURL } = context;
  const relative = /^(\.|file:|\/)/.test(specifier);
  const url = relative ? new URL(specifier, parentURL).href : "";
  if (!url.endsWith(".ts") || !url.startsWith(root) || url.startsWith(`${root}node_modules/`)) {
    return await next(specifier, context);
  }
  const built = `${root}dist/${url.slice(root.length).replace(/\.ts$/, ".js")}`;
  return { url: existsSync(fileURLToPath(built)) ? built : url, shortCircuit: true };
}

/** Node's `load` hook. */
export async function load(url, context, next) {
  if (!url.endsWith(".ts") || url.includes("/node_modules/")) return await next(url, context);
  const file = fileURLToPath(url);
  const { code } = transformSync(readFileSync(file, "utf8"), {
    loader: "ts",
    format: "esm",
    target: "node20.10",
    sourcefile: file,
    sourcemap: "inline",
  });
  return { format: "module", source: code, shortCircuit: true };
}

if (isMainThread) register(import.meta.url);
