// What the tests use of `bun:test`, for Deno: deno.json maps the name to this file.
import { after, before, describe as nodeDescribe, test as nodeTest } from "node:test";

export { expect } from "expect";

/** Groups tests. */
export function describe(name: string, body: () => void): void {
  nodeDescribe(name, body);
}

/** Declares a test. */
export function test(name: string, body: () => void | Promise<void>, timeout?: number): void {
  nodeTest(name, timeout === undefined ? {} : { timeout }, async () => await body());
}

/** Runs before the file's tests. */
export function beforeAll(body: () => void | Promise<void>, _timeout?: number): void {
  before(async () => await body());
}

/** Runs after the file's tests. */
export function afterAll(body: () => void | Promise<void>, _timeout?: number): void {
  after(async () => await body());
}
