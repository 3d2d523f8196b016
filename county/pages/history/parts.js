// Pieces that list and report share. Calls sign's elements.js.

import { element, said } from "/sign/elements.js";

/** The second language. */
export const english = (text) => element("small", text, { lang: "en" });

/** A number that the phone dials. */
export const telephone = (number) => element("a", number, { href: `tel:${number.replace(/[^0-9+]/g, "")}` });

/** A button that does something. */
export function action(chinese, second, run, kind = "") {
  const made = element("button", [`${chinese} `, english(second)], { type: "button", class: `button ${kind}`.trim() });
  made.addEventListener("click", run);
  return made;
}

/** A list of [Chinese, English, text]. */
export function rows(given) {
  return element(
    "dl",
    given.map(([zh, en, text]) => element("div", [element("dt", [zh, " ", english(en)]), element("dd", said(text))])),
    { class: "facts" },
  );
}
