// Programs bundled from the installed package, each a worker of its own in one workerd.
import type { Readable } from "node:stream";
import { build } from "esbuild";
import { Log, LogLevel, Miniflare } from "miniflare";
import type { Given } from "../../package/given.ts";
import { BUNDLING, COMPATIBILITY_DATE } from "../host.ts";

/** Bundles a program as a user does, with what is installed in its folder. */
export async function bundle(folder: string, program: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import program from "./programs/${program}.js";
        export default { fetch: async (request) => Response.json(await program(await request.json())) };`,
      resolveDir: folder,
    },
    ...BUNDLING,
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}

/** Workers that run. */
export interface Workers {
  /** Runs a program in its worker; its answer. */
  run(program: string, given: Given): Promise<unknown>;
  /** Stops workerd. */
  stop(): Promise<void>;
}

/**
 * Starts a worker for each program.
 *
 * @param bundles The programs' bundles by name
 * @param compatible Whether workerd offers Node's modules
 * @throws {Error} When workerd cannot load one of them
 */
export async function startWorkers(bundles: ReadonlyMap<string, string>, compatible: boolean): Promise<Workers> {
  let printed = "";
  const miniflare = new Miniflare({
    log: new Log(LogLevel.NONE),
    handleRuntimeStdio: (...streams: Readable[]) => {
      for (const stream of streams) stream.on("data", (chunk) => printed += chunk);
    },
    workers: [...bundles].map(([name, contents]) => ({
      name,
      routes: [`worker/${name}`],
      modules: [{ type: "ESModule", path: "worker.js", contents }],
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: compatible ? ["nodejs_compat"] : [],
    })),
  });
  try {
    await miniflare.ready;
  } catch (cause) {
    // Rejects with the same error, after it has cleaned up.
    await miniflare.dispose().catch(() => undefined);
    throw new Error(`workerd does not start: ${printed}`, { cause });
  }
  return {
    async run(program, given) {
      const body = JSON.stringify(given);
      const response = await miniflare.dispatchFetch(`http://worker/${program}`, { method: "POST", body });
      if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
      return await response.json();
    },
    stop: () => miniflare.dispose(),
  };
}
