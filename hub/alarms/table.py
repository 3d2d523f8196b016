"""The rules of alarms: what each is called, after how long it is raised, when it is to be answered.

Data; calls nothing of ours. Hours differ by place: hub.toml replaces them (`hub.alarms.limits`).
`source` says where a default comes from; 示例 marks one for which no source gives a figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MARKET: Final = "章管家的默认值 (a market leader's defaults)"
EXAMPLE: Final = "示例 (an example: no source gives a figure)"


@dataclass(frozen=True)
class Rule:
    """`after_h`: hours until it is raised, None where it is raised at once; `answer_h`: hours in
    which an outcome is due. A `lasting` one ends when its cause does; the others are events.
    `expected` is what should have been, with {limit} hours.
    """

    id: str
    zh: str
    en: str
    expected_zh: str
    after_h: int | None
    answer_h: int
    lasting: bool
    source: str


RULES: Final[Mapping[str, Rule]] = {
    rule.id: rule
    for rule in (
        Rule(
            "unstamped", "批准后没有用印", "approved, not stamped",
            "批准后 {limit} 小时内用印", 72, 72, True, MARKET,
        ),
        Rule(
            "unended", "用印没有结束", "use not ended",
            "开始用印后 {limit} 小时内全部盖完并上锁", 24, 24, True, MARKET,
        ),
        Rule(
            "idle", "印章闲置", "seal idle",
            "每枚印章 {limit} 小时内至少用一次；不用的应停用", 30 * 24, 168, True, MARKET,
        ),
        Rule(
            "silent", "机器没有声音", "machine silent",
            "机器每小时报一次在线；{limit} 小时内至少有一条记录", 24, 24, True, EXAMPLE,
        ),
        Rule(
            "withheld", "记录没有送到", "entries not delivered",
            "机器写下的记录 {limit} 小时内送到", 6, 24, True, EXAMPLE,
        ),
        Rule(
            "machine", "机器报警", "alarm of a machine",
            "机身没有报警", None, 24, False, EXAMPLE,
        ),
        Rule(
            "page_mismatch", "页面不一致", "page mismatch",
            "放进去的是批准的那一页", None, 24, False, MARKET,
        ),
        Rule(
            "text_differs", "文字与批准的页不同", "text differs from the approved page",
            "照片上的文字与批准的页一致", None, 24, False, MARKET,
        ),
        Rule(
            "blank_page", "空白纸", "blank page",
            "纸上有批准的内容", None, 24, False, "余杭的报警 (alarms in use at Yuhang)",
        ),
        Rule(
            "count_mismatch", "照片数与按压数不一致", "pictures and presses differ",
            "每按压一次，盖后有一张照片", None, 24, False, MARKET,
        ),
        Rule(
            "conflict", "记录互相矛盾", "records contradict one another",
            "同一台机器的同一序号只有一条记录，一条接一条", None, 24, False, EXAMPLE,
        ),
    )
}  # fmt: skip
"""In the order in which pages list them."""

ESCALATE_TO: Final = ("township.leader",)
"""The offices to which an alarm without an outcome goes, one level each time its hours pass."""
