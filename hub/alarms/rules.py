"""Which facts are alarms. Pure; calls only `hub.alarms.{facts,limits}`.

A lasting rule is a function of all that is known now: what it no longer finds has ended. The other
rules look at each thing that arrives, once.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from hub.alarms.facts import Arrived, Cause, Heard, Open, Seal, Told, Use
from hub.alarms.limits import Limits
from wire.record.entry import Entry

PAGE: Final = {"page_mismatch": "page_mismatch", "blank": "blank_page", "blank_page": "blank_page"}
"""Finding in the photo before, or code of a refusal → rule."""


def unstamped(uses: Iterable[Use], limits: Limits, now_ms: int) -> Iterator[Cause]:
    """Approved long ago, and the seal has not gone down once."""
    after_ms = limits.after_ms("unstamped")
    for one in uses:
        begun = one.stamped > 0 or one.opened_ms is not None
        if not begun and now_ms - one.approved_ms >= after_ms:
            told: Told = {"grant": one.grant.hex(), "presses": one.presses}
            yield Cause(
                "unstamped", (one.grant,), one.device, one.village, one.approved_ms, None, told
            )


def unended(
    uses: Iterable[Use], openings: Iterable[Open], limits: Limits, now_ms: int
) -> Iterator[Cause]:
    """Begun long ago, and not all stamps made; or opened, and no end of the opening is known."""
    after_ms = limits.after_ms("unended")
    told_of = set()
    for one in uses:
        if one.opened_ms is None or one.opening is None or one.stamped >= one.presses:
            continue
        if now_ms - one.opened_ms >= after_ms:
            told_of.add(one.opening)
            told: Told = {"grant": one.grant.hex(), "presses": one.presses, "stamped": one.stamped}
            yield Cause(
                "unended",
                (one.opening,),
                one.device,
                one.village,
                one.opened_ms,
                one.opening,
                told,
            )
    for left in openings:
        if now_ms - left.opened_ms >= after_ms and left.opening not in told_of:
            yield Cause(
                "unended",
                (left.opening,),
                left.device,
                left.village,
                left.opened_ms,
                left.opening,
            )


def idle(seals: Iterable[Seal], limits: Limits, now_ms: int) -> Iterator[Cause]:
    """Not used for long. The next use ends it; another idle time afterwards is another cause."""
    for one in seals:
        if now_ms - one.last_ms >= limits.after_ms("idle"):
            key = (one.device, one.seal, one.last)
            told = {"seal": one.seal}
            yield Cause("idle", key, one.device, one.village, one.last_ms, None, told)


def silent(machines: Iterable[Heard], limits: Limits, now_ms: int) -> Iterator[Cause]:
    """Nothing came for long: switched off, cut off, or kept from talking."""
    for one in machines:
        if now_ms - one.last_ms >= limits.after_ms("silent"):
            key = (one.device, one.last)
            told = {"seq": one.seq}
            yield Cause("silent", key, one.device, one.village, one.last_ms, None, told)


def withheld(machines: Iterable[Heard], limits: Limits, now_ms: int) -> Iterator[Cause]:
    """The machine says that it wrote more, and for long nothing of it came: a gap."""
    for one in machines:
        if one.wrote > one.seq and now_ms - one.last_ms >= limits.after_ms("withheld"):
            key = (one.device, one.last)
            told = {"seq": one.seq, "wrote": one.wrote}
            yield Cause("withheld", key, one.device, one.village, one.last_ms, None, told)


def arrived(one: Arrived) -> Iterator[Cause]:
    """What an entry is an alarm of, by itself and beside the opening that it ends."""
    entry = one.entry
    if entry.kind == "alarm":
        yield _of(one, "machine", {"alarm": entry.body["alarm"]})
    for rule in sorted({PAGE[word] for word in _words(entry) if word in PAGE}):
        yield _of(one, rule)
    if one.opening is not None:
        pressed = int(entry.body["presses"]) - int(one.opening.body["presses"])
        pictures = 1 if entry.body.get("after") is not None else 0
        if pressed != pictures:
            yield _of(one, "count_mismatch", {"pressed": pressed, "pictures": pictures})


def _words(entry: Entry) -> Iterable[str]:
    """What a machine found before it opened, or why it did not."""
    if entry.kind == "refused":
        return (entry.body["code"],)
    return entry.body["findings"] if entry.kind == "authorised" else ()


def _of(one: Arrived, rule: str, told: Told | None = None) -> Cause:
    return Cause(
        rule, (one.name,), one.entry.device, one.village, one.entry.time.wall, one.name, told or {}
    )
