/**
 * Texts that have broken keys, queries, encodings or orders somewhere.
 *
 * @module
 */

/** A few of each kind; a starter may give many more. */
export const AWKWARD: readonly string[] = [
  " ",
  "  padded  ",
  "\t\n\r",
  "%_%",
  "' OR '1'='1",
  '"; DROP TABLE actors; --',
  "$1::text",
  "#name = :value",
  "${7*7}",
  "a:b",
  ":a",
  "a:",
  "__proto__",
  "constructor",
  "null",
  "\\u0000",
  "\\",
  "\u0001\u001f\u007f",
  "é",
  "e\u0301",
  "ﬀ",
  "ﾡ",
  "😀",
  "👩‍👩‍👧‍👦",
  "مرحبا",
  "\u202edesrever",
  "\ufeffmark",
  "\uffff",
  "\u{10ffff}",
  "ŁÓDŹ",
  "ß",
  "İi",
];
