/**
 * Texts that begin with a byte order mark (U+FEFF). PGlite's reader of results takes it for a sign of the encoding and
 * drops it, and has no option for that, so the result's own bytes are looked at again and the mark is put back.
 *
 * @module
 */

import type { PGlite } from "@electric-sql/pglite";

type Message = Awaited<ReturnType<PGlite["execProtocolStream"]>>[number];
type DataRow = Message & { readonly fields: (string | null)[] };

const MARK = "\ufeff";
const DATA_ROW = "D".charCodeAt(0);

const kept = new WeakSet<PGlite>();

/** Makes all results of a database keep their byte order marks. */
export function keepByteOrderMarks(database: PGlite): void {
  if (kept.has(database)) return;
  kept.add(database);
  database.execProtocolStream = async (message, options) => {
    const { messages, data } = await database.execProtocol(message, options);
    if (holdsMark(data)) restore(messages, data);
    return messages;
  };
}

function holdsMark(data: Uint8Array): boolean {
  for (let at = data.indexOf(0xef); at !== -1; at = data.indexOf(0xef, at + 1)) if (isMark(data, at)) return true;
  return false;
}

function isMark(data: Uint8Array, at: number): boolean {
  return data[at] === 0xef && data[at + 1] === 0xbb && data[at + 2] === 0xbf;
}

/** Walks the messages as PostgreSQL sent them: a letter, the length of the rest, and for a row its fields with theirs. */
function restore(messages: readonly Message[], data: Uint8Array): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const rows = messages.filter((message): message is DataRow => message.name === "dataRow").values();
  for (let at = 0; at < data.length; at += 1 + view.getInt32(at + 1)) {
    if (data[at] !== DATA_ROW) continue;
    const row = rows.next().value;
    let start = at + 7;
    for (let index = 0; row !== undefined && index < row.fields.length; index++) {
      const length = view.getInt32(start);
      start += 4;
      if (length >= 3 && isMark(data, start)) row.fields[index] = MARK + row.fields[index];
      start += Math.max(0, length);
    }
  }
}
