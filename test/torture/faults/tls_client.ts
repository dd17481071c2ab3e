// A process that trusts what its environment says, and tells how its calls end: configurations in, endings out.
import process from "node:process";
import { openStore, StoreError } from "../../../mod.ts";

/** How a call ended. */
export interface Ending {
  /** `answered`, or the code. */
  readonly code: string;
  readonly milliseconds: number;
  readonly message: string;
}

async function ending(call: Promise<unknown>): Promise<Ending> {
  const started = performance.now();
  const [code, message] = await call.then(
    () => ["answered", ""],
    (error) => error instanceof StoreError ? [error.code, error.message] : ["no StoreError", String(error)],
  );
  return { code: code!, milliseconds: Math.round(performance.now() - started), message: message! };
}

if (process.argv[2] !== undefined) {
  const endings: Ending[] = [];
  for (const configuration of JSON.parse(process.argv[2]) as object[]) {
    const store = await openStore(configuration);
    endings.push(await ending(store.properties.set("tls", "name", "a stored value")));
    endings.push(await ending(store.properties.get("tls", "name")));
    await store.close();
  }
  console.log(JSON.stringify(endings));
  process.exit();
}
