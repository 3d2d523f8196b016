"""What tests of publication begin with: a catalogue, a draft on its way, reviewers who sign.

Calls `hub.affairs` and `tests.hub.public_rig`.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from hub.affairs import catalogue, drafts, flow, items, pages
from hub.affairs.catalogue import Version
from hub.affairs.models import Draft, Edition, Event
from hub.clock import now_ms
from hub.days import today
from hub.site.folder import Folder
from hub.site.place import Place
from hub.site.shared import shared
from tests.support.contents import ORIGIN, RP_ID, VILLAGE
from tests.support.township import Township
from wire.approval import decision
from wire.approval.decision import Approval
from wire.release import KIND, Cell

SUPERVISOR, SECOND = "village.supervisor", "village.cooperative"
SINCE = "2025-01-01"
WHERE = Place(VILLAGE, "晨光村")
INCOME: tuple[tuple[Cell, ...], ...] = (
    ("2026-10-08", "山林承包费", 1_200_000, "承包户"),
    ("2026-10-20", "停车场收入", 345_050, "停车"),
)
GRANTS: tuple[tuple[Cell, ...], ...] = (
    ("周示例", "临时救助", 80_000, "2026-10-18"),
    ("吴示例", "临时救助", 50_000, "2026-10-18"),
)


def lay(state: Path, *, two: Sequence[str] = ()) -> None:
    """The example catalogue in that state folder; the items `two` are reviewed by two offices."""
    found = items.read(catalogue.EXAMPLE.read_bytes())
    data = items.write(found).decode("utf-8-sig")
    lines = [
        line.replace(SUPERVISOR, f"{SUPERVISOR}；{SECOND}")
        if any(f",{name}," in line for name in two)
        else line
        for line in data.splitlines()
    ]
    (state / catalogue.FOLDER).mkdir(exist_ok=True)
    (state / catalogue.FOLDER / f"{SINCE}.csv").write_text("\n".join(lines), "utf-8")


def only(name: str) -> catalogue.Catalogue:
    """The example with that item alone."""
    found = items.read(catalogue.EXAMPLE.read_bytes())
    return (Version(date.fromisoformat(SINCE), {name: found[name]}),)


def drafted(
    item: str = "finance-income",
    rows: Sequence[Sequence[Cell]] = INCOME,
    *,
    period: str = "2026-10",
    person: str = "geng",
    event: Event | None = None,
    title: str = "十月各项收入",
    text: Sequence[str] = (),
    at_ms: int | None = None,
) -> Draft:
    columns = catalogue.named(catalogue.current())[item].columns
    return drafts.draft_of(
        item, VILLAGE, period, columns, rows,
        title=title, text=text, event=event, person=person, now_ms=at_ms or now_ms(),
    )  # fmt: skip


def put(draft: Draft, at_ms: int | None = None) -> Edition:
    """To review; nothing in it waits for a decision."""
    at = at_ms or now_ms()
    flow.check(draft, sha256(str(draft.pk).encode()).digest(), at)
    return flow.submit(draft, at)


def signed(
    township: Township, edition: Edition, office: str, person: str, *, verdict: str = "approve",
    by: str = "", roster: int | None = None,
) -> Approval:  # fmt: skip
    """That person's real assertion, as the county's page brings it."""
    version = roster or township.roster.version
    asked = decision.challenge(KIND, bytes(edition.subject.hash), office, person, verdict, version)
    proof = township.authenticators[by or person].get_assertion(RP_ID, ORIGIN, asked)
    return Approval(office, person, verdict, version, proof)


def published(township: Township, *, at_ms: int | None = None, **draft: Any) -> Edition:
    """Through review by the supervisor alone."""
    edition = put(drafted(at_ms=at_ms, **draft), at_ms)
    given = signed(township, edition, SUPERVISOR, "bing")
    return flow.take(bytes(edition.subject.hash), given, at_ms or now_ms())


def project(
    township: Township, *stages: tuple[Cell, ...], day: str = "", event: Event | None = None
) -> Event:
    """A report of that day, of a project that it begins where there is none yet."""
    day = day or ago(40)
    found = event or Event.objects.create(
        village=VILLAGE, item="projects", on=day, called="村道硬化", person="geng", at_ms=1
    )
    published(
        township, item="projects", rows=[(*one, None, None) for one in stages],
        period=day, event=found, title=f"村道硬化：{day} 的进展",
    )  # fmt: skip
    return found


def ago(days: int) -> str:
    return (today(now_ms()) - timedelta(days=days)).isoformat()


def build(site: Path, at_ms: int | None = None) -> Folder:
    """The village's pages and the township's, below that folder."""
    folder = Folder(site, site.parent / "beside")
    at = at_ms or now_ms()
    folder.put(VILLAGE, pages.pages(WHERE, at, folder.lasting(VILLAGE)))
    folder.put("town", [*pages.township(at), *shared()])
    return folder


def text(site: Path, path: str) -> str:
    return (site / "v" / VILLAGE / path).read_text("utf-8")


def of(edition: Edition) -> str:
    return f"affairs/r/{bytes(edition.series).hex()}"
