// The worker, bundled from the built package and started in workerd.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import type { Answer, Question } from "./worker.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const COMPATIBILITY_DATE = "2026-04-01";

/** A worker that runs. */
export interface Worker {
  /** Asks it; each question is a request of its own. */
  ask(question: Question): Promise<Answer>;
  /** Stops workerd. */
  stop(): Promise<void>;
}

/**
 * Bundles the worker with the package of `dist/` and starts it.
 *
 * @param backend `dynamodb` or `postgresql`
 * @param compatible Whether workerd offers Node's modules, which the `postgres` driver needs
 */
export async function startWorker(backend: string, compatible: boolean): Promise<Worker> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`test/workerd/${backend}_worker.ts`],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker"],
    external: ["cloudflare:*", "node:*"],
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
  });
  await miniflare.ready;
  return {
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
