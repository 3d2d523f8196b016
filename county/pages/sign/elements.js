// Pieces of the page: elements, text made safe for the eye, times, amounts, names. Calls nothing.

const MISLEADING = /[\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Formats ms since 1970 as Beijing time. */
export const time = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  year: "numeric",
  month: "long",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** An amount as people write it: 1530050 → 15,300.50. */
export function yuan(fen) {
  const whole = Math.floor(fen / 100).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  return `${whole}.${String(fen % 100).padStart(2, "0")}`;
}

/** Text with each character that the eye would miss spelt out: ‹U+3164›. */
export function visible(text) {
  return text.replace(MISLEADING, (one) => `‹U+${one.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}›`);
}

/** A new element with text or children; `lang` marks the second language. */
export function element(name, content, attributes = {}) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...[content].flat());
  return made;
}

export const strong = (text) => element("strong", visible(text));
export const said = (text) => element("bdi", visible(text));
export const aside = (text) => element("small", ` ${text}`);
export const named = ([chinese, english]) =>
  english ? [chinese, " ", element("small", english, { lang: "en" })] : [chinese];
