/**
 * Numbers without rounding: DynamoDB keeps 38 decimal digits, a JavaScript number about 16.
 *
 * @module
 */

const DIGITS = 38;
const LARGEST = 125;
const SMALLEST = -130;

/** A number that neither a JavaScript number nor a `bigint` holds exactly, as the text that DynamoDB gave. */
export class ExactNumber {
  /** The digits, e.g. `0.1234567890123456789`. */
  readonly text: string;

  /**
   * Keeps the digits as they are.
   *
   * @param text A decimal number of at most 38 significant digits, checked when it is stored
   */
  constructor(text: string) {
    this.text = text;
  }

  /** The digits. */
  toString(): string {
    return this.text;
  }
}

/** A number as its significant digits times a power of ten; zero has no digits. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** Takes a text apart, so that `1E+2`, `100` and `1.00e2` are one; `null` if it is no decimal number. */
export function decimal(text: string): Decimal | null {
  const [found, sign, whole = "", fraction = "", power = "0"] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text) ??
      [];
  if (found === undefined || whole + fraction === "") return null;
  const digits = (whole + fraction).replace(/^0+/, "");
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  if (end === 0) return { negative: false, digits: "", exponent: 0 };
  const exponent = Number(power) - fraction.length + digits.length - end;
  return { negative: sign === "-", digits: digits.slice(0, end), exponent };
}

/**
 * Writes a number as DynamoDB takes it.
 *
 * @throws {TypeError} For what is no decimal number: NaN, infinities
 * @throws {RangeError} For more than 38 significant digits and for magnitudes from 1e126 on or below 1e-130
 */
export function marshalNumber(value: number | bigint | ExactNumber): string {
  if (Number.isSafeInteger(value)) return String(value);
  const text = String(value);
  const parts = decimal(text);
  if (parts === null) throw new TypeError("Cannot store a number that is not decimal and finite");
  const { digits, exponent } = parts;
  if (digits.length > DIGITS) throw new RangeError(`Cannot store more than ${DIGITS} significant digits`);
  const magnitude = exponent + digits.length - 1;
  if (digits !== "" && (magnitude > LARGEST || magnitude < SMALLEST)) {
    throw new RangeError(`Cannot store a number outside 1e${SMALLEST} to 1e${LARGEST + 1}`);
  }
  return text;
}

/** Reads a number: a `bigint` for an integer beyond 2^53, an {@linkcode ExactNumber} for a fraction that needs one. */
export function unmarshalNumber(text: string): number | bigint | ExactNumber {
  const number = Number(text);
  if (Number.isSafeInteger(number) && String(number) === text) return number;
  const parts = decimal(text);
  if (parts === null) throw new TypeError("Cannot read a number that is not decimal");
  const { negative, digits, exponent } = parts;
  if (exponent < 0) return sameDecimal(parts, decimal(String(number))) ? number : new ExactNumber(text);
  const integer = BigInt(`${negative ? "-" : ""}${digits}${"0".repeat(exponent)}`);
  return Number.isSafeInteger(number) ? Number(integer) : integer;
}

function sameDecimal(one: Decimal, other: Decimal | null): boolean {
  return one.negative === other?.negative && one.digits === other.digits && one.exponent === other.exponent;
}
