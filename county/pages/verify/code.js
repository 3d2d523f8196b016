// What brought somebody here: the link in a QR code, or the number typed from a paper. Calls octets.js.
//
// The same rules as wire/stamp_code.py. Either names a stamp; neither proves anything.

import { fromUrlText } from "./octets.js";

const LINK = /^([0-9]{2})\.([A-Za-z0-9_-]{43})$/;
const PREFIX_LIMIT = 2 ** 40;

/** The text after # → {township, hash} or {township, prefix, digits}; null for anything else. */
export function parse(fragment) {
  const link = LINK.exec(fragment);
  if (link === null) return parseNumber(fragment);
  try {
    const hash = fromUrlText(link[2]);
    return Number(link[1]) ? { township: Number(link[1]), hash } : null;
  } catch (error) {
    return null;
  }
}

/** 16 digits, with spaces or hyphens wherever they were typed → {township, prefix, digits}, or null. */
export function parseNumber(typed) {
  const digits = plain(typed);
  if (!/^[0-9]{16}$/.test(digits) || checkDigit(digits.slice(0, 15)) !== digits[15]) return null;
  const number = Number(digits.slice(2, 15));
  const township = Number(digits.slice(0, 2));
  if (!township || number >= PREFIX_LIMIT) return null;
  const prefix = new Uint8Array(5);
  for (let place = 0; place < 5; place += 1) prefix[place] = Math.floor(number / 2 ** (8 * (4 - place))) % 256;
  return { township, prefix, digits };
}

// ISO 7064 MOD 11,10 (GB/T 17710) over decimal digits.
function checkDigit(digits) {
  let product = 10;
  for (const digit of digits) product = (((product + Number(digit)) % 10 || 10) * 2) % 11;
  return String((11 - product) % 10);
}

// Full-width digits are what a Chinese keyboard may type.
function plain(typed) {
  return typed
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[\s\u3000·—–-]/g, "");
}
