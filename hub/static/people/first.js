// The first two log-in passkeys: each makes his own, then each confirms with it that he saw the other.
import { bytes, post, say, text } from "../hub/passkeys.js";

const TIMEOUT_MS = 120_000;
const state = document.getElementById("state");
const made = [];
let asked = null;
let challenge = "";

guarded(begin);
[() => create(0), () => create(1), () => confirm(0), () => confirm(1)].forEach((work, index) => {
  const button = document.querySelector(`#step-${index + 1} button`);
  button.addEventListener("click", () => guarded(work, button));
});

async function guarded(work, button = {}) {
  document.querySelector("#problem").hidden = true;
  button.disabled = true;
  await work().catch(say);
  button.disabled = false;
}

async function begin() {
  state.textContent = "";
  asked = await post("begin", { link: location.hash.slice(1) });
  for (const place of document.querySelectorAll("[data-name]")) {
    place.textContent = asked.people[place.dataset.name].name;
  }
  show(1);
}

async function create(index) {
  const { id, name, challenge: own } = asked.people[index];
  const { rawId, response } = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(own),
      rp: { id: asked.rpId, name: asked.rpId },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name: id, displayName: name },
      pubKeyCredParams: [-7, -8].map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: made.map((one) => ({ type: "public-key", id: one })),
      authenticatorSelection: { residentKey: "discouraged", userVerification: "required" },
      attestation: "none",
      timeout: TIMEOUT_MS,
    },
  });
  const fields = { client_data: text(response.clientDataJSON), attestation_object: text(response.attestationObject) };
  ({ challenge } = await post("made", { person: id, ...fields }));
  made.push(rawId);
  show(index + 2);
}

async function confirm(index) {
  const found = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(challenge),
      rpId: asked.rpId,
      userVerification: "required",
      allowCredentials: [{ type: "public-key", id: made[index] }],
      timeout: TIMEOUT_MS,
    },
  });
  await post("confirm", {
    person: asked.people[index].id,
    credential: text(found.rawId),
    authenticator_data: text(found.response.authenticatorData),
    client_data: text(found.response.clientDataJSON),
    signature: text(found.response.signature),
  });
  show(index + 4);
}

function show(step) {
  for (let one = 1; one <= 5; one += 1) document.getElementById(`step-${one}`).hidden = one !== step;
  if (step === 5) history.replaceState(null, "", location.pathname);
  document.querySelector(`#step-${step} button, #step-${step} a`).focus();
}
