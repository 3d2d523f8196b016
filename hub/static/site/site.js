// Remembers that somebody wants large letters. Without scripts the switch works for one page.
"use strict";
(() => {
  const NAME = "big";
  const box = document.getElementById("big");
  try {
    box.checked = localStorage.getItem(NAME) === "1";
    box.addEventListener("change", () => localStorage.setItem(NAME, box.checked ? "1" : "0"));
  } catch {
    // A phone that keeps nothing for us: the switch works for this page.
  }
})();
