"""Every reason for which a machine does not join its township, or gets no new certificate.

Calls only `wire.refusals`. Codes are extended, never renamed. These never stand on the machine's
screen: who reads them is an operator at a console.
"""

from typing import Final

from wire.refusals import Refusal
from wire.refusals_table import Words

_AGAIN_ZH: Final = "请在平台上重新生成：sealhub device add。"
_AGAIN_EN: Final = "Make a new one on the hub: `sealhub device add`."
_OFFICERS_ZH: Final = "请县里授权人员发布新的清单包，再由平台导入。"
_OFFICERS_EN: Final = "The county's officers publish a new package, and the hub imports it."

TABLE: Final[dict[str, Words]] = {
    "token_broken": (
        "开通码抄错了，或不完整。",
        "The token is mistyped or cut short.",
        "请重新扫码或粘贴全部文字。",
        "Scan it again, or paste the whole text.",
    ),
    "label_unread": (
        "没有读到码。",
        "No code was read.",
        "请检查扫码器（[hardware.scanner]），对准标签再试；也可以用 --token - 粘贴开通码。",
        "Check the scanner ([hardware.scanner]), hold the label before it; or use `--token -`.",
    ),
    "token_unknown": (
        "平台不认识这个开通码。",
        "The hub does not know this token.",
        _AGAIN_ZH,
        _AGAIN_EN,
    ),
    "token_used": (
        "这个开通码已被另一把密钥用过。",
        "This token has been used by other keys.",
        "如果不是您用的，请立即运行 sealhub device revoke，再重新生成。",
        "If that was not you, run `sealhub device revoke` at once, then make a new one.",
    ),
    "token_expired": ("开通码已过期。", "The token has expired.", _AGAIN_ZH, _AGAIN_EN),
    "token_other_device": (
        "开通码是另一台设备的。",
        "The token is another device's.",
        "请核对标签，用这台机器自己的开通码。",
        "Compare the labels and use this machine's own token.",
    ),
    "serial_differs": (
        "开通码绑定了另一块主板的序列号。",
        "The token is bound to another board's serial number.",
        "请核对主板，或为这块主板重新生成开通码。",
        "Compare the boards, or make a token for this one.",
    ),
    "machine_toml": (
        "机器的配置文件不能用。",
        "The machine's configuration cannot be used.",
        "请先写好 [panel] 和 [hardware] 部分，用 --hardware 指定。",
        "Write its [panel] and [hardware] sections first and name the file with --hardware.",
    ),
    "key_unusable": (
        "机器的密钥或记录不能用。",
        "A key of the machine, or its journal, cannot be used.",
        "请看详细信息；密钥文件只能由本机管理员读取。",
        "See the detail; key files must be readable by this machine's root alone.",
    ),
    "hub_unreachable": (
        "连不上镇平台。",
        "The township's hub cannot be reached.",
        "请检查网络、地址和端口，平台上要运行 sealhub enrol；再运行同一条命令。",
        "Check network, address and port, and that `sealhub enrol` runs; then run the same again.",
    ),
    "hub_other": (
        "对方不是开通码所说的平台：证书指纹不同。",
        "This is not the hub that the token names: its certificate has another fingerprint.",
        "停下来。请核对地址；地址无误就可能有人冒充，请报告镇里。",
        "Stop. Check the address; if it is right somebody may be posing as the hub: report it.",
    ),
    "hub_garbled": (
        "平台的回答看不懂。",
        "The hub's answer makes no sense.",
        "请核对地址和端口，以及两边的软件版本。",
        "Check address and port, and the versions of the software on both sides.",
    ),
    "clock_off": (
        "机器的时间与平台相差太多。",
        "The machine's clock is far from the hub's.",
        "请先对时（联网对时，或 date -s），再运行同一条命令。",
        "Set the clock first (from the network, or with `date -s`), then run the same again.",
    ),
    "root_differs": (
        "县级根与县里纸上或U盘上的哈希不同。",
        "The county root does not have the hash that came from the county.",
        "停下来。请与县里核对哈希；绝不能采用平台给的哈希。",
        "Stop. Compare the hash with the county; never take one from the hub.",
    ),
    "root_missing": (
        "平台还没有县级根。",
        "The hub has no county root yet.",
        "请先在平台导入清单包，或用 --root-file 指定县里的 root.json。",
        "Import the officers' package on the hub, or give the county's root.json by --root-file.",
    ),
    "key_elsewhere": (
        "这把签名密钥属于另一台设备：可能是复制的存储卡。",
        "This signing key belongs to another device: perhaps a copied card.",
        "请用空的文件夹重新开通，并查清复制的来源。",
        "Provision from an empty folder, and find out who copied the card.",
    ),
    "key_differs": (
        "清单上这台设备是另一把签名密钥。",
        "The officers' list names another signing key for this device.",
        "换了机器要用新的设备编号（device add --replaces）；登记错了请县里授权人员改正。",
        (
            "A new machine needs a new device id (`device add --replaces`); a slip is for the "
            "officers to mend."
        ),
    ),
    "replaces_differs": (
        "开通码所说接替的旧机器与清单不同。",
        "The token names another machine as the one replaced than the officers' list.",
        "请县里授权人员核对清单，再按清单重新生成开通码（device add --replaces）。",
        "The officers check the list; then make a token that agrees (`device add --replaces`).",
    ),
    "proof_invalid": (
        "没有证明持有签名密钥。",
        "It was not proved that the signing key is held.",
        "请在机器上运行 sealctl provision；仍不行请报告镇里。",
        "Run `sealctl provision` at the machine itself; if it stays so, report it.",
    ),
    "request_invalid": (
        "证书申请不能用。",
        "The request for a certificate cannot be used.",
        "请在机器上再运行 sealctl provision。",
        "Run `sealctl provision` at the machine again.",
    ),
    "unlisted": (
        "清单上还没有这台机器。",
        "The officers' list does not name this machine yet.",
        _OFFICERS_ZH,
        _OFFICERS_EN,
    ),
    "suspended": (
        "这台机器在清单上是停用的。",
        "The officers' list has this machine suspended.",
        _OFFICERS_ZH,
        _OFFICERS_EN,
    ),
    "revoked": (
        "这台机器的证书已被吊销。",
        "This machine's certificates have been revoked.",
        "查清原因后，用新的开通码重新开通。",
        "Find out why; then provision it anew with a new token.",
    ),
    "certificate_needed": (
        "这一步要有效的机器证书。",
        "This step needs a machine's valid certificate.",
        "证书过期的机器由 syncd 自行恢复；否则请重新开通。",
        "syncd recovers an expired certificate by itself; otherwise provision anew.",
    ),
    "challenge_stale": (
        "挑战值过期了。",
        "The challenge has run out.",
        "请再试一次。",
        "Try again.",
    ),
    "too_many": (
        "请求太频繁。",
        "Too many requests.",
        "请等一分钟再试。",
        "Wait a minute and try again.",
    ),
    "lockd_away": (
        "锁控进程没有运行。",
        "lockd is not running.",
        "请启动：systemctl start sealctl.target，然后运行 sealctl provision --finish。",
        "Start it: `systemctl start sealctl.target`, then run `sealctl provision --finish`.",
    ),
    "list_pending": (
        "机器还没有收到清单。",
        "The machine has not received its list yet.",
        "请确认平台的 work、消息中间件和机器的 syncd 在运行，再运行 sealctl provision --finish。",
        (
            "See that the hub's work, the broker and the machine's syncd run; then run "
            "`sealctl provision --finish`."
        ),
    ),
    "receipt_pending": (
        "开机记录还没有回执。",
        "The boot entry has no receipt yet.",
        "请确认平台的 ingest、消息中间件和机器的 syncd 在运行，再运行 sealctl provision --finish。",
        (
            "See that the hub's ingest, the broker and the machine's syncd run; then run "
            "`sealctl provision --finish`."
        ),
    ),
    "not_joined": (
        "这台机器还没有开通。",
        "This machine has not joined a township yet.",
        "请用开通码运行 sealctl provision。",
        "Run `sealctl provision` with a token.",
    ),
}

REASONS: Final = {code: Refusal(code, *words) for code, words in TABLE.items()}


class NotProvisioned(Exception):  # noqa: N818
    """No, for a reason of the table; `detail` (English) is for the operator, never a secret."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.refusal = REASONS[code]
        self.code = code
        self.detail = detail


def to_dict(code: str, detail: str = "") -> dict[str, str]:
    """The reason as it is printed; KeyError for a code that is not in the table."""
    known = REASONS[code]
    words = {"zh": known.zh, "en": known.en, "next_zh": known.next_zh, "next_en": known.next_en}
    return {"code": code, **words, "detail": detail}
