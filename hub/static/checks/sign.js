// Sign a check with the passkey of checker or witness: a challenge from the hub, its answer back.
import { bytes, post, say, text } from "../hub/passkeys.js";

async function sign(person) {
  const asked = await post("options", { person });
  const found = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(asked.challenge),
      rpId: asked.rpId,
      userVerification: "required",
      allowCredentials: asked.credentials.map((id) => ({ type: "public-key", id: bytes(id) })),
    },
  });
  await post("sign", {
    person,
    credential: text(found.rawId),
    authenticator_data: text(found.response.authenticatorData),
    client_data: text(found.response.clientDataJSON),
    signature: text(found.response.signature),
  });
  location.reload();
}

for (const button of document.querySelectorAll("[data-sign]")) {
  button.addEventListener("click", () => sign(button.dataset.sign).catch(say));
}
