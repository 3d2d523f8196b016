// Back from the county's signing page: hand its answer to the hub, then go to what was signed.
import { bytes, post, say } from "./passkeys.js";

async function handIn() {
  const answer = JSON.parse(new TextDecoder().decode(bytes(location.hash.slice(1))));
  history.replaceState(null, "", location.pathname);
  const reply = await post(document.querySelector("[data-submit]").dataset.submit, answer);
  location.replace(reply.next);
}

handIn().catch(say);
