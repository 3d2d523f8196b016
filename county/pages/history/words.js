// What the page says when it shows nothing: code → Chinese, English, what to do next in both. Data only.

export const WORDS = {
  none: [
    "本县还没有开通这个查询。",
    "No township keeps a history here yet.",
    "请联系县里。",
    "Call the county.",
  ],
  unavailable: [
    "县里的日志副本现在不能用。",
    "The county's copy of the log cannot be used now.",
    "请过一会儿再查；一直不行，请打县里的电话。",
    "Try again later; call the county if it keeps failing.",
  ],
  unknown: [
    "没有认出这把钥匙。",
    "This key was not recognised.",
    "请看一看选的村和人对不对，用登记在县里的那把钥匙再试。刚登记的钥匙，要等新名册进了日志才能查。",
    "Check village and name, and use the key that was enrolled. A new key works once the log has the new roster.",
  ],
  ticket: [
    "这次确认过了时间，或者已经用过。",
    "This confirmation is past its time, or was used already.",
    "请再按一次“用我的钥匙查看”。",
    "Press the button again.",
  ],
  malformed: [
    "没有问成，什么也没有打开。",
    "The question could not be read; nothing was opened.",
    "请重新打开这个页面再试。",
    "Open this page anew and try again.",
  ],
  cancelled: [
    "没有完成确认，什么也没有打开。",
    "Not confirmed: nothing was opened.",
    "可能是取消了、超时了，或者这台设备上没有您的钥匙。请再按一次按钮。",
    "Cancelled, timed out, or your key is not on this device. Press the button again.",
  ],
  browser: [
    "这个浏览器不能用通行密钥。",
    "This browser cannot use passkeys.",
    "请换用手机自带的浏览器，或到镇里办公电脑上查。",
    "Use the phone's own browser, or a computer at the township's office.",
  ],
  config: [
    "查询页暂时不能用。",
    "The page is out of order.",
    "请稍后重试，或联系县里。",
    "Try again later, or call the county.",
  ],
};

/** What was decided: Chinese, English. */
export const DECISIONS = {
  approve: ["同意", "approved"],
  return: ["退回", "returned"],
};

/** What a correction says of the original. */
export const STATES = {
  cancelled: "原件已收回",
  lost: "原件遗失",
};
