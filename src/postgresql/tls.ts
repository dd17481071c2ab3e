/**
 * How the server's certificate is checked.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import type { Driver } from "./postgres_client.ts";

/** Modes that encrypt for whoever answers. */
const UNCHECKED: readonly unknown[] = ["require", "allow", "prefer"];

/**
 * Completes what the options and the URL say of TLS, as the driver has understood them.
 *
 * @throws {StoreError} `configuration` when the certificate could not be checked as asked
 */
export function tlsOf({ ssl, host: hosts }: Driver["options"]): typeof ssl {
  const own: { readonly rejectUnauthorized?: unknown } = typeof ssl === "object" ? ssl : {};
  if (!ssl || UNCHECKED.includes(ssl) || own.rejectUnauthorized === false) return ssl;
  // The driver names the host to TLS unless it is an address; Node and Deno would then look for `localhost`.
  if (hosts.length === 1) return { host: hosts[0], ...own };
  if (!hosts.some((host) => /^[\d.]+$/.test(host))) return ssl;
  throw new StoreError("configuration", "postgresqlStore", "TLS with several hosts needs their names");
}
