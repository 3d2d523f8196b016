"""What the hub knows of each machine of the list, read with a fixed number of queries.

Calls `hub.devices`, `hub.fleet` and `wire`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from hub.clock import moment
from hub.devices.models import Certificate, Contact, Heard, ListVersion
from hub.fleet import requests, standing, words
from hub.fleet.limits import Limits
from hub.fleet.models import CommandAnswer, StateRequest
from hub.fleet.standing import Seen, Standing, Word
from wire import command
from wire.command import Answer
from wire.lists.content import Machine
from wire.record import envelope

Names = Sequence[str]


@dataclass(frozen=True)
class Row:
    """One machine for the eye."""

    seen: Seen
    standing: Standing
    now_ms: int

    @property
    def machine(self) -> Machine:
        return self.seen.machine

    @property
    def state(self) -> tuple[str, str]:
        return words.STATES[self.standing.state]

    @property
    def troubles(self) -> list[tuple[str, str, str]]:
        return [words.TROUBLES[code] for code in self.standing.troubles]

    @property
    def good(self) -> bool:
        """Nothing about it wants to be looked at."""
        return self.standing.state == "online" and not self.standing.troubles

    @property
    def heard(self) -> datetime | None:
        return moment(self.seen.entry_ms) if self.seen.entry_ms else None

    @property
    def list_hours(self) -> int | None:
        """The age of the list that it holds; None where that is not known."""
        word = self.seen.word
        if word is None or not word.list_published_ms:
            return None
        return (self.now_ms - word.list_published_ms) // standing.HOUR_MS

    @property
    def list_left(self) -> int | None:
        """Hours for which that list still holds; negative when it is over."""
        word = self.seen.word
        if word is None or not word.list_published_ms:
            return None
        return (word.list_expires_ms - self.now_ms) // standing.HOUR_MS

    @property
    def backlog(self) -> int | None:
        return None if self.seen.word is None else standing.backlog(self.seen)

    @property
    def certificate_days(self) -> int | None:
        """Negative when it is over."""
        if not self.seen.certificate_ms:
            return None
        return (self.seen.certificate_ms - self.now_ms) // standing.DAY_MS


def rows(machines: Iterable[Machine], limits: Limits, now_ms: int) -> list[Row]:
    """Those machines, in the order of their villages."""
    chosen = sorted(machines, key=lambda one: (one.village, one.device))
    names = [one.device for one in chosen]
    certificates, heard, said = _certificates(names), _heard(names), _words(names)
    answers, asked = _answers(names), requests.unsigned(_requests(names))
    found = []
    for machine in chosen:
        device = machine.device
        last, certificate = heard.get(device), certificates.get(device)
        seen = Seen(
            machine=machine,
            word=said.get(device),
            entry_ms=last.came_ms if last else 0,
            entries=last.seq if last else 0,
            version=last.version if last else "",
            certificate_ms=certificate.expires_ms if certificate else 0,
            revoked=certificate is not None and certificate.revoked_ms is not None,
            answer=answers.get(device),
            requested=asked.get(device, ""),
        )
        found.append(Row(seen, standing.standing(seen, limits, now_ms), now_ms))
    return found


def line(row: Row) -> str:
    """The same in one line for a terminal."""
    zh, en = ("停用", "suspended") if row.standing.suspended else row.state
    days = "-" if row.certificate_days is None else f"{row.certificate_days}d"
    said = "；".join(f"{zh} {en}" for zh, en, _ in row.troubles)
    waiting = "-" if row.backlog is None else row.backlog
    held = row.seen.word.list if row.seen.word else 0
    return (
        f"{row.machine.device:<32} {row.machine.village:<16} {zh} {en:<10} list {held} "
        f"waiting {waiting} certificate {days} {row.seen.version or '-'} {said}".rstrip()
    )


def decoded(data: bytes) -> Answer:
    """An answer that ingest held against the machine's key."""
    return command.read_answer(envelope.parse(data).payload)


def _words(names: Names) -> Mapping[str, Word]:
    held = ListVersion.objects.filter(device=OuterRef("device"), version=OuterRef("list"))
    newest = ListVersion.objects.filter(device=OuterRef("device")).order_by("-version")
    found = Contact.objects.filter(device__in=names).annotate(
        published=Subquery(held.values("published_ms")[:1]),
        expires=Subquery(held.values("expires_ms")[:1]),
        newest=Subquery(newest.values("version")[:1]),
    )
    return {
        one.device: Word(
            one.online,
            one.list,
            one.last,
            one.receipted,
            one.heard_ms,
            one.published or 0,
            one.expires or 0,
            one.newest or 0,
        )
        for one in found
    }


def _heard(names: Names) -> Mapping[str, Heard]:
    return {one.device: one for one in Heard.objects.filter(device__in=names)}


def _certificates(names: Names) -> Mapping[str, Certificate]:
    newest = _newest(Certificate.objects.filter(device__in=names))
    found = Certificate.objects.filter(id__in=newest).defer("pem", "record_key")
    return {one.device: one for one in found}


def _answers(names: Names) -> Mapping[str, Answer]:
    """The newest of each that holds findings."""
    newest = _newest(CommandAnswer.objects.filter(device__in=names, findings=True))
    found = CommandAnswer.objects.filter(id__in=newest).values_list("device", "envelope")
    return {device: decoded(bytes(data)) for device, data in found}


def _requests(names: Names) -> QuerySet[StateRequest]:
    newest = _newest(StateRequest.objects.filter(device__in=names))
    return StateRequest.objects.filter(id__in=newest)


def _newest(rows: QuerySet[Any]) -> list[int]:
    """The id of each machine's newest row."""
    return [last for _, last in rows.values_list("device").annotate(last=Max("id"))]
