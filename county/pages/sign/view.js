// The request as an approver reads it; every word comes out of the signed bytes or the county's own names.
//
// Calls bytes.js, elements.js, absence.js, correction.js, exit_sheet.js and release.js.

import * as absences from "./absence.js";
import { hex } from "./bytes.js";
import * as corrections from "./correction.js";
import { aside, element, named, said, strong, time, yuan } from "./elements.js";
import * as exitSheets from "./exit_sheet.js";
import * as releases from "./release.js";

export { element, visible } from "./elements.js";

/** Fill the sheet with the request; `pictures` are blob: addresses of checked pages. */
export function render(request, pictures, config) {
  const { signed } = request;
  const names = naming(signed, config);
  const shown = FORMS[signed.type];
  for (const part of document.querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(signed.type);
  }
  document.getElementById("lead").replaceChildren(...shown.lead(signed, names));
  rows(document.getElementById("facts"), shown.facts(signed, names));
  rows(document.getElementById("details"), shown.details(request));
  document.getElementById("pages").replaceChildren(...figures(pictures, signed));
  const person = shown.person ? shown.person(request) : names("people", request.person)[0];
  document.getElementById("who").replaceChildren(...(shown.who ?? who)(request, names), english(person));
}

// id → [Chinese, English], by the county's tables; an id that they do not know stands for itself.
function naming({ village, device, item }, config) {
  const within = { people: `${village}/`, seals: `${device}/`, steps: `${item}/` };
  return (table, id) => {
    const known = config[table] ?? {};
    const key = (within[table] ?? "") + id;
    return Object.hasOwn(known, key) ? known[key] : [id, ""];
  };
}

function lead(application, names) {
  const [seal] = names("seals", application.seal);
  const seams = application.seams ? ["，另盖骑缝章 ", strong(`${application.seams} 次`)] : [];
  const pages = application.pages.length ? `${application.pages.length} 页文件上` : "没有附图的文件上";
  return ["在 ", strong(pages), "，盖 ", strong(seal), " ", strong(`${application.impressions} 次`), ...seams, "。"];
}

function facts(application, names) {
  const village = names("villages", application.village);
  return [
    ["事项", "Matter", named(names("items", application.item))],
    ["文件标题", "Title", [said(application.title)]],
    ["用途", "Purpose", [said(application.purpose)]],
    ...demanded(application),
    ["申请人", "Applicant", [said(application.applicant_name), aside(application.applicant)]],
    ["村", "Village", named(village)],
    ["印章", "Seal", named(names("seals", application.seal))],
    ["盖章", "Impressions", [`${application.impressions} 次`]],
    ["骑缝章", "Seam impressions", [application.seams ? `${application.seams} 次` : "不盖"]],
    ["文件页数", "Pages", [`${application.pages.length} 页`]],
    ["盖印员", "Operators", [application.operators.map((one) => names("people", one)[0]).join("、")]],
    ["可盖章时间", "Valid, Beijing time", [`${time.format(application.not_before)} 起`, element("br", []), `${time.format(application.not_after)} 止`]],
    ["申请时间", "Filed, Beijing time", [time.format(application.created)]],
  ];
}

// What only some matters demand; the amount decides who signs, so it stands in its own line.
function demanded({ amount, resolution }) {
  return [
    ...(amount === undefined ? [] : [["金额", "Amount", [strong(`${yuan(amount)} 元`)]]]),
    ...(resolution === undefined ? [] : [["决议", "Resolution", [said(resolution)]]]),
  ];
}

function details(request) {
  const application = request.signed;
  return [
    ["申请指纹", "SHA-256 of the application", [hex(request.hash)]],
    ["申请编号", "Id", [hex(application.id)]],
    ["机器", "Machine", [application.device]],
    ["机器密钥", "Machine's key", [hex(application.machine)]],
    ["村、印章、事项", "Ids", [[application.village, application.seal, application.item].join(" · ")]],
    ["盖印员编号", "Operators' ids", [application.operators.join(" · ")]],
    ["清单版本、名册版本", "Catalogue, roster", [`${application.catalogue} · ${request.roster}`]],
    ["签名步骤、签名人", "Step, signer", [`${request.step} · ${request.person}`]],
  ];
}

function who(request, names) {
  const [step] = names("steps", request.step);
  const [person] = names("people", request.person);
  return [
    "您是 ",
    strong(person),
    "，在“",
    strong(step),
    "”这一步签名。如果这不是您，请不要签。 ",
  ];
}

function english(person) {
  return element("small", `You sign as ${person}. If that is not you, do not sign.`, { lang: "en" });
}

function figures(pictures, { type }) {
  if (!pictures.length && type === "release") return [element("p", "没有图片。", { class: "card" })];
  if (!pictures.length) {
    return [
      element("p", "这个申请没有附文件图片：您看不到要盖章的文件。没有见过原件，请退回。", { class: "card warn" }),
    ];
  }
  return pictures.map((address, index) => figure(address, index + 1, pictures.length));
}

function figure(address, page, count) {
  const image = element("img", [], { src: address, alt: `第 ${page} 页文件的图片` });
  const frame = element("div", [image], { class: "frame", tabindex: "0", role: "group", "aria-label": `第 ${page} 页` });
  const zoom = element("button", "放大看", { type: "button", class: "button zoom", "aria-pressed": "false" });
  zoom.addEventListener("click", () => {
    const large = frame.classList.toggle("large");
    zoom.setAttribute("aria-pressed", String(large));
    zoom.textContent = large ? "缩小" : "放大看";
  });
  const checked = element("span", "✓ 已核对，与签名的内容一致", { class: "good" });
  const caption = element("figcaption", [`第 ${page} 页，共 ${count} 页 `, checked]);
  return element("figure", [caption, frame, zoom], { class: "card page" });
}

function rows(list, given) {
  list.replaceChildren(
    ...given.map(([chinese, english, content]) =>
      element("div", [
        element("dt", [chinese, " ", element("small", english, { lang: "en" })]),
        element("dd", content),
      ]),
    ),
  );
}

const FORMS = {
  application: { lead, facts, details },
  correction: corrections,
  absence: absences,
  exit_sheet: exitSheets,
  release: releases,
};
