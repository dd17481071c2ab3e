/** Checks of the arguments of {@linkcode Actors}. @module */

import type { Shell } from "../guard.ts";
import type { Actor, Actors } from "../store.ts";
import * as check from "./check.ts";

/** The guarded part. */
export function guardActors({ backend: { actors }, run, walk }: Shell): Actors {
  return {
    get: (actorId, options) =>
      run("actors.get", options, (call) => actors.get(check.key(call.operation, "actorId", actorId), call)),
    listByCreator: (creator, options) =>
      run(
        "actors.listByCreator",
        options,
        (call) => actors.listByCreator(check.creator(call.operation, creator), call),
      ),
    createIfAbsent: (actor, options) =>
      run("actors.createIfAbsent", options, (call) => {
        const clearTombstone = check.truth(call.operation, "clearTombstone", options?.clearTombstone ?? false);
        return actors.createIfAbsent(newActor(call.operation, actor), { ...call, clearTombstone });
      }),
    update: (actorId, fields, options) =>
      run("actors.update", options, (call) => {
        const id = check.key(call.operation, "actorId", actorId);
        return actors.update(id, changes(call.operation, id, fields), call);
      }),
    delete: (actorId, options) =>
      run("actors.delete", options, (call) => actors.delete(check.key(call.operation, "actorId", actorId), call)),
    erase: (actorId, options) =>
      run("actors.erase", options, (call) => actors.erase(check.key(call.operation, "actorId", actorId), call)),
    tombstone: (actorId, options) =>
      run("actors.tombstone", options, (call) => {
        const id = check.key(call.operation, "actorId", actorId);
        return actors.tombstone(id, call);
      }),
    pages: (options) => walk("actors.pages", options, (call) => actors.page(call)),
  };
}

function newActor(operation: string, actor: Actor): Actor {
  const id = check.key(operation, "id", actor?.id);
  const creator = check.creator(operation, actor.creator);
  const passphrase = check.text(operation, "passphrase", actor.passphrase);
  check.item(operation, "passphrase", { id, creator, passphrase });
  return { id, creator, passphrase };
}

function changes(operation: string, id: string, fields: Partial<Omit<Actor, "id">>): Partial<Omit<Actor, "id">> {
  const checked = check.given(operation, fields, {
    creator: (value) => check.creator(operation, value),
    passphrase: (value) => check.text(operation, "passphrase", value),
  });
  check.item(operation, "passphrase", { id, creator: checked.creator ?? "", passphrase: checked.passphrase ?? "" });
  return checked;
}
