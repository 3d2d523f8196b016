"""Why a witness did not cosign, in words for operators. Data; calls nothing."""

from collections.abc import Mapping
from typing import Final

PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    "no_address": (
        "hub.toml 的 [witness] 里没有它的地址",
        "it has no address in [witness] of hub.toml",
    ),
    "unreachable": ("连不上", "it cannot be reached"),
    "refused": ("它拒绝见证", "it refuses"),
    "unknown_log": ("它还不认识本镇的日志，请县里登记", "it does not follow this log yet"),
    "false": ("它的回答不是有效的见证", "what it answered is no cosignature of its key"),
    "forgot": (
        "它忘了自己见证过的记录：它的数据库被换成了旧的，请告诉县里",
        "it forgot what it had cosigned: its database is an older one, tell the county",
    ),
    "claims_more": (
        "它说见过更多记录，但拿不出本日志签名的检查点",
        "it claims to have seen more, and shows no checkpoint that this log signed",
    ),
    "ahead": (
        "它见过的日志，本平台现在没有：数据库被换成了旧的",
        "it has seen a log that this hub no longer has: the database is an older one",
    ),
}
