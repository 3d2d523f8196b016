// Deterministic CBOR (RFC 8949, section 4.2.1): the subset in which applications are signed. Calls nothing.
//
// Integers within ±(2^53 − 1), byte strings (Uint8Array), text, arrays, maps with text keys (Map),
// true, false and null. What decodes and does not encode to the very same bytes is refused.

export class CborError extends Error {}

const DEPTH = 16;
const utf8 = new TextEncoder();
const strictUtf8 = () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Value → its only encoding; throws CborError for what is not permitted. */
export function encode(value) {
  const parts = [];
  write(value, parts, DEPTH);
  return joined(parts);
}

/** Strict inverse of encode; throws CborError. */
export function decode(bytes) {
  const reader = { bytes, at: 0 };
  const value = read(reader, DEPTH);
  if (reader.at !== bytes.length) throw new CborError("trailing bytes");
  if (!same(encode(value), bytes)) throw new CborError("not in deterministic form");
  return value;
}

/** Whether two byte strings are equal. */
export function same(left, right) {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function write(value, parts, depth) {
  if (value === null) parts.push([0xf6]);
  else if (value === true) parts.push([0xf5]);
  else if (value === false) parts.push([0xf4]);
  else if (Number.isSafeInteger(value)) parts.push(value < 0 ? head(1, -1 - value) : head(0, value));
  else if (typeof value === "string") writeText(value, parts);
  else if (value instanceof Uint8Array) parts.push(head(2, value.length), value);
  else if (depth === 0) throw new CborError("nested too deeply");
  else if (Array.isArray(value)) {
    parts.push(head(4, value.length));
    for (const item of value) write(item, parts, depth - 1);
  } else if (value instanceof Map) writeMap(value, parts, depth);
  else throw new CborError("a type that is not permitted");
}

function writeText(text, parts) {
  if (/\p{Surrogate}/u.test(text)) throw new CborError("text that is not Unicode");
  const bytes = utf8.encode(text);
  parts.push(head(3, bytes.length), bytes);
}

function writeMap(map, parts, depth) {
  const rows = [...map].map(([key, value]) => {
    if (typeof key !== "string") throw new CborError("a key that is not text");
    return [encode(key), value];
  });
  rows.sort(([left], [right]) => order(left, right));
  parts.push(head(5, rows.length));
  for (const [key, value] of rows) {
    parts.push(key);
    write(value, parts, depth - 1);
  }
}

function head(major, count) {
  const top = major << 5;
  if (count < 24) return [top | count];
  if (count < 2 ** 8) return [top | 24, count];
  if (count < 2 ** 16) return [top | 25, ...bigEndian(count, 2)];
  if (count < 2 ** 32) return [top | 26, ...bigEndian(count, 4)];
  return [top | 27, ...bigEndian(count, 8)];
}

function bigEndian(count, width) {
  const bytes = [];
  for (let place = width - 1; place >= 0; place -= 1) bytes.push(Math.floor(count / 2 ** (8 * place)) % 256);
  return bytes;
}

function read(reader, depth) {
  const first = take(reader, 1)[0];
  const major = first >> 5;
  if (major === 7) return simple(first);
  const count = argument(reader, first & 31);
  if (major === 0) return count;
  if (major === 1) return negative(count);
  if (major === 2) return take(reader, count).slice();
  if (major === 3) return readText(take(reader, count));
  if (depth === 0) throw new CborError("nested too deeply");
  if (major === 4) return items(reader, count, depth);
  if (major === 5) return readMap(reader, count, depth);
  throw new CborError("a tag is not permitted");
}

function simple(first) {
  if (first === 0xf4) return false;
  if (first === 0xf5) return true;
  if (first === 0xf6) return null;
  throw new CborError("a simple value or number that is not permitted");
}

function negative(count) {
  const value = -1 - count;
  if (!Number.isSafeInteger(value)) throw new CborError("an integer beyond 2^53");
  return value;
}

function argument(reader, info) {
  if (info < 24) return info;
  if (info > 27) throw new CborError("an indefinite or reserved length");
  let count = 0;
  for (const byte of take(reader, 2 ** (info - 24))) count = count * 256 + byte;
  if (!Number.isSafeInteger(count)) throw new CborError("an integer beyond 2^53");
  return count;
}

function items(reader, count, depth) {
  if (count > reader.bytes.length - reader.at) throw new CborError("cut short");
  return Array.from({ length: count }, () => read(reader, depth - 1));
}

function readMap(reader, count, depth) {
  const map = new Map();
  for (let row = 0; row < count; row += 1) {
    const key = read(reader, depth - 1);
    if (typeof key !== "string") throw new CborError("a key that is not text");
    if (map.has(key)) throw new CborError("the same key twice");
    map.set(key, read(reader, depth - 1));
  }
  return map;
}

function readText(bytes) {
  try {
    return strictUtf8().decode(bytes);
  } catch {
    throw new CborError("text that is not UTF-8");
  }
}

function take(reader, count) {
  const end = reader.at + count;
  if (end > reader.bytes.length) throw new CborError("cut short");
  const part = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return part;
}

function order(left, right) {
  if (left.length !== right.length) return left.length - right.length;
  const at = left.findIndex((byte, index) => byte !== right[index]);
  return at < 0 ? 0 : left[at] - right[at];
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
