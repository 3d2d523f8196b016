"""The facts that the lasting rules judge, read from the hub's tables.

Calls `hub.applications`, `hub.approvals`, `hub.devices`, `hub.ingest`, `hub.records`,
`hub.revocations` and `hub.alarms.facts`.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from django.db.models import Max, QuerySet

from hub.alarms.facts import Heard, Open, Seal, Use
from hub.applications import status
from hub.applications.models import Filed
from hub.devices import authority
from hub.devices.models import Contact, ListVersion
from hub.ingest.models import Record
from hub.records.models import RecordIndex
from hub.revocations import service as revocations
from wire.approval import subject
from wire.lists.content import Machine
from wire.refusals import Refused

OPENING: Final = ("authorised", "stamped", "relocked", "aborted", "interrupted")
ENDED: Final = OPENING[2:]


def uses(now_ms: int, oldest_ms: int) -> Iterator[Use]:
    """Applications approved for at least `oldest_ms` that the machine can still stamp."""
    gone = revocations.current(now_ms).grants
    decided = Filed.objects.filter(not_after__gt=now_ms).annotate(
        approved_ms=Max("subject__approvals__received_ms")
    )
    waiting = decided.filter(approved_ms__lte=now_ms - oldest_ms).select_related("subject")
    found = {bytes(one.subject.hash): one for one in waiting}
    presses = _presses(found)
    for grant, one in found.items():
        stamped, opened_ms, opening = presses.get(grant, (0, None, None))
        wanted = subject.decode(bytes(one.subject.data)).presses
        if grant in gone or stamped >= wanted or not _approved(one, now_ms):
            continue
        yield Use(
            grant,
            one.device,
            one.village,
            one.approved_ms,
            wanted,
            stamped,
            opened_ms,
            opening,
        )


def openings() -> Iterator[Open]:
    """Machines whose newest opening has no end here."""
    for machine in authority.machines().values():
        last = _last(machine.device).filter(kind__in=OPENING).first()
        if last is not None and last.kind not in ENDED:
            yield Open(machine.device, machine.village, last.wall_ms, bytes(last.entry_hash))


def seals() -> Iterator[Seal]:
    """Seals in use on machines in use."""
    for machine in _active():
        first = Record.objects.filter(device=machine.device).order_by("seq").first()
        for seal in machine.seals:
            if seal.state != "active":
                continue
            last = _stamped(machine.device, seal.id) or first
            if last is not None:
                name = bytes(last.entry_hash)
                yield Seal(machine.device, machine.village, seal.id, last.wall_ms, name)


def heard() -> Iterator[Heard]:
    """Machines in use; one that has never said anything counts from its first list on."""
    wrote = dict(Contact.objects.values_list("device", "last"))
    for machine in _active():
        last = _last(machine.device).first()
        if last is not None:
            seq, at_ms, name = last.seq, last.received_ms, bytes(last.entry_hash)
        else:
            listed = ListVersion.objects.filter(device=machine.device).order_by("version").first()
            if listed is None:
                continue
            seq, at_ms, name = 0, listed.published_ms, b""
        yield Heard(machine.device, machine.village, seq, at_ms, name, wrote.get(machine.device, 0))


def _active() -> Iterator[Machine]:
    return (one for one in authority.machines().values() if one.state == "active")


def _last(device: str) -> QuerySet[Record]:
    return Record.objects.filter(device=device).order_by("-seq")


def _stamped(device: str, seal: str) -> Record | None:
    used = RecordIndex.objects.filter(device=device, seal=seal, record__kind="stamped")
    found = used.select_related("record").order_by("-record_id").first()
    return None if found is None else found.record


def _presses(
    grants: Mapping[bytes, Filed],
) -> Mapping[bytes, tuple[int, int | None, bytes | None]]:
    """Grant → how often it was stamped, when and by which entry it was opened last."""
    about = RecordIndex.objects.filter(
        grant__in=list(grants), record__kind__in=("authorised", "stamped")
    )
    found: dict[bytes, tuple[int, int | None, bytes | None]] = {}
    rows = about.order_by("record_id").values_list(
        "grant", "record__kind", "record__wall_ms", "record__entry_hash"
    )
    for named, kind, wall_ms, name in rows:
        grant = bytes(named or b"")
        stamped, opened_ms, opening = found.get(grant, (0, None, None))
        if kind == "stamped":
            stamped += 1
        else:
            opened_ms, opening = wall_ms, bytes(name)
        found[grant] = (stamped, opened_ms, opening)
    return found


def _approved(one: Filed, now_ms: int) -> bool:
    try:
        return status.standing(one.subject, now_ms).state == "approved"
    except Refused:
        return False
