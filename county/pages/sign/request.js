// What the township asks to be signed, the challenge for it, and the answer. Calls bytes.js, cbor.js, subject.js.
//
// Nothing the township says is believed beyond the subject's bytes: addresses must be of the hubs in
// the county's own configuration, and everything shown comes out of the bytes that are hashed.

import { fromText, sha256, toText } from "./bytes.js";
import { CborError, encode } from "./cbor.js";
import { decode, isId, picturesOf, SubjectError } from "./subject.js";

/** A request that cannot be signed; `code` names the sentence to show, `detail` what was wrong. */
export class Refusal extends Error {
  constructor(code, detail = "") {
    super(detail ? `${code}: ${detail}` : code);
    this.code = code;
    this.detail = detail;
  }
}

const FRAGMENT_LIMIT = 256 * 1024;
const NAMES = ["v", "subject", "step", "person", "roster", "credentials", "pages", "return"];
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text after # → a frozen request with decoded `signed` (see subject.js) and `hash`; throws Refusal. */
export async function parse(fragment, config) {
  if (!fragment) throw new Refusal("nothing");
  const fields = members(fragment);
  const subject = attempt("request", () => fromText(fields.subject));
  const signed = attempt("subject", () => decode(subject));
  const pages = strings(fields.pages, 200).map((address) => ofHub(address, config, "pages"));
  if (pages.length !== picturesOf(signed).length) throw new Refusal("pages", "another number of pages");
  const credentials = strings(fields.credentials, 64).map((one) => attempt("request", () => fromText(one)));
  if (!credentials.length) throw new Refusal("passkey");
  if (!isId(fields.step) || !isId(fields.person)) throw new Refusal("request", "step or person");
  if (!isParty(signed, fields)) throw new Refusal("request", "nobody of this sheet");
  if (!Number.isSafeInteger(fields.roster) || fields.roster < 1) throw new Refusal("request", "roster");
  return Object.freeze({
    signed,
    hash: await sha256(subject),
    step: fields.step,
    person: fields.person,
    roster: fields.roster,
    credentials,
    pages,
    home: ofHub(fields.return, config, "home"),
  });
}

/** The 32 bytes that the passkey signs for this decision ("approve" or "return"). */
export function challenge(request, decision) {
  return sha256(
    encode(
      new Map(
        Object.entries({
          v: 1,
          kind: request.signed.type,
          subject: request.hash,
          step: request.step,
          person: request.person,
          decision,
          roster: request.roster,
        }),
      ),
    ),
  );
}

/** The address to go back to, with the passkey's answer in its fragment. */
export function answer(request, decision, credential) {
  const reply = {
    v: 1,
    subject_hash: toText(request.hash),
    step: request.step,
    person: request.person,
    decision,
    roster: request.roster,
    credential: toText(credential.rawId),
    authenticator_data: toText(credential.response.authenticatorData),
    client_data: toText(credential.response.clientDataJSON),
    signature: toText(credential.response.signature),
  };
  if (decision === "return") reply.returned = true;
  return `${request.home}#${toText(new TextEncoder().encode(JSON.stringify(reply)))}`;
}

// An exit sheet names itself who signs which part.
function isParty(signed, { step, person }) {
  if (signed.type !== "exit_sheet") return true;
  return ["gives", "takes", "watches"].includes(step) && signed[step].get("id") === person;
}

function members(fragment) {
  if (fragment.length > FRAGMENT_LIMIT) throw new Refusal("request", "too long");
  const fields = attempt("request", () => JSON.parse(utf8.decode(fromText(fragment))));
  const named = typeof fields === "object" && fields !== null && !Array.isArray(fields);
  if (!named || Object.keys(fields).sort().join() !== [...NAMES].sort().join() || fields.v !== 1) {
    throw new Refusal("request", "fields");
  }
  return fields;
}

function strings(value, most) {
  const fits = Array.isArray(value) && value.length <= most && value.every((one) => typeof one === "string");
  if (!fits) throw new Refusal("request", "list");
  return value;
}

function ofHub(address, config, code) {
  if (typeof address !== "string") throw new Refusal("request", "address");
  const url = attempt(code, () => new URL(address));
  const plain = !url.username && !url.password && !address.includes("#");
  if (!plain || !config.hubs.includes(url.origin)) throw new Refusal(code, "not of the township");
  return url.href;
}

function attempt(code, work) {
  try {
    return work();
  } catch (error) {
    const expected = [RangeError, SyntaxError, TypeError, CborError, SubjectError];
    if (expected.some((kind) => error instanceof kind)) throw new Refusal(code, error.message);
    throw error;
  }
}
