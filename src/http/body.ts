/**
 * Bodies of requests: limited in size, as text, as JSON, or as fields.
 *
 * @module
 */

import type { Context } from "hono";
import { JSON_DEPTH } from "../model/limits.ts";
import { parseJson } from "../model/json.ts";
import type { Json } from "../store.ts";
import { fault } from "./faults.ts";
import { readLimited } from "./limited.ts";
import type { Service } from "./service.ts";

const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data";

/** The body as text. */
export async function readText(service: Service, c: Context): Promise<string> {
  return decode(await readBytes(service, c));
}

/**
 * The fields of a JSON object or of a form. JSON is recognised whatever the content type says, as in the reference, so
 * that `curl -d` needs no header. An empty body has no fields.
 */
export async function readFields(service: Service, c: Context): Promise<Map<string, Json>> {
  const bytes = await readBytes(service, c);
  const contentType = c.req.header("content-type") ?? "";
  const mediaType = contentType.split(";")[0]!.trim().toLowerCase();
  if (mediaType === MULTIPART) return await formFields(bytes, contentType);
  const text = decode(bytes);
  if (text.trim() === "") return new Map();
  const json = jsonOf(text);
  if (json === undefined) {
    if (mediaType === FORM) return new Map(new URLSearchParams(text));
    throw fault(400, "invalid", "the body must be a JSON object");
  }
  if (json === null || typeof json !== "object" || Array.isArray(json)) {
    throw fault(400, "invalid", "the body must be a JSON object");
  }
  return new Map(Object.entries(json));
}

/**
 * The value of a JSON text, or `undefined` when it is none.
 *
 * @throws 400 for JSON that cannot be stored without loss
 */
export function jsonOf(text: string): Json | undefined {
  let json: Json;
  try {
    json = parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    // The parser's own limit, far beyond ours.
    if (error instanceof RangeError) throw tooDeep();
    throw error;
  }
  checkJson(json);
  return json;
}

/** Throws 400 for JSON that cannot be stored without loss or read by the reference. */
export function checkJson(json: Json, depth = 0): void {
  if (typeof json === "number" && !Number.isFinite(json)) {
    throw fault(400, "invalid", "a number in the body is too large");
  }
  if (typeof json !== "object" || json === null) return;
  if (depth >= JSON_DEPTH) throw tooDeep();
  for (const part of Object.values(json)) checkJson(part as Json, depth + 1);
}

async function formFields(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<Map<string, Json>> {
  let form: FormData;
  try {
    form = await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch {
    throw fault(400, "invalid", "the body must be a form");
  }
  const fields = new Map<string, Json>();
  for (const [name, value] of form) {
    if (typeof value !== "string") throw fault(400, "invalid", "a form may not carry files");
    fields.set(name, value);
  }
  return fields;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw fault(400, "invalid", "the body must be UTF-8");
  }
}

async function readBytes({ bodyLimit, bodyTimeout }: Service, c: Context): Promise<Uint8Array<ArrayBuffer>> {
  const encoding = c.req.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "") {
    // A few bytes could be unpacked to any number; stored as they are, they would be read as something else.
    throw fault(415, "invalid", "the body may not be compressed", { "accept-encoding": "identity" });
  }
  const declared = Number(c.req.header("content-length") ?? 0);
  if (declared > bodyLimit) throw tooLarge(bodyLimit);
  if (c.req.raw.bodyUsed) {
    // A body that a middleware has read is kept by Hono.
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.length > bodyLimit) throw tooLarge(bodyLimit);
    return bytes;
  }
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), bodyTimeout);
  let bytes: Uint8Array<ArrayBuffer> | null;
  try {
    bytes = await readLimited(c.req.raw.body, bodyLimit, deadline.signal);
  } catch {
    if (deadline.signal.aborted) throw fault(408, "timeout", "the body did not come in time", { connection: "close" });
    // The client hung up, which is no fault of ours.
    throw fault(400, "invalid", "the body did not come to its end");
  } finally {
    clearTimeout(timer);
  }
  if (bytes === null) throw tooLarge(bodyLimit);
  return bytes;
}

function tooDeep() {
  return fault(400, "invalid", `JSON must have at most ${JSON_DEPTH} levels`);
}

function tooLarge(limit: number) {
  return fault(413, "too_large", `the body must be at most ${limit} bytes`);
}
