"""What the differences call things: field → (Chinese, English). Data only."""

from collections.abc import Mapping
from typing import Final

Words = Mapping[str, tuple[str, str]]

STATES: Final[Words] = {
    "active": ("在用", "in use"),
    "suspended": ("停用，从此不盖章", "suspended: stamps nothing from then on"),
    "retired": ("退役，不再使用", "retired, never used again"),
}
ROLES: Final[Words] = {
    "root": ("县级根密钥持有人", "county root holders"),
    "targets": ("授权人员", "authority officers"),
    "snapshot": ("平台在线密钥（内容）", "the hub's online key, snapshots"),
    "timestamp": ("平台在线密钥（时间）", "the hub's online key, timestamps"),
}
POLICY: Final[Words] = {
    "township": ("镇的编号", "the township"),
    "township_name": ("镇名", "the township's name"),
    "rp_id": ("签名页的域名", "domain of the signing page"),
    "origins": ("签名页的地址", "addresses of the signing page"),
    "log_origin": ("日志名称", "the log's name"),
    "log_key": ("日志密钥", "the log's key"),
    "witnesses": ("见证人的密钥", "the witnesses' keys"),
    "quorum": ("要几个见证人", "witnesses that a receipt needs"),
    "receipts_max_age_s": ("几秒没有回执就停机", "seconds without a receipt until it stops"),
    "receipts_max_count": ("几条没有回执就停机", "entries without a receipt until it stops"),
    "unlock_ms": ("开锁最长毫秒数", "longest opening, milliseconds"),
    "press_timeout_ms": ("等候盖下的毫秒数", "wait for the press, milliseconds"),
    "clock_floor_stamps": ("没有可靠时间时最多盖几次", "stamps without a trusted clock"),
    "logins": ("盖印员登录方式", "ways to log in"),
    "pin_attempts": ("密码可以错几次", "failures before a lock-out"),
    "pin_lock_s": ("锁定几秒", "seconds of a lock-out"),
    "emergency_after_s": ("断联几秒后可以应急", "seconds of silence before an emergency"),
    "emergency_presses": ("一次应急最多盖几次", "presses in an emergency"),
    "officers_operate": ("书记主任可以自己盖章", "secretary and director may operate"),
    "device_cas": (
        "机器凭以认出平台的证书机构（指纹）",
        "authorities by which machines know the hub, by fingerprint",
    ),
    "suites": ("记录密钥的种类", "kinds of record keys"),
    "approval_suites": ("审批可用的密钥种类", "kinds of keys that approve"),
    "supervisors": ("可以见证的职务", "offices that may witness"),
    "photos_days": ("照片保存几天（0 为一直保存）", "days that photos are kept, 0 for ever"),
    "absence_days": (
        "不在最长几天可由替补代签（0 为不许）",
        "longest absence for which substitutes sign, in days, 0 for none",
    ),
    "absence_offices": ("可以替别人说不在的职务", "offices that may say who is away"),
    "openings_days": ("开示保存几天（0 为一直保存）", "days that openings are kept, 0 for ever"),
}
