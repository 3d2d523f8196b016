// The answer as a villager reads it. Every word comes from words.js, the county's list, or a checked entry.
//
// Calls words.js and sign's bytes.js and elements.js.

import { hex } from "/sign/bytes.js";
import { element, said, time } from "/sign/elements.js";
import { STATES, VOID, WORDS } from "./words.js";

const FINGERPRINT_BYTES = 8;
const english = (text) => element("small", text, { lang: "en" });

/** The cards for a stamp that was proved. */
export function proved(found) {
  return found.correction ? voided(found) : genuine(found);
}

/** The cards for a Finding. */
export function refused(finding) {
  const [state, zh, en, nextZh, nextEn] = WORDS[finding.code];
  return [
    card(state, [
      element("p", [element("strong", zh), english(en)]),
      element("p", [nextZh, english(nextEn)], { class: "next" }),
      element("p", finding.message, { class: "code" }),
    ]),
  ];
}

function genuine(found) {
  const pending = isPending(found);
  return [
    card("real", [
      element("p", [element("strong", "这次盖章是印章机盖的，镇里的日志里有记录。"), english("The machine made this stamp, and the township's log holds it.")]),
      pending ? pendingNote() : null,
      found.stamped.machine.in_use ? null : retiredNote(),
    ]),
    compare(found),
    details(found),
  ];
}

function voided(found) {
  const [, zh, en, nextZh, nextEn] = WORDS.void;
  const [stateZh, stateEn] = VOID[found.correction.body.get("state")];
  const replacement = found.correction.body.get("replacement");
  return [
    card("false", [
      element("p", [element("strong", zh), english(`${en} (${stateEn})`)]),
      element("p", `${stateZh}。作废时间：${time.format(found.correction.wall)}。`),
      replacement ? element("p", `由申请 ${fingerprint(replacement)} 代替。`) : null,
      element("p", [nextZh, english(nextEn)], { class: "next" }),
    ]),
    compare(found),
    details(found),
  ];
}

function card(state, content) {
  const [sign, zh, en] = STATES[state];
  const title = element("h2", [element("span", sign, { "aria-hidden": "true" }), ` ${zh} `, english(en)]);
  return element("section", [title, ...content.filter((one) => one !== null)], { class: `card verdict ${state}` });
}

function pendingNote() {
  return element(
    "p",
    [
      "待县见证：县里还没有看到镇日志的这一页，一般一天内会补上。",
      english("Pending county witness: the county has not seen this head of the log yet. Usually within a day."),
    ],
    { class: "pending" },
  );
}

function retiredNote() {
  return element(
    "p",
    [
      "这台印章机已经停用或换掉。停用以后的日期，请当假的处理，并打电话问。",
      english("This machine was suspended or replaced. Do not believe a date after that: ask."),
    ],
    { class: "pending" },
  );
}

function compare(found) {
  const { township, authorised, stamped } = found;
  const rows = [
    ["村", "Village", name(township.villages, stamped.machine.village)],
    ["事项", "Matter", name(township.items, authorised.body.get("item"))],
    ["印章", "Seal", name(township.seals, `${stamped.device}/${authorised.body.get("seal")}`)],
    ["盖章时间", "Time, by the machine's clock", time.format(stamped.wall)],
    ["第几次", "Impression", `此申请第 ${authorised.body.get("sheet")} 次`],
    ["申请指纹", "Application", fingerprint(stamped.body.get("grant"))],
  ];
  return element(
    "section",
    [
      element("h2", ["和手里的纸对一对", english("Compare it with the paper")]),
      element("p", [
        "本页看不到您的纸。纸上的村、事项、日期和下面不一样，就是把别处的码搬来用：请当假的处理。",
        english("This page cannot see your paper. If village, matter or date differ, the code was copied from another paper."),
      ]),
      list(rows),
    ],
    { class: "card" },
  );
}

function details(found) {
  const rows = [
    ["印章机签名", "Machine's signature", `✓ ${found.stamped.device} · ${found.stamped.machine.alg}`],
    ["镇日志签名", "Log's signature", `✓ ${found.log.name}`],
    ["在日志里", "In the log", `✓ 第 ${found.index} 号，共 ${found.size} 条`],
    ["县见证", "Witnesses", witnesses(found)],
    ["记录指纹", "Entry", hex(found.stamped.hash)],
    ["机器时间来源", "Quality of time", found.stamped.quality],
  ];
  return element(
    "details",
    [element("summary", ["核对了什么", " ", english("What was checked")]), list(rows)],
    { class: "card" },
  );
}

function witnesses({ witnessed, township }) {
  if (!witnessed.length) return "待县见证 pending county witness";
  const last = time.format(Math.max(...witnessed) * 1000);
  return `✓ ${witnessed.length} 个（要求 ${township.quorum} 个），${last}`;
}

function isPending({ witnessed, township }) {
  return witnessed.length < Math.max(1, township.quorum);
}

function list(rows) {
  return element(
    "dl",
    rows.map(([zh, en, text]) => element("div", [element("dt", [zh, " ", english(en)]), element("dd", said(text))])),
    { class: "facts" },
  );
}

function name(table, id) {
  return Object.prototype.hasOwnProperty.call(table, id) ? table[id] : id;
}

const fingerprint = (grant) => hex(grant.subarray(0, FINGERPRINT_BYTES));
