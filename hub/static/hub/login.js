// Log in with a passkey: ask the hub for a challenge, the authenticator for its answer, the hub for a session.
import { bytes, post, say, text } from "./passkeys.js";

const form = document.querySelector("#login");

async function logIn(person) {
  const asked = await post("/login/options", { person });
  const found = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(asked.challenge),
      rpId: asked.rpId,
      userVerification: "required",
      allowCredentials: asked.credentials.map((id) => ({ type: "public-key", id: bytes(id) })),
    },
  });
  await post("/login/verify", {
    credential: text(found.rawId),
    authenticator_data: text(found.response.authenticatorData),
    client_data: text(found.response.clientDataJSON),
    signature: text(found.response.signature),
  });
  location.assign(form.dataset.after);
}

const button = form.querySelector("button");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  button.disabled = true;
  logIn(form.person.value).catch(say).finally(() => (button.disabled = false));
});
