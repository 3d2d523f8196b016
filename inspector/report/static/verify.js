"use strict";
// Verifies what the page shows, from the bytes it carries: RFC 9162 proofs, C2SP signed notes and
// cosignatures, RFC 9052 envelopes, commitments. Nothing is loaded, nothing is sent.
(() => {
  const evidence = JSON.parse(document.getElementById("evidence").textContent);
  const encoder = new TextEncoder(), decoder = new TextDecoder("utf-8", { fatal: true });

  class Unsupported extends Error {}
  class Wrong extends Error {}

  function hold(condition, words) { if (!condition) throw new Wrong(words); }

  const bytes = text => Uint8Array.from(atob(text), one => one.charCodeAt(0));
  const unhex = text => Uint8Array.from(text.match(/../g), one => parseInt(one, 16));
  const hex = data => [...data].map(one => one.toString(16).padStart(2, "0")).join("");
  const same = (left, right) => hex(left) === hex(right);

  function join(...parts) {
    const made = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { made.set(part, at); at += part.length; }
    return made;
  }

  const sha256 = async (...parts) =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
  const leafHash = data => sha256(Uint8Array.of(0), data);
  const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

  // Deterministic CBOR, as far as entries need it.
  function head(major, length) {
    if (length < 24) return Uint8Array.of(major << 5 | length);
    if (length < 256) return Uint8Array.of(major << 5 | 24, length);
    if (length < 65536) return Uint8Array.of(major << 5 | 25, length >> 8, length & 255);
    return Uint8Array.of(major << 5 | 26, length >>> 24, length >> 16 & 255, length >> 8 & 255,
      length & 255);
  }
  const cborBytes = data => join(head(2, data.length), data);
  const cborText = text => { const data = encoder.encode(text); return join(head(3, data.length), data); };
  const cborList = (...items) => join(head(4, items.length), ...items);

  function decode(data) {
    let at = 0;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    function number(low) {
      if (low < 24) return low;
      const size = { 24: 1, 25: 2, 26: 4, 27: 8 }[low];
      hold(size && at + size <= data.length, "记录的格式不对");
      at += size;
      if (size === 1) return view.getUint8(at - 1);
      if (size === 2) return view.getUint16(at - 2);
      if (size === 4) return view.getUint32(at - 4);
      return view.getUint32(at - 8) * 2 ** 32 + view.getUint32(at - 4);
    }
    function take(length) {
      hold(at + length <= data.length, "记录的格式不对");
      at += length;
      return data.subarray(at - length, at);
    }
    function item(depth) {
      hold(depth < 17 && at < data.length, "记录的格式不对");
      const first = data[at++], major = first >> 5, low = first & 31;
      if (major === 7) return { 20: false, 21: true, 22: null }[low];
      const length = number(low);
      if (major === 0) return length;
      if (major === 1) return -1 - length;
      if (major === 2) return take(length);
      if (major === 3) return decoder.decode(take(length));
      if (major === 4) return Array.from({ length }, () => item(depth + 1));
      hold(major === 5, "记录的格式不对");
      const map = new Map();
      for (let n = 0; n < length; n++) { const key = item(depth + 1); map.set(key, item(depth + 1)); }
      return map;
    }
    const value = item(0);
    hold(at === data.length, "记录的格式不对");
    return value;
  }

  async function verified(alg, key, signature, message) {
    const [name, importing] = {
      EdDSA: ["Ed25519", { name: "Ed25519" }],
      ES256: [{ name: "ECDSA", hash: "SHA-256" }, { name: "ECDSA", namedCurve: "P-256" }],
    }[alg] ?? [];
    if (name === undefined) throw new Unsupported(alg);
    let imported;
    try {
      imported = await crypto.subtle.importKey("raw", key, importing, false, ["verify"]);
    } catch (error) {
      throw error.name === "NotSupportedError" ? new Unsupported(alg) : new Wrong("公钥不能用");
    }
    return crypto.subtle.verify(name, imported, signature, message);
  }

  // name+id+base64(kind, key), as signed notes write it.
  async function verifier(text) {
    const at = text.indexOf("+"), second = text.indexOf("+", at + 1);
    const name = text.slice(0, at), key = bytes(text.slice(second + 1));
    const id = (await sha256(encoder.encode(name + "\n"), key)).subarray(0, 4);
    hold(hex(id) === text.slice(at + 1, second), "日志公钥的编号不对");
    return { name, id, key: key.subarray(1) };
  }

  async function openHead() {
    const text = decoder.decode(bytes(evidence.checkpoint));
    const gap = text.lastIndexOf("\n\n"), body = text.slice(0, gap + 1);
    const lines = text.slice(gap + 2).trimEnd().split("\n").map(line => line.split(" "));
    const by = wanted => lines.filter(line => line[1] === wanted.name
      && same(bytes(line[2]).subarray(0, 4), wanted.id)).map(line => bytes(line[2]).subarray(4));
    const log = await verifier(evidence.log), [signature] = by(log);
    hold(signature && await verified("EdDSA", log.key, signature, encoder.encode(body)),
      "日志头的签名不成立");
    let seen = 0;
    for (const one of evidence.witnesses) {
      const witness = await verifier(one), [found] = by(witness);
      if (!found || found.length !== 72) continue;
      const time = new DataView(found.buffer, found.byteOffset).getBigUint64(0);
      const message = encoder.encode(`cosignature/v1\ntime ${time}\n${body}`);
      if (await verified("EdDSA", witness.key, found.subarray(8), message)) seen++;
    }
    hold(seen >= evidence.quorum, `见证只有 ${seen} 个，政策要求 ${evidence.quorum} 个`);
    const [origin, size, root] = body.split("\n");
    hold(origin === log.name, "日志头是另一本日志的");
    return { size: Number(size), root: bytes(root), seen };
  }

  async function included(index, hash, path, log) {
    hold(Number.isInteger(index) && index < log.size, "叶号超出日志");
    let node = index, last = log.size - 1, current = hash;
    for (const sibling of path) {
      hold(last > 0, "包含证明太长");
      if (node % 2 || node === last) {
        current = await nodeHash(sibling, current);
        while (node % 2 === 0 && node) { node = Math.floor(node / 2); last = Math.floor(last / 2); }
      } else current = await nodeHash(current, sibling);
      node = Math.floor(node / 2);
      last = Math.floor(last / 2);
    }
    hold(last === 0 && same(current, log.root), "记录不在日志里");
  }

  // The entry of a leaf: in the log, and signed by the machine's key.
  async function entry(index, log) {
    const leaf = evidence.leaves[index];
    hold(leaf, "缺少记录");
    const data = bytes(leaf.data), hash = await leafHash(data);
    await included(Number(index), hash, leaf.proof.map(one => bytes(evidence.hashes[one])), log);
    hold(data[0] === 0xd2, "不是机器的记录");
    const [header, , payload, signature] = decode(data.subarray(1));
    const kid = decode(header).get(4), [device, alg, key] = evidence.keys[hex(kid)] ?? [];
    if (!device) throw new Unsupported("这台机器的公钥");
    const named = await sha256(encoder.encode(alg), Uint8Array.of(0), bytes(key));
    hold(same(named.subarray(0, 16), kid), "机器公钥的编号不对");
    const signed = cborList(cborText("Signature1"), cborBytes(header), cborBytes(new Uint8Array()),
      cborBytes(payload));
    hold(await verified(alg, bytes(key), signature, signed), "机器的签名不成立");
    const made = decode(payload);
    hold(made.get("device") === device, "别的机器的记录");
    return { made, body: made.get("body"), opened: leaf.opened, erased: leaf.erased };
  }

  // A leaf that names the entry's openings as erased; whether the officers allow it is not seen here.
  async function erased(index, made, log) {
    const leaf = evidence.leaves[index];
    hold(leaf, "没有盖印员的开示");
    const data = bytes(leaf.data);
    await included(Number(index), await leafHash(data),
      leaf.proof.map(one => bytes(evidence.hashes[one])), log);
    hold(data[0] !== 0xd2, "没有盖印员的开示");
    const named = decode(data), seq = made.get("seq");
    hold(named.get("type") === "erased" && named.get("what") === "openings"
      && named.get("spans").some(one => one.get("device") === made.get("device")
        && one.get("first") <= seq && seq <= one.get("last")), "没有盖印员的开示");
  }

  function clock(ms) {
    return new Date(Math.floor(ms / 1000) * 1000 + 8 * 3600000).toISOString().slice(0, 19).replace("T", " ");
  }

  function findings(list) {
    return list.map(text => {
      const [, name, number = "", places = ""] = /^([^:]*)(?::([^@]*)(?:@(.*))?)?$/s.exec(text);
      const where = places.split(";").filter(one => one).map(one => `(${one})`).join("、");
      const word = evidence.findings[name] ?? name;
      return `${word} ${number}${where ? `，距左上角 ${where} 毫米` : ""}`.trim();
    }).join("、") || "—";
  }

  function ending(end) {
    if (!end) return "open";
    return end.body.get("returned") ? "returned" : end.made.get("kind");
  }

  async function subjectOf(name, row) {
    const given = evidence.subjects[name];
    if (!given) throw new Unsupported("它的申请");
    hold(name === row, "申请属于另一次开锁");
    hold(hex(await sha256(bytes(given))) === name, "申请与记录不符");
    return decode(bytes(given));
  }

  // WebAuthn: one passkey's signature over this decision (wire/approval/decision.py).
  async function approved(one, subject, held) {
    const challenge = await sha256(Uint8Array.of(0xa7),
      cborText("v"), head(0, 1), cborText("kind"), cborText("application"),
      cborText("step"), cborText(one.step), cborText("person"), cborText(one.person),
      cborText("roster"), head(0, one.roster), cborText("subject"), cborBytes(subject),
      cborText("decision"), cborText(one.decision));
    const client = bytes(one.client), said = JSON.parse(decoder.decode(client));
    const wanted = btoa(String.fromCharCode(...challenge)).replaceAll("+", "-")
      .replaceAll("/", "_").replaceAll("=", "");
    hold(one.decision === "approve" && said.type === "webauthn.get" && said.challenge === wanted
      && held.origins.includes(said.origin) && !said.crossOrigin, "审批签的是别的内容");
    const authenticator = bytes(one.authenticator);
    hold(same(authenticator.subarray(0, 32), await sha256(encoder.encode(held.rp_id)))
      && (authenticator[32] & 5) === 5, "审批不是在县签名页上本人确认的");
    const key = decode(bytes(one.key)), p256 = key.get(1) === 2;
    const point = p256 ? join(Uint8Array.of(4), key.get(-2), key.get(-3)) : key.get(-2);
    const signature = p256 ? plain(bytes(one.signature)) : bytes(one.signature);
    const message = join(authenticator, await sha256(client));
    hold(await verified(p256 ? "ES256" : "EdDSA", point, signature, message), "审批的签名不成立");
  }

  // ECDSA's DER as r || s.
  function plain(der) {
    const parts = [];
    for (let at = 2; at < der.length; at += 2 + der[at + 1]) {
      const value = der.subarray(at + 2, at + 2 + der[at + 1]);
      const short = value.subarray(Math.max(0, value.length - 32));
      parts.push(join(new Uint8Array(32 - short.length), short));
    }
    hold(parts.length === 2 && der[0] === 0x30, "审批的签名不成立");
    return join(...parts);
  }

  async function checkApprovals(name, operator) {
    const held = evidence.approvals[name];
    hold(held && held.approvals.length, "没有审批签名");
    const people = new Set(held.approvals.map(one => one.person));
    hold(people.size === held.approvals.length && !people.has(operator), "审批人和盖印员不是各一人");
    for (const one of held.approvals) if (!("sm2" in one)) await approved(one, unhex(name), held);
    if (held.approvals.some(one => "sm2" in one)) throw new Unsupported("国密 SM2（审批）");
  }

  // What each cell must say, by the signed bytes: a whole text, or one that must stand at its end.
  async function wanted(opening, end, application, log) {
    const { made, body, opened } = opening, last = end ?? opening;
    hold(made.get("kind") === "authorised", "不是准许开锁的记录");
    if (end) {
      hold(end.body.get("authorised") === made.get("seq")
        && end.made.get("device") === made.get("device"), "结果属于另一次开锁");
    }
    const operator = opened ? opened[1] : "—";
    if (opened) {
      const committed = cborList(cborText("sealctl/v1/authorised"), cborText("operator"),
        cborBytes(bytes(opened[0])), cborText(operator));
      hold(same(await sha256(committed), body.get("operator")), "盖印员与记录不符");
    } else await erased(opening.erased, made, log);
    const asked = await subjectOf(hex(body.get("grant")), application);
    const emergency = asked.get("type") === "emergency";
    if (!emergency) await checkApprovals(application, operator);
    const presses = asked.get("impressions") + (emergency ? 0 : asked.get("seams"));
    return {
      time: clock(last.made.get("time").get("wall")),
      entry: `${made.get("device")} #${last.made.get("seq")}`,
      item: [`（${body.get("item")}）`],
      seal: [`（${body.get("seal")}）`],
      operator: [`（${operator}）`],
      title: `${asked.get("title")}（${asked.get(emergency ? "reason" : "purpose")}）`,
      applicant: emergency ? [""] : asked.get("applicant_name"),
      sheet: `${body.get("sheet")}/${presses}`,
      pages: String(emergency ? 0 : asked.get("pages").length),
      before: findings(body.get("findings")),
      after: end ? findings(end.body.get("findings") ?? []) : "—",
      state: evidence.states[ending(end)],
    };
  }

  async function checkRow(row, log) {
    const opening = await entry(row.dataset.leaf, log);
    const end = row.dataset.end === undefined ? null : await entry(row.dataset.end, log);
    const cells = await wanted(opening, end, row.dataset.application, log);
    for (const cell of row.querySelectorAll("[data-key]")) {
      const text = cell.textContent, want = cells[cell.dataset.key];
      const fits = Array.isArray(want) ? text.endsWith(want[0]) : text === want;
      hold(fits, `“${cell.dataset.label}”与签名的记录不一致`);
    }
  }

  function say(kind, word, reason, faults) {
    document.getElementById("browser").className = `verdict ${kind}`;
    document.getElementById("browser-word").textContent = word;
    document.getElementById("browser-reason").textContent = reason;
    for (const one of faults.slice(0, 20)) {
      const line = document.createElement("li");
      line.textContent = one;
      document.getElementById("browser-faults").append(line);
    }
  }

  const MARKS = { good: "✔", bad: "✘ 不通过", unknown: "不能核验" };

  async function judge(action) {
    try {
      await action();
      return ["good", ""];
    } catch (error) {
      if (error instanceof Unsupported) return ["unknown", `这里没有 ${error.message}`];
      return ["bad", error instanceof Wrong ? error.message : `记录读不出来（${error.message}）`];
    }
  }

  async function run() {
    if (!globalThis.crypto?.subtle) {
      say("unknown", "不能在这里核验", "这个浏览器打开本地文件时没有密码功能。请换用 Chromium 或 Edge，或用 sealinspect。", []);
      return;
    }
    const all = document.querySelectorAll("tr[data-leaf]"), faults = [];
    let log, unknown = 0;
    const [head, why] = await judge(async () => { log = await openHead(); });
    if (head === "bad") { say("bad", "✘ 浏览器核验不通过", why, []); return; }
    if (head === "unknown") {
      say("unknown", "不能在这里核验", `${why}（版本太旧）。请换用新版 Chromium 或 Edge，或用 sealinspect。`, []);
      return;
    }
    for (const row of all) {
      const [kind, words] = await judge(() => checkRow(row, log));
      const cell = row.querySelector(".checked");
      cell.textContent = MARKS[kind];
      cell.classList.add(kind);
      if (kind === "unknown") unknown++;
      if (kind === "bad") faults.push(`${row.querySelector("[data-key=entry]").textContent}：${words}`);
    }
    const base = `日志头 ${log.size} 条，签名成立，见证 ${log.seen} 个。`;
    if (faults.length) say("bad", "✘ 浏览器核验不通过", `${base}有 ${faults.length} 行不成立：`, faults);
    else if (unknown) say("unknown", "有的行不能在这里核验", `${base}${unknown} 行的签名算法或公钥这里没有，请用 sealinspect；其余 ${all.length - unknown} 行成立。`, []);
    else say("good", "✔ 浏览器核验通过", `${base}本页列出的 ${all.length} 行用印都在日志里，签名和内容相符。`, []);
  }

  run();
})();
