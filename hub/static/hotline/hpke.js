// HPKE (RFC 9180), base mode, one message: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM. Calls only WebCrypto.
const KEM = [0x4b, 0x45, 0x4d, 0x00, 0x10];
const HPKE = [0x48, 0x50, 0x4b, 0x45, 0x00, 0x10, 0x00, 0x01, 0x00, 0x01];
const VERSION = "HPKE-v1";
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const NONE = new Uint8Array(0);

// The new key's point and what is sealed, one behind the other. Only a check against the RFC's figures gives `aad` and `pair`.
export async function seal(to, info, plain, aad = NONE, pair = null) {
  const own = pair || (await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]));
  const enc = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const { key, nonce } = await schedule(await encapsulated(to, own.privateKey, enc), info);
  const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const how = { name: "AES-GCM", iv: nonce, additionalData: aad, tagLength: 128 };
  return joined(enc, new Uint8Array(await crypto.subtle.encrypt(how, aes, plain)));
}

async function encapsulated(to, own, enc) {
  const key = await crypto.subtle.importKey("raw", to, CURVE, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: key }, own, 256);
  const secret = await extract(KEM, NONE, "eae_prk", new Uint8Array(shared));
  return expand(KEM, secret, "shared_secret", joined(enc, to), 32);
}

async function schedule(shared, info) {
  const context = joined([0], await extract(HPKE, NONE, "psk_id_hash", NONE), await extract(HPKE, NONE, "info_hash", info));
  const secret = await extract(HPKE, shared, "secret", NONE);
  return { key: await expand(HPKE, secret, "key", context, 16), nonce: await expand(HPKE, secret, "base_nonce", context, 12) };
}

function extract(suite, salt, label, input) {
  return hmac(salt.length ? salt : new Uint8Array(32), joined(text(VERSION), suite, text(label), input));
}

// One block of HKDF is enough: nothing here is longer than 32 bytes.
async function expand(suite, secret, label, info, length) {
  const block = await hmac(secret, joined([0, length], text(VERSION), suite, text(label), info, [1]));
  return block.slice(0, length);
}

async function hmac(key, data) {
  const how = { name: "HMAC", hash: "SHA-256" };
  const made = await crypto.subtle.importKey("raw", key, how, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign(how, made, data));
}

export function text(words) {
  return new TextEncoder().encode(words);
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of parts) {
    whole.set(one, at);
    at += one.length;
  }
  return whole;
}
