// Offers to write to the county, and seals what was typed before anything is sent: the fields have no name, no form sends them.
import { seal, text } from "./hpke.js";

const LONG = 32768;
const box = document.getElementById("sealed");
const form = box.querySelector("form");
const told = document.getElementById("words-error");

async function submit(event) {
  event.preventDefault();
  const typed = fields();
  if (!typed.words.trim()) return wrong("请写下是什么事。");
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    form.elements.sealed.value = base64(await seal(bytes(box.dataset.key), text(box.dataset.info), padded(typed)));
  } catch (error) {
    button.disabled = false;
    return wrong("这部手机锁不上，没有发出去。请打 12388，或打印一张纸寄去。");
  }
  try {
    show(await (await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) })).text());
  } catch (error) {
    button.disabled = false;
    wrong("网络不通，没有收到回音。您写的还在这里，请再按一次。");
  }
}

// The answer takes this page's place: what was typed stays until there is one, and is gone with it.
function show(page) {
  document.open();
  document.write(page);
  document.close();
}

function fields() {
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((one) => String(one).padStart(2, "0")).join("-");
  const found = { concern: box.dataset.concern, day };
  for (const one of form.querySelectorAll("[data-field]")) found[one.dataset.field] = one.value;
  return found;
}

// All reports are of one length, so that nobody learns from it how much was written.
function padded(typed) {
  const plain = text(JSON.stringify(typed));
  const whole = new Uint8Array(LONG).fill(0x20);
  whole.set(plain);
  return whole;
}

function wrong(words) {
  told.textContent = words;
  told.hidden = false;
  const field = document.getElementById("words");
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

function right() {
  told.hidden = true;
  document.getElementById("words").removeAttribute("aria-invalid");
}

function bytes(base) {
  return Uint8Array.from(atob(base), (one) => one.charCodeAt(0));
}

function base64(data) {
  let found = "";
  for (const one of data) found += String.fromCharCode(one);
  return btoa(found);
}

if (window.crypto && crypto.subtle) {
  form.addEventListener("submit", submit);
  form.addEventListener("input", right);
  document.getElementById("plain").hidden = true;
  box.hidden = false;
}
