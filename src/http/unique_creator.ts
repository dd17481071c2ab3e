/**
 * One actor for each creator.
 *
 * Looking for an actor and creating one are two steps, and an index may show a new actor late. So a creation first
 * claims its creator in one conditional write; of many at once only one holds the claim. A claim ends by itself.
 *
 * @module
 */

import { hex, sha256 } from "../model/sha256.ts";
import type { Actor } from "../store.ts";
import { isSamePassphrase } from "./authentication.ts";
import { fault } from "./faults.ts";
import type { Service } from "./service.ts";

/** Never an actor: ids with this prefix are reserved. */
const OWNER = "_actingweb_creators";
const BUCKET = "_creator_claims";
/** Longer than one creation may take, and than an index is behind. */
const CLAIM_SECONDS = 60;

/**
 * The actor that a creator has already, or `null`: then the caller is the only one to create it, under the given id.
 *
 * @throws 403 when there is an actor that the passphrase does not open, 503 while another creation is under way
 */
export async function earlierOrClaim(
  service: Service,
  creator: string,
  passphrase: string,
  id: string,
): Promise<Actor | null> {
  const { actors, attributes } = service.store;
  const [earlier] = await actors.listByCreator(creator);
  if (earlier !== undefined) return opened(earlier, passphrase);
  // A creator may be longer than a name.
  const name = hex(sha256(new TextEncoder().encode(creator)));
  const claim = () => attributes.createIfAbsent(OWNER, BUCKET, name, id, { ttl: CLAIM_SECONDS });
  if (await claim()) return null;
  const claimed = await attributes.get(OWNER, BUCKET, name);
  const claimedId = typeof claimed?.data === "string" ? claimed.data : "";
  const actor = claimedId === "" ? null : await actors.get(claimedId);
  if (actor?.creator === creator) return opened(actor, passphrase);
  // Its actor was erased or given away, so the claim says nothing any more.
  const isOver = actor !== null || (claimedId !== "" && await actors.tombstone(claimedId) !== null);
  if (isOver && await attributes.deleteIfEquals(OWNER, BUCKET, name, claimedId) && await claim()) return null;
  throw fault(503, "contended", "an actor of this creator is being created", { "retry-after": "1" });
}

function opened(actor: Actor, passphrase: string): Actor {
  if (isSamePassphrase(actor, passphrase)) return actor;
  throw fault(403, "forbidden", "this creator has an actor");
}
