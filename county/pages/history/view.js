// The history as its owner reads it: how far the copy goes, then every signature, the newest first.
//
// Calls words.js, parts.js, report.js and sign's elements.js.

import { element, said, time, yuan } from "/sign/elements.js";
import { action, english, rows, telephone } from "./parts.js";
import { report } from "./report.js";
import { DECISIONS, STATES } from "./words.js";

const AT_ONCE = 50;

/** The page's content for what the county told. */
export function shown(told) {
  const again = action("换一个人查，或重新查", "Ask again", () => location.reload());
  return [...told.townships.map((one) => part(one, told.credential)), again];
}

function part(township, credential) {
  const list = element("ol", [], { class: "ours" });
  const waiting = [...township.signed];
  const unfold = () => {
    list.append(...waiting.splice(0, AT_ONCE).map((one) => element("li", card(one, township, credential))));
    more.hidden = waiting.length === 0;
  };
  const more = action("再列一些", "Show more", unfold);
  unfold();
  return element("section", [
    element("h1", `${names(township)}在${township.name}签过的`),
    copy(township),
    former(township),
    count(township),
    list,
    more,
  ].filter((one) => one !== null));
}

const names = ({ people }) => [...new Set(people.map(([name]) => name))].join("、");

function copy({ copy: found, phone, address }) {
  const where = `${found.log}，共 ${found.size} 条`;
  const seen = found.seen_s ? `县见证最后一次看到它是 ${time.format(found.seen_s * 1000)}` : "县见证还没有看到过它";
  const call = element("p", [`请打县里的电话问：`, telephone(phone), `（${address}）`]);
  if (found.trouble !== null) {
    return element("section", [
      element("h2", ["✗ 不能保证这是全部 ", english("Not known to be complete")]),
      element("p", [said(found.trouble)]),
      element("p", `下面只到先前核对过的镇日志：${where}。${seen}。`),
      call,
    ], { class: "card copy bad" });
  }
  if (found.old) {
    return element("section", [
      element("h2", ["！副本旧了，新签的可能还不在 ", english("The copy is old: newer ones may be missing")]),
      element("p", `镇日志：${where}。${seen}；县里规定不超过 ${hours(found.max_age_s)}。`),
      call,
    ], { class: "card copy old" });
  }
  return element("section", [
    element("h2", ["✓ 镇日志里您签过的都在这里 ", english("Everything of yours in the township's log")]),
    element("p", `县里核对过镇日志：${where}。${seen}。`),
  ], { class: "card copy whole" });
}

const hours = (seconds) => (seconds < 172_800 ? `${Math.round(seconds / 3600)} 小时` : `${Math.round(seconds / 86_400)} 天`);

function former({ people }) {
  if (people.some(([, current]) => current)) return null;
  const words = "这把钥匙已经不在名册上，或者被停用了：下面只有这一把钥匙签过的。";
  return element("p", [words, english("This key is on the roster no more, or was taken back: only what it signed itself.")], { class: "warn" });
}

function count({ total, signed }) {
  const shortened = total > signed.length ? `，这里是最近 ${signed.length} 次；要看全部，请重新查并勾选“从头到尾全部列出”` : "";
  return element("p", [
    `一共 ${total} 次${shortened}。退回的、还没有批齐的申请不进日志，这里没有：它们开不了锁。`,
    english("Returned and unfinished applications are not in the log: no lock opens by them."),
  ]);
}

function card(one, township, credential) {
  const [zh, en] = DECISIONS[one.decision];
  const not = action("这不是我签的", "I did not sign this", () => report([["内容", "What", title(one)], ...facts(one)], one, township, not), "no");
  const other = element("p", `用您的另一把钥匙签的：${one.credential.slice(0, 8)}`, { class: "other" });
  return element("article", [
    element("h2", said(title(one))),
    element("p", one.kind === "absence" ? ["说有人不在", english("said to be away")] : [`${zh}，在“${one.step}”这一步`, english(en)], { class: "decision" }),
    ...(one.credential === credential ? [] : [other]),
    rows(facts(one)),
    not,
  ], { class: "card one" });
}

function title(one) {
  if (one.kind === "correction") return `作废一次盖章：${one.item}`;
  if (one.kind === "absence") return `不在：${one.person}`;
  if (one.kind === "application") return `${one.item}：${one.title}`;
  return "读不懂的内容";
}

const LINES = { application, correction, absence, unreadable: () => [] };

function facts(one) {
  return [
    ...LINES[one.kind](one),
    ["到印章机", "At the machine", one.reached === null ? "还没有" : time.format(one.reached)],
    [one.kind === "absence" ? "声明指纹" : "申请指纹", "SHA-256", one.subject.slice(0, 16)],
  ];
}

function application(one) {
  const seams = one.seams ? `，骑缝 ${one.seams} 次` : "";
  const made = one.done.map((wall) => time.format(wall)).join("；");
  return [
    ["村", "Village", one.village],
    ["印章", "Seal", one.seal],
    ["准盖", "Permitted", `${one.impressions} 次${seams}，文件 ${one.pages} 页`],
    ...(one.amount === null ? [] : [["金额", "Amount", `${yuan(one.amount)} 元`]]),
    ...(one.resolution ? [["决议", "Resolution", one.resolution]] : []),
    ["申请人", "Applicant", one.applicant],
    ["申请时间", "Filed", time.format(one.created)],
    ["已盖", "Stamped", one.done.length ? `${one.done.length} 次：${made}` : "还没有盖"],
  ];
}

function correction(one) {
  return [
    ["村", "Village", one.village],
    ["作废哪次", "Which stamp", `${one.device} 的第 ${one.stamped} 条记录`],
    ["原因", "Reason", `${one.reason}（${STATES[one.state]}）`],
    ["提出时间", "Proposed", time.format(one.created)],
    ["登记作废", "Entered", one.done.length ? time.format(one.done[0]) : "还没有"],
  ];
}

function absence(one) {
  return [
    ["村", "Village", one.village],
    ["从", "From", time.format(one.first)],
    ["到（不含）", "Until", time.format(one.until)],
  ];
}
