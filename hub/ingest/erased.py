"""What is to be erased, and its place in the log. Calls `hub.ingest`, `hub.devices.models`, `wire`.

Ingest is the log's one writer: it says what others have planned, and no more than the list allows
that stands in the log before it. What a leaf names never comes back into the tables.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from hub.devices.models import ListVersion
from hub.ingest.models import Erased, Record
from wire.lists import bundle, content, erased
from wire.lists.erased import LASTING, MOST, OPENINGS, ErasedLeaf, Span
from wire.lists.policy import Policy
from wire.record.entry import Entry


@dataclass(frozen=True)
class Due:
    """A leaf, and the rows that it says."""

    leaf: bytes
    rows: tuple[int, ...]


def is_waiting() -> bool:
    """Whether anything planned is not in the log yet."""
    return Erased.objects.filter(leaf_index=None).exists()


def due(fresh: Collection[int] = ()) -> list[Due]:
    """Leaves for what is planned; what the list in force does not allow is planned no more. `fresh`
    are the ids of lists that are logged with them. Inside the transaction that adds them.
    """
    rows = Erased.objects.select_for_update().filter(leaf_index=None)
    planned = list(rows.order_by("what", "at_ms", "device", "first_seq"))
    policies = {one.device: policy(one.device, fresh) for one in planned}
    allowed = [one for one in planned if _allowed(one, policies[one.device])]
    refused = {one.pk for one in planned} - {one.pk for one in allowed}
    Erased.objects.filter(pk__in=refused, leaf_index=None).delete()
    found = []
    for (what, at), some in groupby(allowed, lambda one: (one.what, one.at_ms)):
        for part in _portions(list(some)):
            spans = tuple(Span(one.device, one.first_seq, one.last_seq) for one in part)
            leaf = erased.leaf(ErasedLeaf(what, at, spans))
            found.append(Due(leaf, tuple(one.pk for one in part)))
    return found


def logged(rows: Collection[int], index: int) -> None:
    """The leaf there says these rows."""
    Erased.objects.filter(pk__in=rows).update(leaf_index=index)


def again(data: bytes, index: int) -> bool:
    """Rows of a leaf that came back from the second store; whether it is of this kind."""
    found = erased.find(data)
    if found is None:
        return False
    for one in found.spans:
        span = {"first_seq": one.first, "last_seq": one.last}
        planned = Erased.objects.filter(
            what=found.what, device=one.device, at_ms=found.at, leaf_index=None, **span
        )
        if not planned.update(leaf_index=index):
            Erased.objects.create(
                what=found.what,
                device=one.device,
                newest_ms=_newest(one),
                at_ms=found.at,
                leaf_index=index,
                **span,
            )
    return True


def leaves(first: int, end: int) -> Iterator[tuple[int, bytes]]:
    """(place, leaf) of those from first to end−1, as the rows have them."""
    rows = Erased.objects.filter(leaf_index__gte=first, leaf_index__lt=end)
    for index, some in groupby(
        rows.order_by("leaf_index", "device", "first_seq"), lambda one: one.leaf_index
    ):
        held = list(some)
        spans = tuple(Span(one.device, one.first_seq, one.last_seq) for one in held)
        yield index or 0, erased.leaf(ErasedLeaf(held[0].what, held[0].at_ms, spans))


class Named:
    """What the log says to be erased, asked for once for each machine."""

    def __init__(self) -> None:
        self._spans: dict[tuple[str, str], list[tuple[int, int]]] = {}

    def holds(self, what: str, device: str, seq: int) -> bool:
        """Whether this of the machine's entry is erased."""
        if (what, device) not in self._spans:
            rows = Erased.objects.filter(what=what, device=device, leaf_index__isnull=False)
            self._spans[what, device] = list(rows.values_list("first_seq", "last_seq"))
        return any(first <= seq <= last for first, last in self._spans[what, device])

    def unopened(self, found: Entry) -> bool:
        """Whether nobody waits for the entry's openings any more."""
        return found.kind not in LASTING and self.holds(OPENINGS, found.device, found.seq)


def policy(device: str, fresh: Collection[int] = ()) -> Policy | None:
    """The policy of the machine's newest list in the log; None where its bundle is not held."""
    logged_or_fresh = Q(leaf_index__isnull=False) | Q(pk__in=fresh)
    rows = ListVersion.objects.filter(logged_or_fresh, device=device).order_by("-version")
    data = bytes(rows.values_list("bundle", flat=True).first() or b"")
    return content.decode(Policy, bundle.decode(data).files[bundle.POLICY]) if data else None


def _portions(rows: Sequence[Erased]) -> Iterator[Sequence[Erased]]:
    for first in range(0, len(rows), MOST):
        yield rows[first : first + MOST]


def _allowed(row: Erased, listed: Policy | None) -> bool:
    return listed is not None and erased.is_due(listed, row.what, row.newest_ms, row.at_ms)


def _newest(span: Span) -> int:
    rows = Record.objects.filter(device=span.device, seq__lte=span.last).order_by("-seq")
    return rows.values_list("wall_ms", flat=True).first() or 0
