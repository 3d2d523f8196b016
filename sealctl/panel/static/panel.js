// Keeps the screen in step with lockd, counts down, shows the live picture, feeds the PIN field, prints.
// Every screen also works without this file: a meta refresh and plain forms.
"use strict";

(() => {
  const PICTURE_MS = 400;
  const RETRY_MS = 1500;
  const LAST_CALL_S = 15;
  let touched = performance.now();
  let fullMs = 0;
  let typed = null;
  let drawn = document.getElementById("main").outerHTML;

  // --- the screen follows lockd -----------------------------------------------------------------

  async function follow() {
    for (;;) {
      try {
        const answer = await fetch(`/watch?rev=${document.body.dataset.rev || 0}`, { cache: "no-store" });
        if (!answer.ok) throw new Error(String(answer.status));
        await redraw();
      } catch {
        await pause(RETRY_MS);
        if (!held()) await redraw().catch(() => {});
      }
    }
  }

  function held() {
    return document.getElementById("main").dataset.hold === "yes";
  }

  function address() {
    return held() || location.pathname.startsWith("/do/") ? "/" : location.href;
  }

  async function redraw() {
    const answer = await fetch(address(), { cache: "no-store", headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("header").replaceWith(page.getElementById("header"));
    document.body.dataset.rev = page.body.dataset.rev;
    const moving = page.body.classList.contains("hot");
    if (held() && !moving) return;
    const main = page.getElementById("main");
    if (main.outerHTML === drawn) return;
    drawn = main.outerHTML;
    show(page, main, answer.url);
  }

  function show(page, main, shown) {
    const focused = document.activeElement?.id;
    const said = document.body.dataset.say;
    document.body.className = page.body.className;
    for (const name of ["idleS", "say", "voice"]) document.body.dataset[name] = page.body.dataset[name];
    document.title = page.title;
    document.getElementById("main").replaceWith(main);
    if (shown !== location.href) history.replaceState(null, "", shown);
    focus(focused);
    prepare();
    if (document.body.dataset.say !== said) window.voice.screen();
  }

  function focus(before) {
    const wanted = (before && document.getElementById(before)) || document.querySelector("main [autofocus]");
    wanted?.focus();
  }

  // --- one screen ---------------------------------------------------------------------------------

  function prepare() {
    const number = document.getElementById("countdown");
    if (number) countDown(number);
    else fullMs = 0;
    document.querySelectorAll("img.live").forEach(keepAlive);
    document.querySelectorAll("form").forEach((form) => form.addEventListener("submit", once));
    document.querySelectorAll("[data-print]").forEach((one) => one.addEventListener("click", () => print()));
    document.querySelectorAll("[data-step]").forEach((one) => one.addEventListener("click", step));
    document.querySelectorAll("[data-key]").forEach((key) => key.addEventListener("click", press));
    document.querySelectorAll(".pin input[required]").forEach((field) => field.addEventListener("invalid", missing));
    document.querySelectorAll("input[type=password], input.onetime").forEach((field) => field.addEventListener("focus", () => { typed = field; }));
  }

  function once(event) {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  }

  function press(event) {
    const field = typed?.isConnected ? typed : document.getElementById("pin");
    const key = event.currentTarget.dataset.key;
    if (key === "clear") field.value = "";
    else if (key === "back") field.value = field.value.slice(0, -1);
    else if (field.value.length < field.maxLength) field.value += key;
    field.dispatchEvent(new Event("input"));
    if (event.detail) field.focus();
  }

  function missing(event) {
    if (!event.target.validity.valueMissing) return;
    event.preventDefault();
    event.target.form.querySelector("input:invalid").focus();
  }

  function step(event) {
    const field = document.getElementById("impressions");
    if (event.currentTarget.dataset.step === "up") field.stepUp();
    else field.stepDown();
    const who = document.getElementById("who");
    if (who) who.search = `?impressions=${field.value}`;
  }

  function countDown(number) {
    const remaining = Number(number.dataset.remainingMs);
    const end = performance.now() + remaining;
    fullMs = Math.max(fullMs, remaining);
    const ring = document.querySelector(".ring-left");
    const tick = () => {
      if (!number.isConnected) return;
      const left = Math.max(0, end - performance.now());
      number.textContent = String(Math.ceil(left / 1000));
      ring.setAttribute("stroke-dashoffset", String(100 - (100 * left) / fullMs));
      requestAnimationFrame(tick);
    };
    tick();
  }

  function keepAlive(image) {
    const gone = image.parentElement.querySelector(".eye-gone");
    const next = () => {
      if (image.isConnected) image.src = `/preview.jpg?${Math.round(performance.now())}`;
    };
    image.addEventListener("load", () => { gone.hidden = true; setTimeout(next, PICTURE_MS); });
    image.addEventListener("error", () => { gone.hidden = false; setTimeout(next, RETRY_MS); });
    next();
  }

  // --- nobody there -------------------------------------------------------------------------------

  function watchIdle() {
    const curtain = document.getElementById("still-there");
    const limit = Number(document.body.dataset.idleS);
    const idle = (performance.now() - touched) / 1000;
    const left = Math.ceil(limit + LAST_CALL_S - idle);
    if (!limit || idle < limit) {
      curtain.hidden = true;
    } else if (left > 0) {
      if (curtain.hidden) { curtain.hidden = false; document.getElementById("still-there-stay").focus(); window.voice.warn("still-there"); }
      document.getElementById("still-there-seconds").textContent = String(left);
    } else {
      touched = performance.now();
      document.getElementById("idle-logout").requestSubmit();
    }
  }

  function pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  for (const name of ["pointerdown", "keydown"]) {
    document.addEventListener(name, () => { touched = performance.now(); }, { capture: true });
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("#again")) window.voice.screen({ again: true });
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  prepare();
  window.voice.screen();
  setInterval(watchIdle, 500);
  follow();
})();
