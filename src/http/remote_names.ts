/**
 * Where the reference keeps what it has of peers.
 *
 * @module
 */

/** What the bucket of a peer's copy begins with; the peer's id follows. */
export const REMOTE = "remote:";
/** The bucket of the receiver's state: `…:{peer}:{subscription}`. */
export const STATE = "_callback_state";
/** What the names of the receiver's state begin with; `lock` is ours. */
export const REMOTE_STATES: readonly string[] = ["state", "pending", "lock"];
