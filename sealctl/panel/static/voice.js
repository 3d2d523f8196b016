// Says what the screen says: the clips named in body[data-say], one after the other.
"use strict";

window.voice = (() => {
  let waiting = [];
  let playing = null;

  function stop() {
    waiting = [];
    if (playing) playing.pause();
    playing = null;
  }

  function next() {
    const phrase = waiting.shift();
    playing = phrase ? new Audio(`/voice/${phrase}`) : null;
    if (!playing) return;
    const mine = playing;
    const on = () => { if (playing === mine) next(); };
    mine.addEventListener("ended", on);
    mine.addEventListener("error", on);
    mine.play().catch(() => {});
  }

  function say(phrases) {
    stop();
    waiting = [...phrases];
    next();
  }

  function screen({ again = false } = {}) {
    const quiet = document.body.dataset.voice === "off";
    if (quiet && !again) return stop();
    say((document.body.dataset.say || "").split(" ").filter(Boolean));
  }

  function warn(phrase) {
    if (document.body.dataset.voice !== "off") say([phrase]);
  }

  return { screen, warn };
})();
