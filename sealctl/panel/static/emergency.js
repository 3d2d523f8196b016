// A form one step at a time, with letters to touch. Without this file it is one long form.
"use strict";

(() => {
  const steps = [...document.querySelectorAll(".em-step")];
  const next = document.getElementById("em-next");
  const wipe = document.getElementById("em-wipe");
  const declare = document.getElementById("em-declare");
  let at = 0;
  let field = null;
  if (!steps.length) return;

  function show() {
    steps.forEach((step, index) => { step.hidden = index !== at; });
    next.hidden = at === steps.length - 1;
    declare.hidden = !next.hidden;
    wipe.hidden = at === 0;
    field = steps[at].querySelector("input[type=password]");
    if (field) field.focus();
  }

  function whole() {
    return [...steps[at].querySelectorAll("input, select")].every((one) => one.reportValidity());
  }

  next.addEventListener("click", () => {
    if (!whole()) return;
    at += 1;
    show();
  });
  wipe.addEventListener("click", () => { if (field) field.value = field.value.slice(0, -1); });
  for (const one of document.querySelectorAll(".em-step input")) {
    if (one.type !== "radio") one.addEventListener("focus", () => { field = one; });
  }
  for (const key of document.querySelectorAll(".em-key")) {
    key.addEventListener("click", () => {
      if (!field || field.value.length >= field.maxLength) return;
      field.value += key.dataset.char;
    });
  }
  show();
})();
