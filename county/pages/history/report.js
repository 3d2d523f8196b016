// 这不是我签的: what to do now, and a report of what stands in the log, to print or to save.
//
// Calls parts.js and sign's elements.js.

import { element, time } from "/sign/elements.js";
import { action, english, rows, telephone } from "./parts.js";

const place = document.getElementById("report");

/** Show the report of one signature in the place of the list; `from` is the button to come back to. */
export function report(facts, one, township, from) {
  const number = one.subject.slice(0, 16);
  const all = [...facts, ...evidence(one, township)];
  place.replaceChildren(
    element("h1", ["这不是我签的：现在这样做 ", english("I did not sign this: what to do now")], { id: "report-title" }),
    steps(number, one, township),
    element("h2", ["县里副本中的记录 ", english("What stands in the log")]),
    rows(all),
    element("p", ["签名：", "日期：", "电话："].map((words) => element("span", words)), { class: "signature" }),
    action("打印这份报告", "Print this report", () => print(), "yes unprinted"),
    saved(number, all),
    action("回到列表", "Back to the list", () => close(from), "unprinted"),
  );
  document.getElementById("answer").hidden = true;
  place.hidden = false;
  place.focus();
  scrollTo(0, 0);
}

function steps(number, one, township) {
  const key = one.credential.slice(0, 8);
  return element("ol", [
    element("li", ["马上打县里的电话：", telephone(township.phone), `，说“有人用我的钥匙签了 ${number}”。`, english("Call the county now, and say this number.")]),
    element("li", [`请镇里马上停用这把钥匙 ${key}，撤销这份申请：停用进了下一份清单，它就开不了锁。不肯停用的，告诉县里。`, english("Have this key and this grant revoked. With the next list, no lock opens by them.")]),
    element("li", [`打印或保存这份报告，签上名字，交到 ${township.address}，不要只交给镇里。`, english("Print or save this report, sign it, and bring it to the county.")]),
    element("li", ["钥匙还在您手里的，先不要再用它签。", english("Do not sign with this key meanwhile.")]),
  ], { class: "steps" });
}

function evidence(one, { copy, name }) {
  return [
    ["乡镇", "Township", name],
    ["镇日志", "In the log", `第 ${one.leaf} 号起`],
    ["申请指纹全文", "SHA-256", one.subject],
    ["钥匙编号", "Passkey", one.credential],
    ["副本", "Copy", `${copy.log}，${copy.size} 条，根 ${copy.root}`],
    ["县见证", "Witnessed", copy.seen_s ? time.format(copy.seen_s * 1000) : "没有"],
  ];
}

function saved(number, all) {
  const text = [`这不是我签的：${number}`, ...all.map(([zh, , words]) => `${zh}：${words}`), ""].join("\n");
  return element("a", ["存成文件 ", english("Save it as a file")], {
    class: "button unprinted",
    href: URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" })),
    download: `not-signed-by-me-${number}.txt`,
  });
}

function close(from) {
  place.hidden = true;
  place.replaceChildren();
  document.getElementById("answer").hidden = false;
  from.focus();
}
