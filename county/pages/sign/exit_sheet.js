// An exit sheet (移交清单) as the three who sign it read it. Calls bytes.js and elements.js.

import { hex } from "./bytes.js";
import { aside, element, said, strong, time, visible } from "./elements.js";

const ROLES = {
  gives: ["移交人", "Hands over"],
  takes: ["接交人", "Takes over"],
  watches: ["监交人", "Watches"],
};
const PARTS = {
  seals: ["印章", "Seals"],
  papers: ["文件资料", "Papers"],
  card: ["卡", "Cards"],
  codes: ["应急码和通行密钥", "Emergency codes, passkeys"],
  advances: ["借支和备用金", "Advances"],
  matters: ["没办完的事", "Open matters"],
};
const STATES = { handed: "已当面交清", none: "没有这一项", missing: "有缺，见说明" };

/** One sentence. */
export function lead(sheet) {
  const name = (role) => strong(sheet[role].get("name"));
  return [name("gives"), " 离任，把下面的东西交给 ", name("takes"), "，", name("watches"), " 监交。"];
}

/** [Chinese, English, content] of what it says. */
export function facts(sheet) {
  return [
    ["村", "Village", [said(sheet.village_name)]],
    ["离任时间", "Leaves, Beijing time", [time.format(sheet.on)]],
    ...Object.entries(ROLES).map(([role, [zh, en]]) => [zh, en, party(sheet[role])]),
    ...sheet.lines.map(line),
    ["填写时间", "Made, Beijing time", [time.format(sheet.made)]],
  ];
}

/** [Chinese, English, content] for whoever checks bytes. */
export function details(request) {
  const sheet = request.signed;
  return [
    ["清单指纹", "SHA-256 of the sheet", [hex(request.hash)]],
    ["村、名册版本", "Village, roster", [`${sheet.village} · ${sheet.roster}`]],
    ["签名人的名册版本", "Signer's roster", [String(request.roster)]],
    ["签名步骤、签名人", "Step, signer", [`${request.step} · ${request.person}`]],
  ];
}

/** The signer's name by the sheet's own words: whoever watches may be of another village. */
export function person(request) {
  return visible(request.signed[request.step].get("name"));
}

/** Who signs, and as what. */
export function who(request) {
  const [role] = ROLES[request.step];
  return ["您是 ", strong(person(request)), "，以", strong(role), "的身份签名。如果这不是您，请不要签。 "];
}

function party(one) {
  return [said(one.get("name")), aside(one.get("id"))];
}

function line(one) {
  const [zh, en] = PARTS[one.get("part")];
  const state = one.get("state");
  const words = state === "missing" ? strong(STATES[state]) : STATES[state];
  return [zh, en, [words, ...one.get("text").flatMap((text) => [element("br", []), said(text)])]];
}
