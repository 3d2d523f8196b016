// The county's enrolment page: makes a person's passkeys before a second officer, and a file of them.
//
// Calls its siblings under /sign/ and ./request.js. It sends nothing anywhere, and what it makes
// counts for nothing until the officers have put it on the roster.

import { hex, sha256 } from "/sign/bytes.js";
import { element } from "/sign/elements.js";
import { confirmation, creation, file, requested } from "./request.js";
import { assertion, create, fingerprint, get } from "./keys.js";

const MOST = 4;
const [form, add, keys, confirming, confirm, state, made] = ["form", "add", "keys", "confirming", "confirm", "state", "made"].map(
  (id) => document.getElementById(id),
);
const page = { rpId: "", officers: [], subject: null, passkeys: [] };

start();

async function start() {
  add.disabled = true;
  try {
    page.rpId = (await json("/config.json")).rp_id;
    page.officers = await json("/enrol/officers.json");
  } catch {
    return say("页面没有打开完整，请刷新再试。", "The page could not load: reload it.", "bad");
  }
  const known = page.officers.length > 0;
  use("listed", known);
  use("typed", !known);
  form.officer.replaceChildren(...page.officers.map((one) => element("option", `${one.name}（${one.id}）`, { value: one.id })));
  document.getElementById("founding").hidden = known;
  document.getElementById("promise").hidden = !known;
  if (!known) confirm.replaceChildren("做成文件 ", element("small", "Make the file", { lang: "en" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    guarded(add, enrol);
  });
  confirm.addEventListener("click", () => guarded(confirm, finish));
  add.disabled = false;
}

function use(row, wanted) {
  const field = document.getElementById(row);
  field.hidden = !wanted;
  for (const input of field.querySelectorAll("input, select")) input.disabled = !wanted;
}

async function json(address) {
  const reply = await fetch(address, { cache: "no-store" });
  if (!reply.ok) throw new Error("configuration");
  return reply.json();
}

async function guarded(button, work) {
  button.disabled = true;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    failed(error);
  } finally {
    button.disabled = button === add && page.passkeys.length >= MOST;
  }
}

function failed(error) {
  if (error.name === "InvalidStateError")
    return say("这把钥匙刚才已登记，请换另一把。", "That authenticator was enrolled just now: take another one.", "bad");
  return say(`没有成功（${error.name}）。请再试，或换一把钥匙、换一台设备。`, "It failed: try again, or take another key or device.", "bad");
}

async function enrol() {
  const subject = page.subject ?? begun();
  if (subject.person === subject.witness)
    return say("第二人要是另一个人。", "The second officer must be another person.", "bad");
  say("请按提示，用指纹、人脸、PIN 或安全钥匙确认……", "Confirm with finger, face, PIN or security key.");
  const response = await create(page.rpId, subject.person, await creation(subject), page.passkeys.map((one) => one.id));
  page.subject = subject;
  page.passkeys.push({
    id: fingerprint.credential(response),
    client_data: new Uint8Array(response.clientDataJSON),
    attestation_object: new Uint8Array(response.attestationObject),
  });
  keys.append(element("li", await fingerprint.of(response), { class: "digits" }));
  for (const field of form.querySelectorAll("input, select")) field.disabled = true;
  afterEach();
}

function begun() {
  const witness = page.officers.length ? form.officer.value : form.witness.value;
  return { rp_id: page.rpId, person: form.person.value, witness, time: Date.now(), paper: form.paper.value };
}

function afterEach() {
  const count = page.passkeys.length;
  add.replaceChildren("再登记一把 ", element("small", "Enrol another", { lang: "en" }));
  add.classList.toggle("yes", count < 2);
  confirm.classList.toggle("yes", count > 1);
  document.getElementById("one").hidden = count > 1;
  confirming.hidden = false;
  made.hidden = true;
  say(`已登记 ${count} 把。`, `${count} enrolled.`);
}

async function finish() {
  const bytes = requested(page.subject, page.passkeys);
  const officer = page.officers.find((one) => one.id === page.subject.witness);
  let seen = null;
  if (officer) {
    say("请第二人用自己的钥匙确认……", "The second officer confirms with his own key.");
    seen = assertion(await get(page.rpId, await confirmation(bytes), officer.credentials));
  }
  show(file(bytes, seen), hex(await sha256(bytes)).slice(0, 4));
  say(officer ? "第二人已确认。" : "文件已做好。", officer ? "Confirmed." : "The file is made.");
}

function show(data, mark) {
  const { person, witness } = page.subject;
  const words = { person, witness, count: String(page.passkeys.length) };
  for (const part of made.querySelectorAll("[data-part]")) part.textContent = words[part.dataset.part];
  const save = document.getElementById("save");
  if (save.href) URL.revokeObjectURL(save.href);
  save.href = URL.createObjectURL(new Blob([data], { type: "application/cbor" }));
  save.download = `enrolment-${person}-${mark}.cbor`;
  made.hidden = false;
  made.focus();
}

function say(chinese, english, mood = "") {
  state.className = mood;
  state.replaceChildren(chinese, " ", element("small", english, { lang: "en" }));
}
