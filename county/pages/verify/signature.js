// Signatures by the browser's Web Crypto, and by ed25519.js where it does not know Ed25519. Calls its siblings.

import { Finding } from "./finding.js";

// Half of the order of P-256, rounded down: `s` above it is the second form of a signature, and refused.
const HALF_ORDER = Uint8Array.of(
  0x7f, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
  0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
);

/** Whether `signature` signs `message` under a key of "EdDSA" or "ES256"; throws Finding("phone", "algorithm"). */
export function holds(alg, key, message, signature) {
  if (alg === "EdDSA") return ed25519(key, message, signature);
  if (alg === "ES256") return p256(key, message, signature);
  throw new Finding("algorithm", alg);
}

/** Whether 64 bytes are that Ed25519 key's signature; throws Finding("phone") where nothing here can tell. */
export async function ed25519(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  let native;
  try {
    native = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  } catch (error) {
    return (await fallback()).verify(key, message, signature);
  }
  return crypto.subtle.verify({ name: "Ed25519" }, native, signature, message);
}

async function p256(key, message, signature) {
  if (signature.length !== 64 || !isLow(signature.subarray(32))) return false;
  const name = { name: "ECDSA", namedCurve: "P-256" };
  let native;
  try {
    native = await crypto.subtle.importKey("raw", key, name, false, ["verify"]);
  } catch (error) {
    throw new Finding("phone", `P-256: ${error.name}`);
  }
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, native, signature, message);
}

function isLow(s) {
  const at = s.findIndex((byte, index) => byte !== HALF_ORDER[index]);
  return at < 0 || s[at] < HALF_ORDER[at];
}

async function fallback() {
  try {
    return await import("./ed25519.js");
  } catch (error) {
    throw new Finding("phone", `Ed25519: ${error.name}`);
  }
}
