/**
 * Waiting for strangers: never beyond a deadline, never for more bytes than a limit.
 *
 * @module
 */

/** Bytes of the first buffer; bodies are mostly shorter. */
const FIRST_BYTES = 4_096;

/** What a promise gives, or the signal's reason as soon as it is aborted, whatever the promise does then. */
export async function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/**
 * All bytes of a stream, or `null` when there are more than the limit. They are counted as they come: a length need not be
 * declared, nor be true. Pieces of one byte take no more memory than one piece.
 *
 * @throws The signal's reason, when it is aborted before the end
 */
export async function readLimited(
  stream: ReadableStream<Uint8Array> | null,
  limit: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  let bytes = new Uint8Array(0);
  let size = 0;
  if (stream === null) return bytes;
  const reader = stream.getReader();
  // Nobody waits for what a stranger does when it is told to stop.
  const stop = () => void reader.cancel().catch(() => {});
  try {
    for (;;) {
      const { done, value } = await orAborted(reader.read(), signal);
      if (done) return bytes.subarray(0, size);
      if (size + value.length > limit) {
        stop();
        return null;
      }
      bytes = withRoom(bytes, size + value.length, limit);
      bytes.set(value, size);
      size += value.length;
    }
  } catch (error) {
    stop();
    throw error;
  }
}

function withRoom(bytes: Uint8Array<ArrayBuffer>, size: number, limit: number): Uint8Array<ArrayBuffer> {
  if (size <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.min(limit, Math.max(size, bytes.length * 2, FIRST_BYTES)));
  larger.set(bytes);
  return larger;
}
