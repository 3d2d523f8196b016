// What the page says when it does not say 真实: code → state, Chinese, English, what to do next in both. Data only.

const ASK = ["拿着这张纸，打下面的电话问，或到镇里、县里问。", "Take the paper and call or visit one of the offices below."];
const REPORT = [
  "先别收这张纸，也别按它办事。请打 12388，或到县里反映。",
  "Do not rely on this paper. Report it by telephone, 12388, or to the county.",
];

/** `false` is shown as 不符 in red, `unknown` as 无法核验 in yellow. */
export const WORDS = {
  void: ["false", "这次盖章已经作废，不再有效。", "This stamp was declared void.", ...ASK],
  other: ["false", "拿来的凭证是另一次盖章的，不是您查的这一次。", "The proof is of another stamp than the one asked for.", ...REPORT],
  inclusion: ["false", "这次盖章不在镇里签过字的日志里。", "The stamp does not stand in the log that the township signed.", ...REPORT],
  log: ["false", "凭证上镇日志的签名不对。", "The township log's signature does not hold.", ...REPORT],
  witness: ["false", "凭证上县见证的签名不对。", "A witness's signature does not hold.", ...REPORT],
  machine: ["false", "凭证上印章机的签名不对，内容被改过。", "The machine's signature does not hold: it was altered.", ...REPORT],
  parts: ["false", "凭证里的几条记录对不上。", "The entries in the proof contradict one another.", ...REPORT],
  key: ["unknown", "县里的名单上没有这台印章机的密钥。", "The machine's key is not in the county's list.", ...ASK],
  township: ["unknown", "县里没有登记这个镇，不能核验。", "This township is not in the county's list.", ...ASK],
  missing: [
    "unknown",
    "镇里查不到这次盖章。",
    "The township knows no such stamp.",
    "刚盖的章，请过十分钟再查。还是查不到，这张纸可能是假的：请打下面的电话问。",
    "A fresh stamp needs ten minutes. If it is still missing then, the paper may be false: call one of the offices below.",
  ],
  twice: [
    "unknown",
    "有两次盖章用同一个编号，分不清是哪一次。",
    "Two stamps share this number.",
    "请改用二维码来查，或打下面的电话问。",
    "Scan the QR code instead, or call one of the offices below.",
  ],
  offline: [
    "unknown",
    "没有连上镇里，凭证没有取到。",
    "The township could not be reached.",
    "请检查网络，过一会儿再查；手里有凭证文件的，可以在下面选文件核验。",
    "Check the connection and try again, or choose the proof file below if you have it.",
  ],
  large: ["unknown", "这个文件太大，不是凭证文件。", "The file is too large for a proof file.", ...ASK],
  unread: ["unknown", "这个文件读不懂，不是完整的凭证文件。", "This is no proof file, or not a whole one.", ...ASK],
  newer: ["unknown", "这份凭证的格式，本页还不认识。", "This page does not know this form of proof yet.", ...ASK],
  algorithm: ["unknown", "这台印章机用的签名算法，本页不能核对。", "This page cannot check the machine's signature algorithm.", ...ASK],
  phone: [
    "unknown",
    "这部手机的浏览器太旧，不能核对签名。",
    "This phone's browser is too old to check signatures.",
    "请换一部新一些的手机再查，或拿着这张纸打下面的电话问。",
    "Try a newer phone, or call one of the offices below.",
  ],
  link: [
    "unknown",
    "链接不完整，不知道要查哪一次盖章。",
    "The link is incomplete.",
    "请重新扫码，或在下面输入纸上的编号。",
    "Scan again, or type the number on the paper below.",
  ],
  config: ["unknown", "县里的核验页暂时不能用。", "The county's page is out of order.", ...ASK],
};

/** Title of each state: sign, Chinese, English. */
export const STATES = {
  real: ["✓", "真实", "Genuine"],
  false: ["✗", "不符", "Does not match"],
  unknown: ["？", "无法核验", "Cannot be verified"],
};

/** What a correction says of the original. */
export const VOID = {
  cancelled: ["原件已收回", "the original is cancelled"],
  lost: ["原件遗失", "the original is lost"],
};
