"""Who lives in the demo: one invented township, one village, plainly invented people.

Data only; calls nothing.
"""

from dataclasses import dataclass

TOWNSHIP = "demo-township"
TOWNSHIP_NAME = "示例镇(演示)"
VILLAGE = "sunrise"
VILLAGE_NAME = "晨光村(演示)"
DEVICE = "sunrise-1"


@dataclass(frozen=True)
class Role:
    """One invented person: id, name, title for the eye, and offices held."""

    id: str
    name: str
    title: str
    offices: tuple[str, ...]
    pin: str | None = None


@dataclass(frozen=True)
class SealSlot:
    """One seal in the machine."""

    id: str
    kind: str
    name: str
    slot: int


CAST = (
    Role("p-zhang", "张三", "村党组织书记", ("village.secretary",)),
    Role("p-li", "李四", "村民委员会主任", ("village.director",)),
    Role("p-wang", "王五", "村务监督委员会主任", ("village.supervisor",), "864203"),
    Role("p-zhao", "赵六", "股份经济合作社董事长", ("village.cooperative",)),
    Role("p-qian", "钱七", "盖印员", ("village.operator",), "246810"),
    Role("p-zheng", "郑十一", "盖印员", ("village.operator",), "135791"),
    Role("p-sun", "孙八", "文书", ("village.clerk",)),
    Role("p-zhou", "周九", "包村领导", ("township.leader",)),
    Role("p-feng", "冯十二", "镇值班领导", ("township.duty", "township.leader")),
    Role("p-wu", "吴十", "镇纪委", ("township.inspector",)),
)

SEALS = (
    SealSlot("seal-party", "party", "晨光村党组织(演示)", 1),
    SealSlot("seal-committee", "committee", "晨光村村民委员会(演示)", 2),
    SealSlot("seal-cooperative", "cooperative", "晨光村股份经济合作社(演示)", 3),
)
