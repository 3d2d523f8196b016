// The county's signing page: reads the request in the address, shows it, and asks the passkey. Calls its siblings.
//
// It logs nobody in, keeps nothing, and sends the answer only to a hub of the county's configuration.

import { load } from "./pictures.js";
import { answer, challenge, parse, Refusal } from "./request.js";
import { element, render } from "./view.js";
import { WORDS } from "./words.js";

const TIMEOUT_MS = 120_000;
const sheet = document.getElementById("sheet");
const buttons = [...document.querySelectorAll(".decide .button")];
const state = document.getElementById("state");

addEventListener("hashchange", () => location.reload());
start();

async function start() {
  try {
    const config = await configuration();
    const request = await parse(location.hash.slice(1), config);
    if (!navigator.credentials || !("PublicKeyCredential" in window)) throw new Refusal("browser");
    render(request, await load(request), config);
    for (const button of buttons) button.addEventListener("click", () => decide(request, button.value, config));
    document.getElementById("wait").hidden = true;
    sheet.hidden = false;
  } catch (error) {
    refuse(error instanceof Refusal ? error : new Refusal("config", error.message));
  }
}

async function configuration() {
  const reply = await fetch("/config.json", { cache: "no-store" });
  if (!reply.ok) throw new Refusal("config", String(reply.status));
  return reply.json();
}

async function decide(request, decision, config) {
  for (const button of buttons) button.disabled = true;
  say("请按手机提示，用指纹、人脸、锁屏密码或安全钥匙确认……", "Confirm with your fingerprint, face, screen lock or key.");
  try {
    const credential = await navigator.credentials.get({
      publicKey: {
        challenge: await challenge(request, decision),
        rpId: config.rp_id,
        allowCredentials: request.credentials.map((id) => ({ type: "public-key", id })),
        userVerification: "required",
        timeout: TIMEOUT_MS,
      },
    });
    say("已签名，正在送回镇里的系统……", "Signed. Going back to the township's system.");
    location.replace(answer(request, decision, credential));
  } catch (error) {
    const cancelled = error instanceof DOMException && ["NotAllowedError", "AbortError"].includes(error.name);
    if (!cancelled) {
      refuse(new Refusal("browser", error.name));
      return;
    }
    const [zh, en, nextZh, nextEn] = WORDS.cancelled;
    say(`${zh}${nextZh}`, `${en} ${nextEn}`, "bad");
    for (const button of buttons) button.disabled = false;
  }
}

function say(chinese, english, mood = "") {
  state.className = mood;
  state.replaceChildren(chinese, " ", element("small", english, { lang: "en" }));
}

function refuse(refusal) {
  const [zh, en, nextZh, nextEn] = WORDS[refusal.code];
  const words = { zh, en, next_zh: nextZh, next_en: nextEn, code: refusal.message };
  const card = document.getElementById("refusal");
  for (const part of card.querySelectorAll("[data-part]")) part.textContent = words[part.dataset.part];
  document.getElementById("wait").hidden = true;
  sheet.hidden = true;
  card.hidden = false;
}
