// Journal entries: COSE_Sign1 envelopes of machines in the county's list. Calls its siblings and sign/cbor.js.

import { hex } from "/sign/bytes.js";
import { CborError, decode, encode } from "/sign/cbor.js";
import { attempt, Finding } from "./finding.js";
import { fromBase64 } from "./octets.js";
import { holds } from "./signature.js";
import { leafHash } from "./tree.js";

const ALGORITHMS = new Map([[0x27, "EdDSA"], [0x26, "ES256"]]);
const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const SEPARATELY = new Uint8Array(0);

/** An envelope's bytes → {device, seq, kind, wall, quality, body, hash, machine}, once a listed machine's key has
 * been found to have signed it; `machines` by key id (hex). Throws Finding("unread", "key", "machine", "algorithm").
 */
export async function open(bytes, machines) {
  const [protectedHeader, unprotected, payload, signature] = parts(bytes);
  if (!(unprotected instanceof Map) || unprotected.size) throw new Finding("unread", "unprotected header");
  const { alg, kid } = header(protectedHeader);
  if (!Object.prototype.hasOwnProperty.call(machines, kid)) throw new Finding("key", kid);
  const machine = machines[kid];
  const message = encode(["Signature1", protectedHeader, SEPARATELY, payload]);
  const good = machine.alg === alg && (await holds(alg, fromBase64(machine.key), message, signature));
  if (!good) throw new Finding("machine", "signature");
  const entry = fields(attempt("unread", () => decode(payload), CborError));
  if (entry.device !== machine.device) throw new Finding("machine", "another device");
  return Object.freeze({ ...entry, hash: await leafHash(bytes), machine });
}

function parts(bytes) {
  if (bytes[0] !== 0xd2) throw new Finding("unread", "not COSE_Sign1");
  const found = attempt("unread", () => decode(bytes.subarray(1)), CborError);
  const fits = Array.isArray(found) && found.length === 4 && [0, 2, 3].every((at) => found[at] instanceof Uint8Array);
  if (!fits) throw new Finding("unread", "envelope");
  return found;
}

// Exactly {1: algorithm, 4: 16 bytes}, as every machine writes it.
function header(bytes) {
  const usual = bytes.length === 21 && bytes[0] === 0xa2 && bytes[1] === 1 && bytes[3] === 4 && bytes[4] === 0x50;
  if (!usual || !ALGORITHMS.has(bytes[2])) throw new Finding("algorithm", hex(bytes));
  return { alg: ALGORITHMS.get(bytes[2]), kid: hex(bytes.subarray(5)) };
}

function fields(map) {
  const time = map instanceof Map ? map.get("time") : null;
  const entry = time instanceof Map && {
    device: map.get("device"),
    seq: map.get("seq"),
    kind: map.get("kind"),
    body: map.get("body"),
    wall: time.get("wall"),
    quality: time.get("quality"),
  };
  const fits =
    entry && map.get("v") === 1 && isId(entry.device) && isId(entry.kind) && isId(entry.quality) &&
    entry.body instanceof Map && isCount(entry.seq) && isCount(entry.wall);
  if (!fits) throw new Finding("unread", "entry");
  return entry;
}

/** Whether a value is an id as entries use them. */
export const isId = (value) => typeof value === "string" && ID.test(value);

/** Whether a value is a whole number from 0. */
export const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
