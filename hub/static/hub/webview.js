// Says so where a browser inside an app cannot ask for passkeys, and how to open the page outside. Calls nothing.
//
// WeChat, DingTalk and their like show links in a web view of their own, which has no WebAuthn, or
// one that fails. The page's #webview is filled; the rest of the page stays as it is.

const APPS = [
  [/wxwork\//i, "企业微信", "右上角“…”"],
  [/MicroMessenger\//i, "微信", "右上角“…”"],
  [/DingTalk\//i, "钉钉", "右上角“…”"],
  [/(Lark|Feishu)\//i, "飞书", "右上角“…”"],
  [/AlipayClient\//i, "支付宝", "右上角“…”"],
  [/\bQQ\//, "QQ", "右上角菜单"],
];

const box = document.getElementById("webview");
const app = APPS.find(([mark]) => mark.test(navigator.userAgent));
const able = "credentials" in navigator && "PublicKeyCredential" in window;

if (app || !able) tell(app?.[1], app?.[2] ?? "浏览器菜单");

function tell(name, menu) {
  const where = name ? `您现在是在${name}里打开的。` : "这个浏览器不能用通行密钥。";
  box.replaceChildren(
    made("h2", name ? "请用手机自带的浏览器打开" : "请换一个浏览器打开"),
    made("p", `${where}指纹、人脸和安全钥匙在这里用不了，请在系统浏览器里办。`),
    ...(name ? [made("p", `点${menu}，选“在浏览器打开”。没有这一项，就复制下面的链接，粘贴到浏览器的地址栏。`)] : []),
    made("p", "Passkeys do not work in this browser: open this page in the phone's own browser.", { lang: "en" }),
    link(),
    copy(),
    made("p", "", { role: "status" }),
  );
  box.hidden = false;
}

function link() {
  const field = made("input", "", { type: "text", readonly: "", "aria-label": "这一页的链接" });
  field.value = location.href;
  field.addEventListener("focus", () => field.select());
  return field;
}

function copy() {
  const button = made("button", "复制链接", { type: "button", class: "button" });
  button.addEventListener("click", async () => {
    const field = box.querySelector("input");
    field.focus();
    field.select();
    let done = document.execCommand("copy");
    if (!done) done = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    box.querySelector("[role=status]").textContent = done ? "链接已复制。" : "没有复制成功：请按住上面的链接，选“复制”。";
  });
  return button;
}

function made(name, text, attributes = {}) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(text);
  return element;
}
