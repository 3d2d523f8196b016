// Asking authenticators: a new passkey, an assertion, and a passkey's digits. Calls its siblings under /sign/.

import { fromText, hex, sha256 } from "/sign/bytes.js";

const TIMEOUT_MS = 120_000;
const ES256 = -7;
const EDDSA = -8;
const KEY_BYTES = { [ES256]: 77, [EDDSA]: 42 }; // of a COSE_Key, by algorithm
const CREDENTIAL_AT = 55; // in authenticator data: rpId hash, flags, counter, AAGUID, length

/** A new passkey's response; an authenticator that holds one of `known` is refused. */
export async function create(rpId, person, challenge, known) {
  const made = await navigator.credentials.create({
    publicKey: {
      challenge,
      rp: { id: rpId, name: rpId },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name: person, displayName: person },
      pubKeyCredParams: [ES256, EDDSA].map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: known.map((id) => ({ type: "public-key", id })),
      authenticatorSelection: { residentKey: "discouraged", userVerification: "required" },
      attestation: "none",
      timeout: TIMEOUT_MS,
    },
  });
  return made.response;
}

/** One of these credentials (base64url) over the challenge. */
export function get(rpId, challenge, credentials) {
  const allowCredentials = credentials.map((id) => ({ type: "public-key", id: fromText(id) }));
  return navigator.credentials.get({
    publicKey: { challenge, rpId, allowCredentials, userVerification: "required", timeout: TIMEOUT_MS },
  });
}

/** An assertion as files carry it. */
export function assertion({ rawId, response }) {
  return {
    credential: new Uint8Array(rawId),
    authenticator_data: new Uint8Array(response.authenticatorData),
    client_data: new Uint8Array(response.clientDataJSON),
    signature: new Uint8Array(response.signature),
  };
}

export const fingerprint = {
  /** The new credential's id. */
  credential(response) {
    const data = new Uint8Array(response.getAuthenticatorData());
    return data.slice(CREDENTIAL_AT, CREDENTIAL_AT + length(data));
  },

  /** The same digits as the officers' tool shows: of credential id and COSE_Key. */
  async of(response) {
    const data = new Uint8Array(response.getAuthenticatorData());
    const end = CREDENTIAL_AT + length(data) + KEY_BYTES[response.getPublicKeyAlgorithm()];
    const digits = hex(await sha256(data.slice(CREDENTIAL_AT, end))).slice(0, 16);
    return digits.match(/.{4}/g).join("-");
  },
};

const length = (data) => (data[CREDENTIAL_AT - 2] << 8) | data[CREDENTIAL_AT - 1];
