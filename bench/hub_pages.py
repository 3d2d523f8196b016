"""Which pages and addresses of a hub are measured, as whom. Data; calls nothing."""

from dataclasses import dataclass
from typing import Final

MONTH: Final = "2026-10"
"""In which little happened, in any hub alike."""
PROGRAM: Final = "program"
"""Asked by the inspector's program."""
SEARCH: Final = "search"
"""A search of the inspector's own for a person: no address has it."""
INSPECTOR: Final = "ren"


@dataclass(frozen=True)
class Page:
    """`path` with `{middle}` for half of the records; `who` a person of the township or PROGRAM."""

    name: str
    path: str
    who: str = INSPECTOR


SPAN: Final = "since=2026-01-01&until=2030-01-01"
SEAL: Final = "/registers/seals/sunrise/seal-committee/"
LISTS: Final = (
    Page("records", "/records/"),
    Page("records, in the middle", "/records/?after={middle}.{middle}"),
    Page("records of a kind and machine", "/records/?kind=stamped&device=sunrise-1"),
    Page("records of a village", "/records/?village=sunrise"),
    Page("records of a machine", "/records/?device=sunrise-1"),
    Page("records of a village and days", f"/records/?village=sunrise&{SPAN}"),
    Page("records of an item", "/records/?item=residence"),
    Page("records of a person", SEARCH),
    Page("records that I did not review", "/records/?mine=todo"),
    Page("alarms", "/alarms/"),
    Page("alarms, all of a kind", "/alarms/?state=all&rule=machine"),
    Page("cases", "/cases/"),
    Page("audit", "/audit/"),
    Page("searches", "/searches/", "gui"),
    Page("the port's page", "/port/"),
    Page("machines", "/fleet/"),
    Page("reports to the hotline", "/hotline/"),
    Page("reports that are done", "/hotline/?state=done"),
    Page("who asked to know who reported", "/hotline/openings/?decided", "gui"),
)
REGISTERS: Final = (
    Page("register of seal use", f"/registers/use/?month={MONTH}", "geng"),
    Page("the same as a table", f"/registers/use.csv?month={MONTH}", "geng"),
    Page("register of seals", "/registers/seals/", "geng"),
    Page("one seal", SEAL, "geng"),
    Page("register of resolutions", "/registers/resolutions/", "geng"),
    Page("one resolution", "/registers/resolutions/1/", "geng"),
)
AFFAIRS: Final = (
    Page("publication", "/affairs/", "geng"),
    Page("questions to it", "/affairs/questions/", "geng"),
    Page("publication of all villages", "/affairs/villages"),
)
PORT: Final = tuple(
    Page(f"port: {path}", f"/api/v1/{path}", PROGRAM)
    for path in (
        "records",
        "records?after={middle}.{middle}",
        f"records?village=sunrise&{SPAN}",
        "alarms?state=all",
        "cases?state=all",
        "machines",
        "statistics?until=2026-10-31",
        "exports",
    )
)
FIRST: Final = tuple(
    Page(f"first page: {office}", "/", person)
    for office, person in (
        ("secretary", "jia"),
        ("director", "yi"),
        ("supervisor", "bing"),
        ("cooperative", "ding"),
        ("operator", "wu"),
        ("clerk", "geng"),
        ("township leader", "gui"),
        ("inspector", INSPECTOR),
    )
)
PAGES: Final = (*LISTS, *REGISTERS, *AFFAIRS, *PORT, *FIRST)
