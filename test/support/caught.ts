// The error that a promise is rejected with.

/** Waits for a promise that has to be rejected, and gives its error. */
export async function caught<Fault extends Error>(
  promise: Promise<unknown>,
  type: new (...args: never[]) => Fault,
): Promise<Fault> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof type) return error;
    throw error;
  }
  throw new Error(`nothing was thrown, but ${type.name} was expected`);
}
