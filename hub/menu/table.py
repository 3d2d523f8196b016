"""The staff pages' menu: every entry, in its group, with the offices that it is for. Data.

Calls `hub.people` for the offices' names. Whether a page is given to somebody is for the page to
say; the menu names no page that would refuse him.
"""

from dataclasses import dataclass
from typing import Final

from hub.people.roster import KEEPERS
from hub.people.session import ANY

INSPECTOR: Final = "township.inspector"
ALARMED: Final = "alarmed"
SUPERIOR: Final = "superior"
GRANTER: Final = "granter"
"""Stand for the offices that hub.toml names: those alarms go to, those that see searches, those
asked about reporters.
"""
IN_ROW: Final = 3
"""So many stand in the head at all times: what fits beside one button on a narrow phone."""


@dataclass(frozen=True)
class Entry:
    """A page; `also` are further beginnings of addresses that belong to it."""

    address: str
    zh: str
    offices: tuple[str, ...] = (ANY,)
    also: tuple[str, ...] = ()

    def covers(self, path: str) -> int:
        """How much of that address is this page's; 0 where it is another page."""
        own = path == self.address or (self.address != "/" and path.startswith(self.address))
        found = [self.address] if own else [one for one in self.also if path.startswith(one)]
        return max(map(len, found), default=0)


GROUPS: Final[tuple[tuple[str, tuple[Entry, ...]], ...]] = (
    (
        "今天的事",
        (
            Entry("/", "首页", also=("/applications/", "/corrections/", "/requests/", "/drafts/")),
            Entry("/alarms/", "报警", (INSPECTOR, ALARMED)),
            Entry("/daily/", "每日必看", (INSPECTOR,)),
            Entry("/items/", "事项清单", also=("/catalogue/",)),
            Entry("/duty/", "值班"),
            Entry("/appointments/", "预约"),
            Entry("/affairs/", "三务公开"),
            Entry("/checks/", "突击检查", (INSPECTOR,)),
            Entry("/hotline/", "监察站直通车", (INSPECTOR,)),
            Entry("/hotline/openings/", "查看反映人的申请", (GRANTER,)),
        ),
    ),
    (
        "记录",
        (
            Entry("/records/", "用印记录", (INSPECTOR,)),
            Entry("/daily/figures/", "用印统计", (INSPECTOR,)),
            Entry("/registers/", "登记簿"),
            Entry("/relief/", "扶贫"),
            Entry("/cases/", "案卷", (INSPECTOR,)),
            Entry("/pressed/", "被迫用印", (INSPECTOR,)),
            Entry("/searches/", "检查人员的查询", (SUPERIOR,)),
            Entry("/relief/looks/", "扶贫查询次数", (INSPECTOR,)),
            Entry("/audit/", "操作留痕", (INSPECTOR,)),
            Entry("/port/", "总端口", (INSPECTOR,)),
        ),
    ),
    (
        "人员和机器",
        (
            Entry("/people/", "人员", KEEPERS),
            Entry("/handovers/", "换届"),
            Entry("/fleet/", "机器"),
            Entry("/doors/", "二维码和门牌码"),
            Entry("/me/", "我的登录"),
        ),
    ),
)
"""The first entries of all that somebody is shown stand in the head; the rest behind 更多."""
