// The county's enrolment page: makes a passkey for a named person and gives a file for the officers.
//
// Calls its siblings under /sign/. It sends nothing anywhere, and what it makes counts for nothing
// until two officers have put it on the roster.

import { hex, sha256, toText } from "/sign/bytes.js";
import { encode } from "/sign/cbor.js";
import { element } from "/sign/elements.js";

const TIMEOUT_MS = 120_000;
const ES256 = -7;
const EDDSA = -8;
const KEY_BYTES = { [ES256]: 77, [EDDSA]: 42 }; // of a COSE_Key, by algorithm
const CREDENTIAL_AT = 55; // in authenticator data: rpId hash, flags, counter, AAGUID, length
const form = document.getElementById("form");
const button = form.querySelector("button");
const state = document.getElementById("state");
const made = document.getElementById("made");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  enrol().finally(() => (button.disabled = false));
});

async function enrol() {
  const [person, witness] = [form.person.value, form.witness.value];
  if (person === witness) {
    say("见证人要是另一个人。", "The witness must be another person.", "bad");
    return;
  }
  button.disabled = true;
  say("请按提示，用指纹、人脸、PIN 或安全钥匙确认……", "Confirm with finger, face, PIN or security key.");
  try {
    const { rp_id } = await configuration();
    const subject = { v: 1, type: "enrolment", rp_id, person, witness, time: Date.now() };
    const { response } = await create(subject);
    await show(subject, response);
    say("已登记。", "Enrolled.");
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    say(`没有登记成功（${error.name}）。请再试，或换一把钥匙、换一台设备。`, "Not enrolled: try again, or take another key or device.", "bad");
  }
}

async function configuration() {
  const reply = await fetch("/config.json", { cache: "no-store" });
  if (!reply.ok) throw new Error("configuration");
  return reply.json();
}

async function create(subject) {
  return navigator.credentials.create({
    publicKey: {
      challenge: await sha256(encode(new Map(Object.entries(subject)))),
      rp: { id: subject.rp_id, name: subject.rp_id },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name: subject.person, displayName: subject.person },
      pubKeyCredParams: [ES256, EDDSA].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "discouraged", userVerification: "required" },
      attestation: "none",
      timeout: TIMEOUT_MS,
    },
  });
}

async function show(subject, response) {
  const file = {
    ...subject,
    client_data: toText(response.clientDataJSON),
    attestation_object: toText(response.attestationObject),
  };
  const words = { ...subject, fingerprint: await fingerprint(response) };
  for (const part of made.querySelectorAll("[data-part]")) part.textContent = words[part.dataset.part];
  const save = document.getElementById("save");
  if (save.href) URL.revokeObjectURL(save.href);
  save.href = URL.createObjectURL(new Blob([JSON.stringify(file, null, 1), "\n"], { type: "application/json" }));
  save.download = `enrolment-${subject.person}-${words.fingerprint.slice(0, 4)}.json`;
  made.hidden = false;
}

// The same digits as the officers' tool shows: of credential id and COSE_Key.
async function fingerprint(response) {
  const data = new Uint8Array(response.getAuthenticatorData());
  const credential = (data[CREDENTIAL_AT - 2] << 8) | data[CREDENTIAL_AT - 1];
  const end = CREDENTIAL_AT + credential + KEY_BYTES[response.getPublicKeyAlgorithm()];
  const digits = hex(await sha256(data.slice(CREDENTIAL_AT, end))).slice(0, 16);
  return digits.match(/.{4}/g).join("-");
}

function say(chinese, english, mood = "") {
  state.className = mood;
  state.replaceChildren(chinese, " ", element("small", english, { lang: "en" }));
}
