// A statement of absence (不在) as who says so reads it. Calls bytes.js and elements.js.

import { hex } from "./bytes.js";
import { aside, strong, time } from "./elements.js";

/** One sentence. */
export function lead(absence, names) {
  const [person] = names("people", absence.person);
  return [strong(person), " 从 ", strong(time.format(absence.first)), " 到 ", strong(time.format(absence.until)), " 不在。"];
}

/** [Chinese, English, content] of what it says. */
export function facts(absence, names) {
  const [person] = names("people", absence.person);
  const [village] = names("villages", absence.village);
  return [
    ["谁不在", "Who is away", [strong(person), aside(absence.person)]],
    ["村", "Village", [village]],
    ["从", "From, Beijing time", [time.format(absence.first)]],
    ["到（不含）", "Until, Beijing time", [time.format(absence.until)]],
  ];
}

/** [Chinese, English, content] for whoever checks bytes. */
export function details(request) {
  const absence = request.signed;
  return [
    ["声明指纹", "SHA-256 of the statement", [hex(request.hash)]],
    ["声明编号", "Id", [hex(absence.id)]],
    ["乡镇、村、人", "Ids", [[absence.township, absence.village, absence.person].join(" · ")]],
    ["名册版本", "Roster", [String(request.roster)]],
    ["签名人", "Signer", [request.person]],
  ];
}

/** Who signs: for himself, or for another. */
export function who(request, names) {
  const [person] = names("people", request.person);
  const [away] = names("people", request.signed.person);
  const own = request.person === request.signed.person;
  return ["您是 ", strong(person), "，", own ? "说的是您自己" : ["替 ", strong(away), " 说"], "。如果这不是您，请不要签。 "].flat();
}
