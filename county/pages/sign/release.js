// What a village is to publish (公开) as a reviewer reads it: every row of it. Calls bytes.js and elements.js.

import { hex } from "./bytes.js";
import { aside, element, named, said, strong, time, yuan } from "./elements.js";

const PERSONAL = ["name", "address"];

/** One sentence. */
export function lead(release) {
  const edition = release.edition > 1 ? ["（第 ", strong(String(release.edition)), " 版，代替前一版）"] : [];
  return ["公开 ", strong(release.title), ...edition, "，表里 ", strong(`${release.rows.length} 行`), "。"];
}

/** [Chinese, English, content] of what it says. */
export function facts(release, names) {
  return [
    ["标题", "Title", [said(release.title)]],
    ["村", "Village", named(names("villages", release.village))],
    ["公开事项", "Item", [said(release.item)]],
    ["时期", "Period", [said(release.period)]],
    ...(release.edition > 1 ? [["更正原因", "Why another edition", [said(release.reason)]]] : []),
    ["姓名", "Names", shown(release)],
    ["文字", "Text", paragraphs(release.text)],
    ...release.rows.map((row, index) => [`第 ${index + 1} 行`, `Row ${index + 1}`, line(row, release)]),
    ["图片名称", "Pictures", paragraphs(release.attachments.map((one) => one.get("name")))],
    ["填写人", "Proposed by", [names("people", release.proposer)[0], aside(release.proposer)]],
    ["填写时间", "Made, Beijing time", [time.format(release.made)]],
  ];
}

/** [Chinese, English, content] for whoever checks bytes. */
export function details(request) {
  const release = request.signed;
  return [
    ["公开内容指纹", "SHA-256 of the release", [hex(request.hash)]],
    ["编号", "Id", [hex(release.id)]],
    ["代替", "Replaces", [release.replaces === null ? "—" : hex(release.replaces)]],
    ["村、事项", "Ids", [[release.village, release.item].join(" · ")]],
    ["名册版本", "Roster", [String(request.roster)]],
    ["审核职务、签名人", "Step, signer", [`${request.step} · ${request.person}`]],
  ];
}

/** Who reviews, by the step's office. */
export function who(request, names) {
  const [person] = names("people", request.person);
  const [office] = names("offices", request.step);
  return [
    "您是 ",
    strong(person),
    "，以",
    strong(office),
    "的身份审核。如果这不是您，请不要签。 ",
    element("small", `You review as ${person}. If that is not you, do not sign.`, { lang: "en" }),
  ];
}

function shown({ shown: rule, columns }) {
  const personal = columns.filter((one) => PERSONAL.includes(one.get("type")));
  if (!personal.length) return ["表里没有姓名栏"];
  if (rule === null) return ["公开时一律打码"];
  const open = personal.filter((one) => rule.get("columns").includes(one.get("key")));
  const zh = open.map((one) => one.get("zh")).join("、");
  return [strong(`${zh} 公示 ${rule.get("days")} 天`), "，过后撤下；别的姓名一律打码。依据：", said(rule.get("basis"))];
}

function line(row, { columns }) {
  return row.flatMap((cell, index) => {
    const column = columns[index];
    const value = cell === null ? "—" : column.get("type") === "amount" ? money(cell) : cell;
    return [...(index ? [element("br", [])] : []), element("small", [said(column.get("zh")), "："]), said(value)];
  });
}

function money(fen) {
  return `${fen < 0 ? "−" : ""}${yuan(Math.abs(fen))} 元`;
}

function paragraphs(lines) {
  if (!lines.length) return ["没有"];
  return lines.flatMap((one, index) => [...(index ? [element("br", [])] : []), said(one)]);
}
