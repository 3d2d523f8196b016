"""What tests of publication begin with: a catalogue, a draft on its way, reviewers who sign.

Calls `hub.affairs` and `tests.hub.public_rig`.
"""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from hub.affairs import catalogue, drafts, flow, items
from hub.affairs.catalogue import Version
from hub.affairs.models import Draft, Edition, Event
from hub.clock import now_ms
from tests.support.contents import ORIGIN, RP_ID, VILLAGE
from tests.support.township import Township
from wire.approval import decision
from wire.approval.decision import Approval
from wire.release import KIND, Cell

SUPERVISOR, SECOND = "village.supervisor", "village.cooperative"
SINCE = "2025-01-01"
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
