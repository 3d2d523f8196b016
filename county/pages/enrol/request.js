// The bytes of an enrolment (docs/formats.md, 2.6) and the challenges over them. Calls its siblings under /sign/.

import { sha256 } from "/sign/bytes.js";
import { encode } from "/sign/cbor.js";

const map = (fields) => new Map(Object.entries(fields));

/** What each new passkey is made for. */
export function creation({ rp_id, person, witness, time }) {
  return sha256(encode(map({ v: 1, type: "enrolment", rp_id, person, witness, time })));
}

/** The request's bytes, which the second officer confirms. */
export function requested({ rp_id, person, witness, time, paper }, passkeys) {
  const made = passkeys.map(({ client_data, attestation_object }) => map({ client_data, attestation_object }));
  return encode(map({ v: 1, type: "passkeys", rp_id, person, witness, time, paper, made }));
}

/** What his passkey signs for them. */
export async function confirmation(request) {
  return sha256(encode(map({ v: 1, kind: "enrolment", request: await sha256(request) })));
}

/** The file; `seen` is his assertion, or null. */
export function file(request, seen) {
  return encode(map({ v: 1, type: "enrolment", request, seen: seen && map(seen) }));
}
