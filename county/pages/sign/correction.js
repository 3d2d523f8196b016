// A correction (作废) as an approver reads it. Calls bytes.js and elements.js.

import { hex } from "./bytes.js";
import { named, said, strong, time } from "./elements.js";

const STATES = {
  cancelled: ["原件已收回，将当场作废拍照", "the original lies here; it is cancelled and photographed"],
  lost: ["原件遗失，找不回来", "the original is lost"],
};

/** One sentence. */
export function lead(correction, names) {
  const [item] = names("items", correction.item);
  return ["把机器 ", strong(correction.device), " 第 ", strong(String(correction.stamped)), " 条盖章（", strong(item), "）", strong("作废"), "。"];
}

/** [Chinese, English, content] of what it says. */
export function facts(correction, names) {
  const replacement = correction.replacement;
  return [
    ["事项", "Matter", named(names("items", correction.item))],
    ["村", "Village", named(names("villages", correction.village))],
    ["机器", "Machine", [correction.device]],
    ["盖章记录", "Entry", [`第 ${correction.stamped} 条`]],
    ["原件", "The original", named(STATES[correction.state])],
    ["作废原因", "Reason", [said(correction.reason)]],
    ["代替它的申请", "In its place", [replacement === null ? "没有" : hex(replacement)]],
    ["提出时间", "Made, Beijing time", [time.format(correction.created)]],
  ];
}

/** [Chinese, English, content] for whoever checks bytes. */
export function details(request) {
  const correction = request.signed;
  return [
    ["作废指纹", "SHA-256 of the correction", [hex(request.hash)]],
    ["作废编号", "Id", [hex(correction.id)]],
    ["盖章记录指纹", "Hash of the entry", [hex(correction.entry)]],
    ["机器密钥", "Machine's key", [hex(correction.machine)]],
    ["村、事项", "Ids", [[correction.village, correction.item].join(" · ")]],
    ["名册版本", "Roster", [String(request.roster)]],
    ["签名步骤、签名人", "Step, signer", [`${request.step} · ${request.person}`]],
  ];
}
