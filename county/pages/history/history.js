// The county's history page: who asks, his passkey's word for it, and all that it signed. Calls its siblings and sign's.
//
// The signature given here is over a document of a kind of its own: it can never be an approval.

import { fromText, sha256, toText } from "/sign/bytes.js";
import { encode } from "/sign/cbor.js";
import { element } from "/sign/elements.js";
import { shown } from "./view.js";
import { WORDS } from "./words.js";

const TIMEOUT_MS = 120_000;
const NOBODY = "-"; // is no id of anybody
const form = document.getElementById("form");
const button = form.querySelector("button");
const state = document.getElementById("state");
const answer = document.getElementById("answer");
const [township, village, person] = ["township", "village", "person"].map((id) => document.getElementById(id));

class Refusal extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

start();

async function start() {
  try {
    const townships = await json("/history/people.json");
    if (!townships.length) throw new Refusal("none");
    if (!navigator.credentials || !("PublicKeyCredential" in window)) throw new Refusal("browser");
    document.getElementById("of-township").hidden = townships.length === 1;
    choose(township, townships.map((one) => [one.number, one.name]));
    township.addEventListener("change", () => villages(townships));
    village.addEventListener("change", () => people(townships));
    villages(townships);
    form.addEventListener("submit", submit);
  } catch (error) {
    button.disabled = true;
    refuse(error);
  }
}

function villages(townships) {
  choose(village, chosen(townships).map((one) => [one.id, one.name]));
  people(townships);
}

// A passkey that its device lists by itself needs no name: so does one whose owner left office.
function people(townships) {
  const known = chosen(townships).find((one) => one.id === village.value);
  const listed = (known?.people ?? []).map((one) => [one.id, one.name]);
  choose(person, [["", "请选您的名字"], ...listed, [NOBODY, "名单上没有我"]]);
}

const chosen = (townships) => townships.find((one) => String(one.number) === township.value).villages;

function choose(select, options) {
  select.replaceChildren(...options.map(([value, name]) => element("option", name, { value })));
}

async function submit(event) {
  event.preventDefault();
  document.getElementById("refusal").hidden = true;
  button.disabled = true;
  say("请按手机提示，用指纹、人脸、锁屏密码或安全钥匙确认……", "Confirm with your fingerprint, face, screen lock or key.");
  try {
    const { rp_id } = await json("/config.json");
    const asked = await json("/history/ask", { township: Number(township.value), village: village.value, person: person.value });
    const credential = await prove(rp_id, asked);
    say("正在取您的记录……", "Fetching your history.");
    show(await json("/history/show", spoken(asked.ticket, credential)));
    say("", "");
  } catch (error) {
    say("", "");
    refuse(error);
  } finally {
    button.disabled = false;
  }
}

async function prove(rpId, asked) {
  const document = new Map(Object.entries({ v: 1, kind: "history", ticket: fromText(asked.ticket) }));
  return navigator.credentials.get({
    publicKey: {
      challenge: await sha256(encode(document)),
      rpId,
      allowCredentials: asked.credentials.map((id) => ({ type: "public-key", id: fromText(id) })),
      userVerification: "required",
      timeout: TIMEOUT_MS,
    },
  });
}

function spoken(ticket, { rawId, response }) {
  return {
    ticket,
    credential: toText(rawId),
    authenticator_data: toText(response.authenticatorData),
    client_data: toText(response.clientDataJSON),
    signature: toText(response.signature),
    every: document.getElementById("every").checked,
  };
}

async function json(address, body) {
  const asked = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const reply = await fetch(address, { cache: "no-store", ...asked });
  if (reply.ok) return reply.json();
  const told = await reply.json().catch(() => ({}));
  throw new Refusal(Object.hasOwn(WORDS, told.code) ? told.code : "config");
}

function show(told) {
  document.getElementById("asking").hidden = true;
  answer.replaceChildren(...shown(told));
  answer.hidden = false;
  answer.focus();
  scrollTo(0, 0);
}

function say(chinese, english) {
  state.replaceChildren(...(chinese ? [chinese, " ", element("small", english, { lang: "en" })] : []));
}

function refuse(error) {
  const cancelled = error instanceof DOMException && ["NotAllowedError", "AbortError"].includes(error.name);
  const code = error instanceof Refusal ? error.code : cancelled ? "cancelled" : "config";
  const [zh, en, nextZh, nextEn] = WORDS[code];
  const words = { zh, en, next_zh: nextZh, next_en: nextEn };
  const card = document.getElementById("refusal");
  for (const part of card.querySelectorAll("[data-part]")) part.textContent = words[part.dataset.part];
  card.hidden = false;
}
