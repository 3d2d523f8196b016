// Make a log-in passkey for the person at the desk, then have the second officer confirm it with his own.
import { bytes, post, say, text } from "../hub/passkeys.js";

const TIMEOUT_MS = 120_000;
const [make, confirm, state] = ["make", "confirm", "state"].map((id) => document.getElementById(id));
let asked = null;

make.addEventListener("click", () => guarded(make, create));
confirm.addEventListener("click", () => guarded(confirm, vouch));

async function guarded(button, work) {
  document.querySelector("#problem").hidden = true;
  button.disabled = true;
  await work().catch(say);
  button.disabled = false;
}

async function create() {
  const options = await post("begin", {});
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(options.challenge),
      rp: { id: options.rpId, name: options.rpId },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name: options.person, displayName: options.name },
      pubKeyCredParams: [-7, -8].map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: options.known.map((id) => ({ type: "public-key", id: bytes(id) })),
      authenticatorSelection: { residentKey: "discouraged", userVerification: "required" },
      attestation: "none",
      timeout: TIMEOUT_MS,
    },
  });
  const { clientDataJSON, attestationObject } = made.response;
  asked = await post("made", { client_data: text(clientDataJSON), attestation_object: text(attestationObject) });
  document.getElementById("second").hidden = false;
  state.textContent = "钥匙已做好。请第二人确认，确认以前不算数。";
  confirm.focus();
}

async function vouch() {
  const found = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(asked.challenge),
      rpId: asked.rpId,
      userVerification: "required",
      allowCredentials: asked.credentials.map((id) => ({ type: "public-key", id: bytes(id) })),
      timeout: TIMEOUT_MS,
    },
  });
  await post("confirm", {
    credential: text(found.rawId),
    authenticator_data: text(found.response.authenticatorData),
    client_data: text(found.response.clientDataJSON),
    signature: text(found.response.signature),
  });
  location.reload();
}
