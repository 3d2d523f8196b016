// Back from the county's signing page: hand its answer to the hub, then go to the application.
import { bytes, post, say } from "./passkeys.js";

async function handIn() {
  const answer = JSON.parse(new TextDecoder().decode(bytes(location.hash.slice(1))));
  history.replaceState(null, "", location.pathname);
  const reply = await post("/approvals/submit", answer);
  location.replace(reply.next);
}

handIn().catch(say);
