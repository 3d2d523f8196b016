// Bytes and their spellings, for browsers older than those that sign. Calls only the browser.

const ALPHABET = /^[A-Za-z0-9+/]*={0,2}$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const written = new TextEncoder();

/** Base64 with padding → Uint8Array; throws RangeError for any other spelling. */
export function fromBase64(text) {
  if (!ALPHABET.test(text) || text.length % 4) throw new RangeError("not base64");
  const plain = atob(text);
  if (btoa(plain) !== text) throw new RangeError("base64 in another form");
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/** base64url without padding → Uint8Array; throws RangeError. */
export function fromUrlText(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new RangeError("not base64url");
  const plain = text.replace(/-/g, "+").replace(/_/g, "/");
  return fromBase64(plain + "=".repeat((4 - (plain.length % 4)) % 4));
}

/** UTF-8 → text; throws TypeError for bytes that are none. */
export const textOf = (bytes) => utf8.decode(bytes);

/** Text → UTF-8. */
export const bytesOf = (text) => written.encode(text);

/** Several Uint8Arrays behind one another. */
export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
