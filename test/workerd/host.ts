// The worker, bundled from the built package and started in workerd.
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import { type Json, Miniflare } from "miniflare";
import type { Answer, Question } from "./worker.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** The date whose rules workerd goes by. */
export const COMPATIBILITY_DATE = "2026-04-01";
/** How a program is bundled for workerd. */
export const BUNDLING = {
  bundle: true,
  write: false,
  format: "esm",
  target: "es2022",
  conditions: ["workerd", "worker"],
  external: ["cloudflare:*", "node:*"],
} as const satisfies BuildOptions;

/** A worker that runs. */
export interface Worker {
  /** Sends it a request, with a path from its root. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Asks it; each question is a request of its own. */
  ask(question: Question): Promise<Answer>;
  /** Stops workerd. */
  stop(): Promise<void>;
}

/**
 * Bundles the worker with the package of `dist/` and starts it.
 *
 * @param name The worker in this folder: `dynamodb`, `postgresql` or `http`
 * @param compatible Whether workerd offers Node's modules, which the `postgres` driver needs
 * @param bindings JSON values of the worker's environment
 */
export async function startWorker(
  name: string,
  compatible: boolean,
  bindings: Readonly<Record<string, Json>> = {},
): Promise<Worker> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`test/workerd/${name}_worker.ts`],
    ...BUNDLING,
    plugins: [{
      name: "the built package in place of src/",
      setup: ({ onResolve }) =>
        onResolve({ filter: /^\.\.\/\.\.\/src\/.*\.ts$/ }, ({ path }) => {
          return { path: `${root}dist/${path.slice("../../".length).replace(/\.ts$/, ".js")}` };
        }),
    }],
  });
  const miniflare = new Miniflare({
    modules: [{ type: "ESModule", path: "worker.js", contents: outputFiles[0]!.text }],
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: compatible ? ["nodejs_compat"] : [],
    bindings: { ...bindings },
  });
  await miniflare.ready;
  return {
    async fetch(path, { method = "GET", headers, body } = {}) {
      const init = { method, headers: Object.fromEntries(new Headers(headers)), body: body as string | undefined };
      const response = await miniflare.dispatchFetch(`http://worker${path}`, init);
      return new Response(await response.text() || null, { status: response.status });
    },
    async ask(question) {
      const response = await miniflare.dispatchFetch("http://worker/", {
        method: "POST",
        body: JSON.stringify(question),
      });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`the worker answers with status ${response.status}: ${text}`);
      return JSON.parse(text) as Answer;
    },
    stop: () => miniflare.dispose(),
  };
}
