"""What can be wrong with a bundle: stable codes, a sentence in two languages, and where.

Calls nothing.
"""

from typing import Final

WORDS: Final = {
    "policy": ("核验政策不能用", "the policy cannot be used"),
    "missing": ("缺少文件", "a file is missing"),
    "root": ("县级根文件不是政策所钉的那一份", "the county root is not the one the policy pins"),
    "checkpoint": ("检查点的签名或见证不成立", "the checkpoint's signature or witnesses fail"),
    "pending": ("尚待县级见证", "pending county witness: too few witnesses have seen it"),
    "stale": ("检查点太旧", "the records are older than the policy allows"),
    "tree": ("记录与检查点不符：有删改", "the leaves do not make the checkpoint's tree"),
    "rolled_back": ("日志比先前的检查点退后或分叉", "the log does not continue the earlier one"),
    "split": ("日志两副面孔：机器见过另一份日志", "a split view: a machine saw another log"),
    "leaf": ("日志里有不认识的内容", "a leaf is neither an entry nor a list"),
    "renewal": ("接续旧日志的说明不成立", "how the log follows a former one does not hold"),
    "list": ("清单不成立", "a published list does not hold"),
    "entry": ("记录的签名或格式不成立", "an entry's signature or form fails"),
    "chain": ("机器的记录不连续", "a machine's entries do not follow one another"),
    "continued": ("接替旧机的首条记录与日志不符", "a machine continues what the log does not have"),
    "opening": ("记录的开示缺少或不符", "an opening is missing or does not fit its entry"),
    "photo": ("照片缺少或被改动", "a photo is missing or was changed"),
    "erased": ("所称的按保存期清除不成立", "an erasure by retention that does not hold"),
    "grant": ("用印没有成立的批准", "a stamp without approvals that hold"),
    "emergency": ("应急用印不成立", "an emergency that does not hold"),
    "correction": ("作废不成立", "a correction that does not hold"),
    "counters": ("锁头计数对不上", "the head's counters do not add up"),
    "stamp": ("用印过程的记录不成立", "the record of a stamp does not hold"),
}


class NotVerifiedError(Exception):
    """The bundle does not hold. `where` names file or leaf, `detail` (English) says more."""

    def __init__(self, code: str, where: str, detail: str = "") -> None:
        self.code, self.where, self.detail = code, where, detail
        self.zh, self.en = WORDS[code]
        super().__init__(f"{self.zh}（{where}）。 {self.en} ({where}): {detail}".rstrip(": "))

    def __reduce__(self) -> tuple[type["NotVerifiedError"], tuple[str, str, str]]:
        """From one process to another."""
        return type(self), (self.code, self.where, self.detail)


class UnusableError(Exception):
    """There is nothing to verify here; the text says why, in Chinese and English."""
