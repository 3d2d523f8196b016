"""Reports to the hotline as after years: most answered, a tenth open, some kept from the reader.

Calls `hub.hotline` and `bench.filled_rows`. Rows are written as the hub leaves them, many at once.
"""

from bench.filled_rows import keep
from hub.clock import now_ms
from hub.hotline.models import Act, Case, Exclusion, Identity, Opening, Verdict
from tests.support.contents import DAY

OPEN = 10
"""One of so many is still to be worked on."""
HIDDEN = 50
"""One of so many is kept from the inspector who looks."""
ANSWERED = ("accepted", "forwarded", "closed", "answered")


def fill(most: int) -> None:
    """So many cases with their acts, and for a tenth of them a request to know who reported."""
    now = now_ms()
    begun = {"village": "sunrise", "concern": "matter", "accused": "某人"}
    days = ({**begun, "made_ms": now - (1 + n % 900) * DAY} for n in range(most))
    keep(Case, ({**one, "code": n.to_bytes(32, "big")} for n, one in enumerate(days)))
    numbers = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    done = {"person": "ren", "words": "按规定办。", "made_ms": now - DAY}
    keep(
        Act,
        (
            {**done, "case_id": pk, "what": what}
            for pk in numbers
            for what in ANSWERED[: 1 if pk % OPEN == 0 else None]
        ),
    )
    hidden = {"person": "ren", "made_by": "another", "made_ms": now}
    keep(Exclusion, ({**hidden, "case_id": pk} for pk in numbers if pk % HIDDEN == 1))
    keep(Identity, ({"case_id": pk, "sealed": b"s" * 1072} for pk in numbers if pk % 2))
    _openings(numbers[::OPEN], now)


def _openings(numbers: list[int], now: int) -> None:
    asked = {"person": "ren", "reason": "要当面核实", "made_ms": now}
    keep(Opening, ({**asked, "number": pk, "code": pk.to_bytes(32, "big")} for pk in numbers))
    said = {"person": "gui", "granted": True, "made_ms": now}
    rows = Opening.objects.order_by("pk").values_list("pk", flat=True)
    keep(Verdict, ({**said, "opening_id": pk} for pk in rows))
