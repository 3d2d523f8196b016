// Bytes as text and as hashes. Calls only the browser's Web Crypto.

/** SHA-256 as Uint8Array. */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** base64url without padding → Uint8Array; throws RangeError for any other spelling. */
export function fromText(text) {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
    throw new RangeError("not base64url");
  }
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(plain, (character) => character.charCodeAt(0));
  if (toText(bytes) !== text) throw new RangeError("not base64url");
  return bytes;
}

/** Uint8Array or ArrayBuffer → base64url without padding. */
export function toText(data) {
  let plain = "";
  for (const byte of new Uint8Array(data)) plain += String.fromCharCode(byte);
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Uint8Array → hexadecimal digits. */
export function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
