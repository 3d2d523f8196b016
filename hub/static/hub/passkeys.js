// Base64url, posting JSON with the page's token, and saying what went wrong.
export const bytes = (value) =>
  Uint8Array.from(atob(value.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

export const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export async function post(path, fields) {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(fields),
  });
  const reply = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(reply.code), { refusal: reply });
  return reply;
}

export function say(error) {
  const box = document.querySelector("#problem");
  const refusal = error.refusal ?? {
    zh: "没有完成。", next_zh: "请再试一次，并确认使用的是您自己的通行密钥。", en: String(error.message), code: error.name,
  };
  box.querySelector("[data-zh]").textContent = `${refusal.zh}${refusal.next_zh ?? ""}`;
  box.querySelector("[data-en]").textContent = `${refusal.en} [${refusal.code}]`;
  box.hidden = false;
  box.focus();
}
