"""The head's counters from one entry to the next: they move in openings, or there is an alarm.

Calls `wire.record` and `inspector.findings`. Pure. The rules are lockd's own
(`sealctl.lockd.watch`, `sealctl.session.records`, `sealctl.lockd.boot`):
 * In an opening they never fall below its `authorised`. A `stamped` is one unlatching and one press
   further; more of either has its alarm before it. An end without a press has the same presses.
 * During maintenance they may be anything: two people may change the head.
 * Otherwise they are what the entry before said. Where they are not, that entry is an `alarm`; or
   it is a `boot`, and the next one tells the jump. An opening that a power cut ended may have gone
   on by one unlatching and one press.
 * In an opening's alarms the head may have been read later than in its end and `relocked`: both
   count.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from inspector.findings import NotVerifiedError
from wire.record.entry import Entry

CODE: Final = "counters"
ENDS: Final = frozenset({"stamped", "aborted", "interrupted"})
JUMP: Final = "counter_jump"
SURPLUS: Final = ("unlatch_without_opening", "press_without_opening")
Pair = tuple[int, int]


@dataclass
class Counters:
    """`known` are the (unlatches, presses) that the next entry may say, none before the first;
    `base` those of the opening that is on, `alarms` its alarms. `jumped`: a boot's jump is to be
    told. `maintenance`: it is under way.
    """

    known: list[Pair] = field(default_factory=list)
    base: Pair | None = None
    alarms: list[str] = field(default_factory=list)
    jumped: bool = False
    maintenance: bool = False

    def take(self, entry: Entry, where: str) -> None:
        """The machine's next entry; raises NotVerifiedError('counters')."""
        kind, body = entry.kind, entry.body
        if self.jumped and not (kind == "boot" or body.get("alarm") == JUMP):
            raise NotVerifiedError(CODE, where, "the counters jumped while off, without an alarm")
        self.jumped = False
        if "unlatches" not in body:
            return
        now = (int(body["unlatches"]), int(body["presses"]))
        if not self.known or self.maintenance or kind == "maintenance":
            self.known = [now]
        elif self.base is not None and kind != "authorised":
            self._in_opening(entry, now, self.base, where)
        else:
            self._at_rest(kind, now, where)
        if kind == "authorised":
            self.base, self.alarms = now, []
        elif kind in ENDS:
            self.base = None
        elif kind == "maintenance":
            self.maintenance = body["state"] == "begin"

    def _at_rest(self, kind: str, now: Pair, where: str) -> None:
        if now in self.known:
            self.known = self.known if kind == "relocked" else [now]
        elif kind == "alarm":
            self.known = [now]
        elif kind == "boot":
            self.jumped = True
        else:
            raise NotVerifiedError(CODE, where, f"{now} after {self.known[-1]}, without an alarm")

    def _in_opening(self, entry: Entry, now: Pair, base: Pair, where: str) -> None:
        unlatched, pressed = now[0] - base[0], now[1] - base[1]
        kind = entry.kind
        if kind == "boot":
            self.jumped = not (unlatched in (0, 1) and 0 <= pressed <= unlatched)
            return
        if kind == "alarm" and entry.body["alarm"] == JUMP:
            self.known, self.alarms = [now], [*self.alarms, JUMP]
            return
        if min(unlatched, pressed) < 0 and JUMP not in self.alarms:
            raise NotVerifiedError(CODE, where, f"{now} in an opening that began at {base}")
        if kind == "alarm":
            self.alarms = sorted({*self.alarms, entry.body["alarm"]})
            self.known = [*self.known, now][-8:]
            return
        if kind == "stamped":
            self._surplus((unlatched, pressed), where)
        elif kind == "aborted" and pressed:
            raise NotVerifiedError(CODE, where, "ended without a press, and the head counted one")
        seen = self.known if self.alarms else []
        self.known = [*seen, now]

    def _surplus(self, moved: Pair, where: str) -> None:
        for name, times in zip(SURPLUS, moved, strict=True):
            if times > 1 and name not in self.alarms:
                raise NotVerifiedError(CODE, where, f"{times} at once, without {name}")

    def state(self) -> dict[str, Any]:
        """What `of` makes the same of."""
        return {
            **asdict(self),
            "known": [list(one) for one in self.known],
            "base": _list(self.base),
        }

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> "Counters":
        base = state["base"]
        pair = None if base is None else (base[0], base[1])
        return cls(**{**state, "known": [(one[0], one[1]) for one in state["known"]], "base": pair})


def _list(pair: Pair | None) -> list[int] | None:
    return None if pair is None else list(pair)
