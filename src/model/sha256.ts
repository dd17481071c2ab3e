/**
 * SHA-256 and HMAC, synchronous (FIPS 180-4, RFC 2104), for messages of up to 512 MB.
 *
 * A request needs three short hashes: they take less time here than one promise of WebCrypto, and the code is a third
 * of a general library's.
 *
 * @module
 */

const BLOCK = 64;

// The standard's constants are the first 32 bits of the fractional parts of roots of the first primes.
const PRIMES = firstPrimes(64);
const INITIAL = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const CONSTANTS = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));

// Nothing here waits, so one message schedule serves all.
const schedule = new Int32Array(64);

function firstPrimes(count: number): number[] {
  const found: number[] = [];
  for (let number = 2; found.length < count; number++) {
    if (found.every((prime) => number % prime !== 0)) found.push(number);
  }
  return found;
}

function fraction(root: number): number {
  return root % 1 * 2 ** 32 | 0;
}

/** Hashes bytes; 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return finish(INITIAL.slice(), bytes, 0);
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => (256 + byte).toString(16).slice(1));

/** Bytes as lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index++) text += HEX[bytes[index]!];
  return text;
}

/** Makes an HMAC-SHA-256 of one key; the two blocks that depend on the key alone are hashed once. */
export function hmacSha256(key: Uint8Array): (bytes: Uint8Array) => Uint8Array {
  const block = new Uint8Array(BLOCK);
  block.set(key.length > BLOCK ? sha256(key) : key);
  const [inner, outer] = [0x36, 0x5c].map((pad) => {
    const state = INITIAL.slice();
    compress(state, new DataView(block.map((byte) => byte ^ pad).buffer), 0);
    return state;
  }) as [Int32Array, Int32Array];
  return (bytes) => finish(outer.slice(), finish(inner.slice(), bytes, BLOCK), BLOCK);
}

/** Takes in the rest of a message, of which `before` bytes are in the state already, and gives its hash. */
function finish(state: Int32Array, bytes: Uint8Array, before: number): Uint8Array {
  // Whole blocks with room for the end's mark and for the length in bits.
  const padded = new Uint8Array(bytes.length + 8 + BLOCK & -BLOCK);
  const view = new DataView(padded.buffer);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  view.setUint32(padded.length - 4, (before + bytes.length) * 8);
  for (let offset = 0; offset < padded.length; offset += BLOCK) compress(state, view, offset);
  for (let index = 0; index < 8; index++) view.setInt32(4 * index, state[index]!);
  return padded.slice(0, 32);
}

/** One block; the names are the standard's. */
function compress(state: Int32Array, block: DataView, offset: number): void {
  const w = schedule;
  for (let t = 0; t < 16; t++) w[t] = block.getInt32(offset + 4 * t);
  for (let t = 16; t < 64; t++) {
    const x = w[t - 15]!;
    const y = w[t - 2]!;
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ x >>> 3;
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ y >>> 10;
    w[t] = (w[t - 16]! + s0 | 0) + (w[t - 7]! + s1 | 0);
  }
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!;
  let e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    // Sums are cut to 32 bits early: engines then add integers, which is a fifth faster.
    const t1 = ((h + (CONSTANTS[t]! + w[t]! | 0) | 0) + s1 | 0) + (g ^ e & (f ^ g)) | 0;
    const t2 = s0 + (a & b ^ c & (a ^ b)) | 0;
    h = g;
    g = f;
    f = e;
    e = d + t1 | 0;
    d = c;
    c = b;
    b = a;
    a = t1 + t2 | 0;
  }
  const sums = [a, b, c, d, e, f, g, h];
  for (let index = 0; index < 8; index++) state[index]! += sums[index]!;
}

function rotate(word: number, bits: number): number {
  return word >>> bits | word << 32 - bits;
}
