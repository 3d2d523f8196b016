"""What can be wrong with what a hub keeps, and what to do about it. Data; calls nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_BACKUP: Final = (
    "停 ingest，用备份恢复到另一个空目录再比对",
    "stop ingest, restore a backup into another empty folder and compare",
)
_KEEP: Final = (
    "保留现场，不要改动，报告县里：可能有人改过",
    "leave everything as it is and tell the county: somebody may have altered it",
)
_PUBLISH: Final = (
    "停 ingest，把 public/log 移走，再启动：它会重新发布",
    "stop ingest, move public/log away and start again: it publishes anew",
)
_REPLAY: Final = (
    "停 ingest，用备份和第二存储恢复（手册第 8 节）",
    "stop ingest and restore from backup and second store (guide, section 8)",
)
_WAIT: Final = (
    "等机器上传；很久不来请查那台机器",
    "wait for the machine; look at it if it stays so",
)
_NOTHING: Final = ("不用办", "nothing is to be done")

NOTES: Final = frozenset(
    {"photo_waiting", "blob_unlisted", "list_lost", "openings_waiting", "erased_here"}
)
"""What is said and is no fault: it was never here yet, or a restore has said so, or it goes."""
WORDS: Final[Mapping[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "leaf_gap": (("日志缺一片叶子", "a leaf of the log is missing"), _REPLAY),
    "leaf_altered": (("叶子和它的哈希不符", "a leaf does not fit its hash"), _KEEP),
    "node_differs": (("树的节点缺失或不对", "a node of the tree is missing or wrong"), _BACKUP),
    "head_missing": (("有叶子而没有签过的检查点", "there are leaves and no signed head"), _BACKUP),
    "head_false": (("检查点不是本日志密钥签的", "a checkpoint is not by the log's key"), _KEEP),
    "head_beyond": (("检查点比日志长", "a checkpoint has more leaves than the log"), _REPLAY),
    "head_differs": (("检查点的根与叶子不符", "a checkpoint's root is not the leaves'"), _KEEP),
    "head_unpublished": (("签过的检查点没有公布", "the signed head is not published"), _PUBLISH),
    "cosigned_short": (
        ("见证签名不足", "a head kept as cosigned lacks cosignatures"),
        ("重启 cosign", "start `sealhub cosign` again"),
    ),
    "told_beyond": (("回执发到了没见证的记录", "receipts went beyond what was cosigned"), _KEEP),
    "witness_ahead": (("县见证见过更长的日志", "a witness has seen a log that goes on"), _REPLAY),
    "tile_missing": (("公布的瓦片缺失", "a published tile is missing"), _PUBLISH),
    "tile_differs": (("公布的瓦片与日志不符", "a published tile is not the log's"), _PUBLISH),
    "second_short": (
        ("第二存储少了叶子", "the second store lacks leaves"),
        (
            "停 ingest 再启动：它会补齐；不补请换盘",
            "start ingest again, it completes it; else mend the disk",
        ),
    ),
    "second_differs": (("第二存储与日志不符", "the second store is another log"), _KEEP),
    "second_cut": (
        ("第二存储末尾有半片叶子", "the second store ends with half a leaf"),
        ("重启 ingest 即可", "start ingest again"),
    ),
    "leaf_unknown": (("叶子没有对应的记录或清单", "a leaf has no record and no list"), _REPLAY),
    "record_differs": (("记录与叶子不符", "a record is not its leaf"), _KEEP),
    "record_unlogged": (("记录不在日志里", "a record stands outside the log"), _KEEP),
    "record_false": (("记录的签名或格式不对", "a record is not signed by its machine"), _KEEP),
    "record_chain": (("记录前后不连", "a record does not follow the one before"), _KEEP),
    "openings_waiting": (("开示还没有来", "openings have not arrived"), _WAIT),
    "openings_false": (("开示与记录不符", "openings do not fit their record"), _KEEP),
    "list_differs": (("清单与日志不符", "a list is not the one that was logged"), _KEEP),
    "list_lost": (("清单只剩哈希", "of a list only the hash is left"), _NOTHING),
    "receipt_false": (("做不出有效的回执", "no valid receipt can be made"), _BACKUP),
    "blob_missing": (
        ("照片或页面的文件没有了", "the file of a photo or page is gone"),
        ("从备份的 blobs/ 复制回来", "copy it back from blobs/ of a backup"),
    ),
    "blob_spoilt": (
        ("照片或页面的文件坏了", "the file of a photo or page is spoilt"),
        (
            "从备份的 blobs/ 复制回来，检查硬盘",
            "copy it back from blobs/ of a backup; look at the disk",
        ),
    ),
    "site_torn": (
        ("公开网页的文件残缺或被改过", "a file of the public site is not what was written"),
        ("运行 sealhub site --once", "run `sealhub site --once`"),
    ),
    "blob_unlisted": (("文件没有登记", "a file that no row names"), _NOTHING),
    "report_spoilt": (
        ("直通车的封存原件坏了", "a sealed original of the hotline is spoilt"),
        (
            "停 hotline，用备份恢复到另一个空目录再比对，报告县里",
            "stop the hotline, restore a backup elsewhere, compare, and tell the county",
        ),
    ),
    "erased_here": (
        ("日志写明已清除的还在", "what the log names as erased is still here"),
        ("运行 sealhub retain", "run `sealhub retain`"),
    ),
    "photo_waiting": (("记录里的照片还没有来", "a photo of a record has not arrived"), _WAIT),
}
"""Code → what is wrong, what to do; Chinese and English."""


@dataclass(frozen=True)
class Fault:
    """One thing that does not fit, and where: a leaf, a file, a record (device/seq), a hash."""

    code: str
    place: str

    @property
    def is_note(self) -> bool:
        return self.code in NOTES

    @property
    def sentence(self) -> str:
        (zh, en), (next_zh, next_en) = WORDS[self.code]
        mark = "!" if self.is_note else "✗"
        return f"{mark} {self.code} {self.place}: {zh}；{next_zh}。 {en}: {next_en}."
