/**
 * The routes' type for Hono's client: paths, methods, what each takes and what it answers.
 *
 * Routes are found by the names in a path, which Hono's own inference cannot see, so the type is declared. Tests hold it
 * against the table of operations, and that one against the routes.
 *
 * @module
 */

import type { Hono } from "hono";
import type { BlankEnv } from "hono/types";
import type * as body from "./client_bodies.ts";

/** What refusals and faults are answered with. */
export type FaultStatus = 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 500 | 502 | 503;

type Answer<Input, Output, Status, Format> = {
  input: Input;
  output: Output;
  outputFormat: Format;
  status: Status;
};
type Refused<Input> = Answer<Input, body.FaultBody, FaultStatus, "json">;
/** Answered with JSON. */
type Gives<Output, Input, Status = 200> = Answer<Input, Output, Status, "json"> | Refused<Input>;
/** Done, and nothing to say. */
type Done<Input> = Answer<Input, null, 204, "body"> | Refused<Input>;

type At<Names extends string> = { param: { [Name in Names]: string } };
type Body<Value> = { json: Value };
type Query<Names extends string> = { query?: { [Name in Names]?: string | undefined } };

type Actor = At<"id">;
type Property = At<"id" | "name">;
type Part = At<"id" | "name" | "part">;
type Kind = At<"id" | "relationship">;
type Relationship = At<"id" | "relationship" | "peer">;
type Peer = At<"id" | "peer">;
type Subscription = At<"id" | "peer" | "subscription">;
type Appended = { success: true; index: number };
type Shown = { [field: string]: body.JsonBody };

/**
 * Actors and what they are.
 *
 * @internal
 */
type ActorRoutes = {
  "/": { $post: Gives<body.ActorBody, Body<body.NewActorBody>, 201> };
  "/:id": { $get: Gives<body.ActorBody, Actor>; $delete: Done<Actor> };
  "/:id/meta": { $get: Gives<body.MetaBody, Actor> };
  "/:id/meta/:part": {
    $get: Answer<At<"id" | "part">, string, 200, "text"> | Refused<At<"id" | "part">>;
  };
};

/**
 * Properties and lists.
 *
 * @internal
 */
type PropertyRoutes = {
  "/:id/properties": {
    $get: Gives<Shown, Actor & Query<"format" | "metadata">>;
    $post: Gives<Shown, Actor & Body<Shown>, 201>;
    $delete: Done<Actor>;
  };
  "/:id/properties/:name": {
    $get: Gives<body.JsonBody, Property & Query<"index" | "format">>;
    $put: Done<Property & Query<"index"> & Body<body.JsonBody>>;
    $post: Gives<Appended, Property & Body<body.JsonBody>, 201>;
    $delete: Done<Property>;
  };
  "/:id/properties/:name/:part": {
    $get: Gives<body.JsonBody, Part>;
    $put: Gives<Appended, Part & Body<body.JsonBody>, 201> | Done<Part & Body<body.JsonBody>>;
    $delete: Done<Part>;
  };
};

/**
 * Relationships.
 *
 * @internal
 */
type TrustRoutes = {
  "/:id/trust": {
    $get: Gives<body.ListedTrustBody[], Actor & Query<"relationship" | "type" | "peerid">>;
    $post: Gives<body.TrustBody, Actor & Body<body.NewTrustBody>, 201>;
  };
  "/:id/trust/:relationship": {
    $get: Gives<body.ListedTrustBody[], Kind & Query<"type" | "peerid">>;
    $post: Gives<body.TrustBody, Kind & Body<body.TrustRequestBody>, 201 | 202>;
  };
  "/:id/trust/trustee": {
    $put: Done<Actor & Body<{ trustee_root?: string | undefined; creator?: string | undefined }>>;
    $delete: Done<Actor>;
  };
  "/:id/trust/:relationship/:peer": {
    $get: Gives<body.TrustBody & { permissions?: Shown | null }, Relationship & Query<"permissions">, 200 | 202>;
    $put: Done<Relationship & Body<body.TrustChangeBody>>;
    $post: Done<Relationship & Body<{ approved: boolean }>>;
    $delete: Done<Relationship & Query<"peer">>;
  };
  "/:id/trust/:relationship/:peer/permissions": {
    $get: Gives<Shown, Relationship>;
    $put: Gives<{ success: true }, Relationship & Body<body.PermissionsBody>, 200 | 201>;
    $delete: Done<Relationship>;
  };
  "/:id/trust/:relationship/:peer/shared_properties": { $get: Gives<Shown, Relationship> };
  "/:id/permissions/:peer": { $get: Gives<Shown, Peer> };
};

/**
 * Subscriptions and their diffs.
 *
 * @internal
 */
type SubscriptionRoutes = {
  "/:id/subscriptions": {
    $get: Gives<
      { id: string; data: body.SubscriptionBody[] },
      Actor & Query<"peerid" | "target" | "subtarget" | "resource">
    >;
    $post: Done<Actor & Body<body.NewSubscriptionBody>>;
  };
  "/:id/subscriptions/:peer": {
    $get: Gives<{ id: string; peerid: string; data: body.SubscriptionBody[] }, Peer>;
    $post: Gives<body.NewSubscriptionAnswer, Peer & Body<body.SubscriptionRequestBody>, 201>;
  };
  "/:id/subscriptions/:peer/:subscription": {
    $get: Gives<body.DiffsBody, Subscription>;
    $put: Done<Subscription & Query<"sequence"> & Body<{ sequence: number | string }>>;
    $delete: Done<Subscription>;
  };
  "/:id/subscriptions/:peer/:subscription/:sequence": {
    $get: Gives<body.SubscribedBody & body.DiffBody, At<"id" | "peer" | "subscription" | "sequence">>;
  };
};

/** Every path with its methods; callbacks, which only peers send, are left out. */
export type RoutesSchema = ActorRoutes & PropertyRoutes & TrustRoutes & SubscriptionRoutes;

/**
 * The routes, for `hc<Routes>(url, { headers })` of `hono/client`. A status tells the body's type apart: after
 * `if (response.status === 200)` it is the answer's, else {@linkcode FaultBody}. The client puts names into the path as
 * they are: give it `encodeURIComponent(name)`. A property whose text is no JSON is answered as that text: read it by `text()`.
 *
 * @example
 * ```ts
 * import { hc } from "hono/client";
 * import type { Routes } from "actingweb-edge/hono";
 *
 * const client = hc<Routes>("https://example.org/aw");
 * const response = await client.index.$post({ json: { creator: "me@example.org" } });
 * response.status; // => 201
 * if (response.status === 201) console.log((await response.json()).id);
 * ```
 */
export type Routes = Hono<BlankEnv, RoutesSchema, "/">;
