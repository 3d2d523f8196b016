// Ed25519 verification (RFC 8032, section 5.1.7) for browsers without it: BigInt, and SHA-512 by Web Crypto.
//
// Calls octets.js. It handles public values only, so nothing need take the same time always. Where the
// browser has no BigInt, loading this file fails, and the caller says so.

import { joined } from "./octets.js";

const big = BigInt;
const [ZERO, ONE, TWO, EIGHT] = [0, 1, 2, 8].map((small) => big(small));
const P = big("0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");
const L = big("0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");
const D = big("0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3");
const ROOT_OF_MINUS_ONE = big("0x2b8324804fc1df0b2b4d00993dfbd7a72f431806ad2fe478c4ee1b274a0ea0b0");
const BASE = decompress(octetsOf("5866666666666666666666666666666666666666666666666666666666666666"));
const IDENTITY = [ZERO, ONE, ONE, ZERO];

/** Whether the 64 bytes are that key's signature over the message. */
export async function verify(key, message, signature) {
  const s = number(signature.subarray(32));
  const point = decompress(key);
  if (point === null || s >= L) return false;
  const r = signature.subarray(0, 32);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", joined(r, key, message)));
  const k = number(digest) % L;
  const found = compress(add(times(s, BASE), times(k, negative(point))));
  return found.every((byte, index) => byte === r[index]);
}

// Points are extended coordinates [X, Y, Z, T]: x = X/Z, y = Y/Z, x·y = T/Z.
function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(TWO * t1 * t2 * D);
  const d = mod(TWO * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(scalar, point) {
  let sum = IDENTITY;
  let double = point;
  for (let rest = scalar; rest > ZERO; rest /= TWO) {
    if (rest % TWO === ONE) sum = add(sum, double);
    double = add(double, double);
  }
  return sum;
}

const negative = ([x, y, z, t]) => [mod(-x), y, z, mod(-t)];

function decompress(bytes) {
  const sign = bytes[31] >> 7;
  const cleared = bytes.slice();
  cleared[31] &= 0x7f;
  const y = number(cleared);
  if (y >= P) return null;
  const x = root(mod(y * y - ONE), mod(D * y * y + ONE));
  if (x === null || (x === ZERO && sign)) return null;
  const right = Number(x % TWO) === sign ? x : P - x;
  return [right, y, ONE, mod(right * y)];
}

// The square root of u/v, or null where there is none.
function root(u, v) {
  const v3 = mod(v * v * v);
  const x = mod(u * v3 * power(mod(u * v3 * v3 * v), (P - big(5)) / EIGHT));
  const square = mod(v * x * x);
  if (square === u) return x;
  return square === mod(-u) ? mod(x * ROOT_OF_MINUS_ONE) : null;
}

function compress([x, y, z]) {
  const inverse = power(z, P - TWO);
  let rest = mod(y * inverse);
  const bytes = new Uint8Array(32);
  for (let place = 0; place < 32; place += 1) {
    bytes[place] = Number(rest % big(256));
    rest /= big(256);
  }
  if (mod(x * inverse) % TWO === ONE) bytes[31] |= 0x80;
  return bytes;
}

function power(base, exponent) {
  let result = ONE;
  let square = base;
  for (let rest = exponent; rest > ZERO; rest /= TWO) {
    if (rest % TWO === ONE) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function number(littleEndian) {
  let digits = "0x";
  for (let place = littleEndian.length - 1; place >= 0; place -= 1) digits += littleEndian[place].toString(16).padStart(2, "0");
  return big(digits);
}

function octetsOf(digits) {
  return Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
}

function mod(value) {
  const rest = value % P;
  return rest < ZERO ? rest + P : rest;
}
