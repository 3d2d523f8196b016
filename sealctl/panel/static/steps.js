// A form one step at a time, each with its own spoken line; codes in groups of four.
// Without this file it is one long form.
"use strict";

(() => {
  const form = document.querySelector("form.proof");
  const steps = [...form.querySelectorAll(".step")];
  let at = 0;

  function show(wanted) {
    at = wanted;
    steps.forEach((step, index) => { step.hidden = index !== at; });
    steps[at].querySelector("[data-first]")?.focus();
    document.body.dataset.say = steps[at].dataset.say;
  }

  function go(wanted) {
    show(wanted);
    window.voice.screen();
  }

  function submit(event) {
    if (event.target !== form) return;
    const wrong = [...steps[at].querySelectorAll("input")].find((one) => !one.validity.valid);
    if (!wrong && at === steps.length - 1) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!wrong) return go(at + 1);
    wrong.focus();
    if (!wrong.validity.valueMissing) wrong.reportValidity();
  }

  function back(event) {
    if (!at || !event.target.closest("[data-back]")) return;
    event.preventDefault();
    go(at - 1);
  }

  function group(event) {
    const field = event.target;
    if (field.selectionStart !== field.value.length) return;
    const plain = field.value.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, 16);
    field.value = (plain.match(/.{1,4}/g) ?? []).join("-");
  }

  form.noValidate = true;
  document.addEventListener("submit", submit, { capture: true });
  form.addEventListener("click", back);
  form.querySelectorAll("input.onetime").forEach((field) => field.addEventListener("input", group));
  show(0);
})();
