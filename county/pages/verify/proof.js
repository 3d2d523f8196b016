// The township's proof file (C2SP tlog-proof with the entries in `extra`), read strictly. Calls its siblings.

import { CborError, decode } from "/sign/cbor.js";
import { attempt, Finding } from "./finding.js";
import { isCount } from "./entry.js";
import { parseCheckpoint } from "./note.js";
import { fromBase64, textOf } from "./octets.js";

export const LIMIT = 64 * 1024;
const HEADER = "c2sp.org/tlog-proof@v1";
const INDEX = /^index (0|[1-9][0-9]{0,15})$/;
const NAMES = ["authorised", "correction", "stamped", "type", "v"];

/** The file's bytes → {checkpoint, stamped, authorised, correction}, each {entry, index, hashes} or null; throws Finding. */
export function parse(bytes) {
  if (bytes.length > LIMIT) throw new Finding("large");
  const text = attempt("unread", () => textOf(bytes));
  const at = text.indexOf("\n\n");
  const rows = at < 0 ? [] : text.slice(0, at).split("\n");
  if (rows.shift() !== HEADER) throw new Finding("unread", "not a proof file");
  const first = rows.length && rows[0].startsWith("extra ") ? rows.shift().slice(6) : "";
  const index = INDEX.exec(rows.length ? rows.shift() : "");
  const hashes = attempt("unread", () => rows.map(fromBase64));
  if (!first || index === null || !isPath(hashes)) throw new Finding("unread", "a proof without the entries");
  const extra = attempt("unread", () => decode(fromBase64(first)), CborError);
  return { checkpoint: parseCheckpoint(text.slice(at + 2)), ...entries(extra, Number(index[1]), hashes) };
}

function entries(extra, index, hashes) {
  const named = extra instanceof Map && [...extra.keys()].sort().join() === NAMES.join();
  if (!named || extra.get("v") !== 1 || extra.get("type") !== "stamp") throw new Finding("newer");
  const correction = extra.get("correction");
  return {
    stamped: logged(new Map([["entry", extra.get("stamped")], ["index", index], ["hashes", hashes]])),
    authorised: logged(extra.get("authorised")),
    correction: correction === null ? null : logged(correction),
  };
}

function logged(map) {
  const fits =
    map instanceof Map && map.size === 3 && map.get("entry") instanceof Uint8Array &&
    isCount(map.get("index")) && isPath(map.get("hashes"));
  if (!fits) throw new Finding("unread", "entries");
  return { entry: map.get("entry"), index: map.get("index"), hashes: map.get("hashes") };
}

function isPath(hashes) {
  return Array.isArray(hashes) && hashes.length <= 63 && hashes.every((one) => one instanceof Uint8Array && one.length === 32);
}
