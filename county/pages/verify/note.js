// Signed notes, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature). Calls its siblings.

import { attempt, Finding } from "./finding.js";
import { bytesOf, fromBase64, joined } from "./octets.js";
import { ed25519 } from "./signature.js";

const LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/;
const SIZE = /^(0|[1-9][0-9]{0,15})$/;
const MOST_SIGNATURES = 100;

/** The text of a note → {text, lines: [{name, id, signature}], head: {origin, size, root}}; throws Finding("unread"). */
export function parseCheckpoint(note) {
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n") || /[\0-\x09\x0b-\x1f]/.test(note)) throw new Finding("unread", "checkpoint");
  const rows = note.slice(at + 2, -1).split("\n");
  if (rows.length > MOST_SIGNATURES) throw new Finding("unread", "signatures");
  const text = note.slice(0, at + 1);
  return { text, lines: rows.map(line), head: head(text) };
}

/** Whether that key ({name, id, key}) signed the checkpoint, once and well. */
export async function signed(checkpoint, key) {
  const own = checkpoint.lines.filter((one) => isOf(one, key));
  return own.length === 1 && ed25519(fromBase64(key.key), bytesOf(checkpoint.text), own[0].signature);
}

/** When that witness saw the checkpoint (s since 1970 UTC); null where it did not; throws Finding("witness"). */
export async function seen(checkpoint, key) {
  let latest = null;
  for (const one of checkpoint.lines.filter((row) => isOf(row, key))) {
    if (one.signature.length !== 72) throw new Finding("witness", key.name);
    const at = seconds(one.signature);
    const message = joined(bytesOf(`cosignature/v1\ntime ${at}\n`), bytesOf(checkpoint.text));
    const holds = await ed25519(fromBase64(key.key), message, one.signature.subarray(8));
    if (!holds) throw new Finding("witness", key.name);
    latest = Math.max(latest === null ? 0 : latest, at);
  }
  return latest;
}

function head(text) {
  const rows = text.split("\n");
  if (rows.length !== 4 || !rows[0] || !SIZE.test(rows[1])) throw new Finding("unread", "head");
  const root = attempt("unread", () => fromBase64(rows[2]));
  const size = Number(rows[1]);
  if (root.length !== 32 || !Number.isSafeInteger(size)) throw new Finding("unread", "head");
  return { origin: rows[0], size, root };
}

function line(row) {
  const parts = LINE.exec(row);
  if (parts === null) throw new Finding("unread", "signature line");
  const data = attempt("unread", () => fromBase64(parts[2]));
  if (data.length < 5) throw new Finding("unread", "signature line");
  const id = [...data.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { name: parts[1], id, signature: data.slice(4) };
}

const isOf = (one, key) => one.name === key.name && one.id === key.id;

function seconds(signature) {
  let number = 0;
  for (const byte of signature.subarray(0, 8)) number = number * 256 + byte;
  if (!Number.isSafeInteger(number)) throw new Finding("witness", "time");
  return number;
}
