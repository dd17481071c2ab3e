// A worker that shows one behaviour of the contract in each request, on stores that live no longer than the request.
import { conformance, runCase } from "../../src/conformance/mod.ts";
import type { StoreOptions } from "../../src/store.ts";
import type { TransferStore } from "../../src/tables.ts";

/** What the worker is asked. */
export interface Question<Options = unknown> {
  /** How a store reaches the database of the tests. */
  readonly options: Options;
  readonly awkward: readonly string[];
  /** A behaviour, or `null` for what the worker is. */
  readonly behaviour: { readonly group: string; readonly name: string } | null;
}

/** What it answers. */
export type Answer =
  | { readonly backend: string; readonly userAgent: string; readonly hasBuffer: boolean }
  | { readonly passed: boolean; readonly message: string };

/** The worker of one backend; `opener` is asked once in each request. */
export function workerOf<Options extends StoreOptions>(opener: () => (options: Options) => TransferStore) {
  async function describe({ options }: Question<Options>): Promise<Answer> {
    const store = opener()(options);
    await store.close();
    return { backend: store.backend, userAgent: navigator.userAgent, hasBuffer: "Buffer" in globalThis };
  }

  async function show({ options, awkward, behaviour }: Question<Options>): Promise<Answer> {
    const cases = conformance.find(({ name }) => name === behaviour?.group)?.cases;
    const found = cases?.find(({ name }) => name === behaviour?.name);
    if (found === undefined) return { passed: false, message: "the bundle has no such behaviour" };
    const open = opener();
    try {
      await runCase(found, { open: (own) => Promise.resolve(open({ ...options, ...own })), awkward });
      return { passed: true, message: "" };
    } catch (error) {
      return { passed: false, message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
    }
  }

  return {
    async fetch(request: Request): Promise<Response> {
      const question = await request.json() as Question<Options>;
      return Response.json(await (question.behaviour === null ? describe(question) : show(question)));
    },
  };
}
