// The county's verification page: a link, a number or a file in; 真实, 不符 or 无法核验 out. Calls its siblings.
//
// It logs nobody in, keeps nothing and tells nobody what was asked, but the township's public site for the proof.

import { parse, parseNumber } from "./code.js";
import { chosen, fetched } from "./fetch.js";
import { Finding } from "./finding.js";
import { judge } from "./judge.js";
import { proved, refused } from "./view.js";

const answer = document.getElementById("answer");
const wait = document.getElementById("wait");
const number = document.getElementById("number");
const wrong = document.getElementById("wrong");
let asked = 0;

addEventListener("hashchange", () => ask(fromTownship));
document.getElementById("typed").addEventListener("submit", submit);
document.getElementById("file").addEventListener("change", choose);
document.documentElement.dataset.started = "yes";
ask(fromTownship);

function submit(event) {
  event.preventDefault();
  const known = parseNumber(number.value);
  wrong.hidden = known !== null;
  number.setAttribute("aria-invalid", String(known === null));
  if (known === null) number.focus();
  else if (location.hash === `#${known.digits}`) ask(fromTownship);
  else location.hash = known.digits;
}

function choose(event) {
  const [file] = event.target.files;
  if (file) ask(async (wanted, townships) => judge(await chosen(file), wanted, townships));
  event.target.value = "";
}

async function fromTownship(wanted, townships) {
  return wanted && judge(await fetched(wanted, townships), wanted, townships);
}

// The last question asked is the one that is answered.
async function ask(how) {
  asked += 1;
  const mine = asked;
  show([], true);
  const cards = await answered(how);
  if (mine === asked) show(cards, false);
}

async function answered(how) {
  try {
    const fragment = decodeURIComponent(location.hash.slice(1));
    const wanted = fragment ? parse(fragment) : null;
    if (fragment && wanted === null && how === fromTownship) throw new Finding("link");
    if (!window.crypto || !crypto.subtle) throw new Finding("phone", "Web Crypto");
    const found = await how(wanted, await configuration());
    return found ? proved(found) : [];
  } catch (error) {
    if (error instanceof URIError) return refused(new Finding("link"));
    return refused(error instanceof Finding ? error : new Finding("config", error.message));
  }
}

async function configuration() {
  const reply = await fetch("/townships.json", { cache: "no-store" });
  if (!reply.ok) throw new Finding("config", String(reply.status));
  return reply.json();
}

function show(cards, waiting) {
  answer.textContent = "";
  answer.append(...cards);
  wait.hidden = !waiting || !location.hash;
  answer.setAttribute("aria-busy", String(waiting));
  if (cards.length) answer.focus();
}
