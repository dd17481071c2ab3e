// Compiled and never run: what Hono's client knows of the routes. It fails to compile when a type is lost or too wide.
import { hc, type InferRequestType, type InferResponseType } from "hono/client";
import type * as v from "valibot";
import type * as body from "../../src/http/client_bodies.ts";
import type { FaultStatus, Routes, routes } from "../../src/http/mod.ts";
import type * as schemas from "../../src/http/schemas.ts";

/** Whether two types are the same; `any` and `unknown` are the same as nothing else. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Whether one takes what the other takes. */
type Alike<A, B> = [A] extends [B] ? [B] extends [A] ? true : false : false;

function isTrue<_Claim extends true>(): void {}

const client = hc<Routes>("http://localhost");
const actor = client[":id"];

/** Outputs, by status. */
export function outputs(): void {
  isTrue<Same<InferResponseType<typeof client.index.$post, 201>, body.ActorBody>>();
  isTrue<Same<InferResponseType<typeof client.index.$post, 403>, body.FaultBody>>();
  isTrue<Same<InferResponseType<typeof actor.meta.$get, 200>, body.MetaBody>>();
  isTrue<Same<InferResponseType<(typeof actor.meta)[":part"]["$get"], 200>, string>>();
  isTrue<Same<InferResponseType<typeof actor.properties.$get, 200>, { [field: string]: body.JsonBody }>>();
  isTrue<Same<InferResponseType<(typeof actor.properties)[":name"]["$get"], 200>, body.JsonBody>>();
  isTrue<Same<InferResponseType<typeof actor.trust.$get, 200>, body.ListedTrustBody[]>>();
  isTrue<Same<InferResponseType<typeof actor.trust.$post, 201>, body.TrustBody>>();
  type Diffs = (typeof actor.subscriptions)[":peer"][":subscription"]["$get"];
  isTrue<Same<InferResponseType<Diffs, 200>, body.DiffsBody>>();
  isTrue<Same<Awaited<ReturnType<typeof actor.$delete>>["status"], 204 | FaultStatus>>();
  isTrue<Same<ReturnType<typeof routes>, Routes>>();
}

/** Inputs are those that the schemas take. */
export function inputs(): void {
  type Input<Schema extends v.GenericSchema> = v.InferInput<Schema>;
  isTrue<Alike<InferRequestType<typeof client.index.$post>["json"], Input<typeof schemas.newActor>>>();
  isTrue<Alike<InferRequestType<typeof actor.trust.$post>["json"], Input<typeof schemas.newTrust>>>();
  type Kind = (typeof actor.trust)[":relationship"];
  isTrue<Alike<InferRequestType<Kind["$post"]>["json"], Input<typeof schemas.trustRequest>>>();
  isTrue<Alike<InferRequestType<Kind[":peer"]["$put"]>["json"], Input<typeof schemas.trustChange>>>();
  isTrue<Alike<InferRequestType<Kind[":peer"]["$post"]>["json"], Input<typeof schemas.approval>>>();
  type Permissions = Kind[":peer"]["permissions"];
  isTrue<Alike<InferRequestType<Permissions["$put"]>["json"], Input<typeof schemas.permissions>>>();
  isTrue<
    Alike<InferRequestType<typeof actor.trust.trustee.$put>["json"], Input<typeof schemas.trusteeChange>>
  >();
  isTrue<Alike<InferRequestType<typeof actor.subscriptions.$post>["json"], Input<typeof schemas.newSubscription>>>();
  type Peer = (typeof actor.subscriptions)[":peer"];
  isTrue<Alike<InferRequestType<Peer["$post"]>["json"], Input<typeof schemas.subscriptionRequest>>>();
  isTrue<Alike<InferRequestType<Peer[":subscription"]["$put"]>["json"], Input<typeof schemas.cleared>>>();
}

/** What the routes do not have, or do not take, does not compile. */
export function refusals(): void {
  // @ts-expect-error There is no such path.
  void client[":id"].nothing.$get({ param: { id: "a" } });
  // @ts-expect-error There is no such method.
  void actor.meta.$put({ param: { id: "a" } });
  // @ts-expect-error A name in the path is missing.
  void actor.properties[":name"].$get({ param: { id: "a" } });
  // @ts-expect-error A creator is a text.
  void client.index.$post({ json: { creator: 1 } });
  // @ts-expect-error There is no such query.
  void actor.properties.$get({ param: { id: "a" }, query: { order: "up" } });
}
