// The demo's software passkeys in the user's own browser: answers navigator.credentials.get for invented people.
// Added to pages by the demo's servers only; no roster outside the demo accepts these keys.
(() => {
  const home = new URL(document.currentScript.src).origin;
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const toBytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)).buffer;

  async function ask(path, body) {
    const answer = await fetch(home + path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    if (!answer.ok) throw new DOMException("演示认证器拒绝 demo authenticator refused", "NotAllowedError");
    return answer.json();
  }

  function choose(people) {
    return new Promise((resolve, reject) => {
      const dialog = document.createElement("dialog");
      dialog.setAttribute("aria-label", "演示认证器");
      const heading = document.createElement("h2");
      heading.textContent = "演示认证器：您现在是哪一位？";
      dialog.append(heading);
      for (const person of people) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button";
        button.textContent = `${person.name}　${person.title}`;
        button.addEventListener("click", () => { dialog.remove(); resolve(person.id); });
        const row = document.createElement("p");
        row.append(button);
        dialog.append(row);
      }
      dialog.addEventListener("cancel", () => {
        dialog.remove();
        reject(new DOMException("cancelled", "NotAllowedError"));
      });
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  async function get(options) {
    const request = options.publicKey;
    const allow = (request.allowCredentials ?? []).map((one) => toText(one.id));
    const rpId = request.rpId ?? location.hostname;
    const people = await ask("/passkeys/people", { rpId, allow });
    const person = people.length === 1 && allow.length ? people[0].id : await choose(people);
    const answer = await ask("/passkeys/assert", {
      rpId, allow, person, challenge: toText(request.challenge),
    });
    const response = {
      clientDataJSON: toBytes(answer.clientDataJSON),
      authenticatorData: toBytes(answer.authenticatorData),
      signature: toBytes(answer.signature),
      userHandle: null,
    };
    return {
      id: answer.id, rawId: toBytes(answer.id), type: "public-key",
      authenticatorAttachment: "cross-platform", response,
      getClientExtensionResults: () => ({}),
      toJSON: () => ({
        id: answer.id, rawId: answer.id, type: "public-key", clientExtensionResults: {},
        response: {
          clientDataJSON: answer.clientDataJSON,
          authenticatorData: answer.authenticatorData,
          signature: answer.signature,
        },
      }),
    };
  }

  Object.defineProperty(navigator.credentials, "get", { value: get, configurable: true });
})();
