"""What reaches a township's hub, and what becomes of its own database: real ingest, real broker.

Calls `tests.support.hub` and `tests.hub`. ingest is asked by its tables of conflicts, and by what
it says in its log or when it refuses to start.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from hub.clock import now_ms
from tests.attacks.model import Attack, Notice, Play, Stage, Watch
from tests.hub.journal_rig import COUNTERS, Journal, Written
from tests.support.broker import until
from tests.support.contents import DEVICE
from tests.support.hub import Hub, Machine
from wire import messages
from wire.record import commitment, entry
from wire.record.commitment import OpeningSet
from wire.record.entry import Entry

GRANT = b"g" * 32
SAID = re.compile(
    r"(?:WARNING|ERROR) .*?(?:(entries between are missing)|(?:entry [0-9a-f]{16}|/\w+|\w+-\d): "
    r"(signature|envelope|entry|commitment|cbor|message): (.*))"
)
NEWEST = "SELECT id, reason FROM ingest_conflict ORDER BY id DESC LIMIT 1"


@dataclass
class Town:
    """A hub at work, and the machine that speaks to it."""

    hub: Hub
    machine: Machine

    def beats(self, count: int = 1) -> list[Written]:
        return [self.hub.journal.write("heartbeat", **COUNTERS) for _ in range(count)]

    def rival(self, model: Entry) -> Written:
        """Something else in that entry's place, by the machine's own key."""
        made = replace(model, kind="clock_step", body={"was": 1, "now": 2})
        signed = self.hub.journal._signed(entry.encode(made))
        return Written(made, signed, None)

    def said(self) -> str:
        return self.hub.said("ingest").read_text("utf-8")

    def conflict(self) -> tuple[int, str]:
        """Number and reason of the newest."""
        for number, reason in self.hub.rows(NEWEST):
            return int(number), str(reason)
        return 0, ""

    def told(self, after: int, watch: Watch) -> Notice | None:
        """The first thing of which ingest complained in its log behind that place."""
        found = SAID.search(self.said()[after:])
        if found is None:
            return None
        return Notice("ingest", found[1] or found[2], watch.when, found[3] or "")


Act = Callable[[Town], object]


@contextmanager
def town(stage: Stage) -> Iterator[Town]:
    """A hub that has the machine's first entries."""
    hub = Hub.build(stage.folder(), now_ms())
    try:
        hub.start("ingest")
        made = Town(hub, hub.client())
        hub.journal.write("boot", version="1", **COUNTERS)
        hub.journal.stamp(GRANT)
        made.machine.send(*hub.journal.written)
        made.machine.receipted(hub.journal.written)
        yield made
        made.machine.link.stop()
    finally:
        hub.close()


def sent(act: Act) -> Play:
    """That is sent; then an honest entry, whose receipt shows that ingest has seen it."""

    def play(stage: Stage) -> Notice | None:
        place = stage.share(town)
        before, (number, _) = len(place.said()), place.conflict()
        watch = Watch()
        act(place)
        written = place.beats()
        place.machine.send(*written)
        place.machine.receipted(written)
        now, reason = place.conflict()
        if now > number:
            return Notice("ingest", reason, watch.when)
        return place.told(before, watch)

    return play


def _nothing(place: Town) -> None:
    del place


def fork(place: Town) -> None:
    """A clone of the machine, with its key and all it had, goes on by itself."""
    place.machine.send(place.rival(place.hub.journal.written[-2].entry))


def _other_past(place: Town) -> None:
    """Its next entry follows one that nobody has."""
    last = place.hub.journal.written[-1]
    unheard = replace(last.entry, seq=last.entry.seq + 1, prev=bytes([1]) * 32)
    place.machine.send(place.rival(unheard))


def _gap(place: Town) -> None:
    missing, later = place.beats(2)
    place.machine.send(later)
    until(lambda: "are missing" in place.said(), "the gap is told")
    place.machine.send(missing, later)
    place.machine.receipted([missing, later])


def _duplicate(place: Town) -> None:
    """Everything again, twice, in the wrong order: this is not an attack but a bad line."""
    written = place.hub.journal.written
    place.machine.send(*reversed(written))
    place.machine.send(*written)


def _stranger(place: Town) -> None:
    """An entry in the machine's name by another key."""
    past = place.hub.journal.written[-1].entry
    forger = Journal(now_ms=place.hub.journal.now_ms)
    made = replace(past, seq=past.seq + 1, prev=place.hub.journal.written[-1].hash)
    place.machine.send(Written(made, forger._signed(entry.encode(made)), None))


def _of_another(place: Town) -> None:
    """By the right key, in another machine's name."""
    other = Journal("sunset-1", signer=place.hub.journal.signer)
    place.machine.send(other.write("heartbeat", **COUNTERS))


def _forged_opening(place: Town) -> None:
    """syncd gives the township another operator than the machine committed to."""
    one = place.hub.journal.authorise(GRANT)
    place.machine.send(one, openings=False)
    held = commitment.decode(one.openings or b"")
    lied = tuple(replace(o, value="ji") if o.field == "operator" else o for o in held.openings)
    _open(place, replace(held, openings=lied))
    _open(place, held)
    place.machine.receipted([one])


def _open(place: Town, held: OpeningSet) -> None:
    data = messages.encode_openings([commitment.encode(held)])
    place.machine.publish("opening", data)


def _poison(payload: bytes) -> Act:
    """The machine's certificate leaves this on the broker for ever."""

    def act(place: Town) -> None:
        topic = f"seal/v1/{DEVICE}/up/entry"
        place.machine.link.publish(topic, payload, retain=True)
        place.machine.link.publish(topic, b"", retain=True)

    return act


def _oversized(place: Town) -> None:
    place.machine.publish("entry", messages.encode_entries([bytes(70_000)]))


def off_the_list(device: str) -> Play:
    """A machine with a certificate of the township that is on no village's list sends entries."""

    def play(stage: Stage) -> Notice | None:
        place = stage.share(town)
        if device == DEVICE:
            return sent(_nothing)(stage)
        before, watch = len(place.said()), Watch()
        other = place.hub.client(device)
        theirs = Journal(device, signer=place.hub.journal.signer)
        other.send(theirs.write("heartbeat", **COUNTERS), of=device)
        until(lambda: SAID.search(place.said()[before:]) is not None, "ingest says why")
        other.link.stop()
        return place.told(before, watch)

    return play


def _row(name: str, zh: str, en: str, code: str, play: Play, control: Play, by: str) -> Attack:
    return Attack(name, zh, en, by, code, play, control)


def _sent(name: str, zh: str, en: str, code: str, act: Act) -> Attack:
    return Attack(name, zh, en, "ingest", code, sent(act), BEAT)


BEAT, REPEATED = sent(_nothing), sent(_duplicate)
ATTACKS = (
    _row("cloned machine", "克隆机器：同一密钥另起一段",
         "a cloned machine goes on by itself", "fork", sent(fork), REPEATED, "ingest"),
    _sent("another past", "接在别的历史之后的记录", "an entry after a past that nobody has", "prev",
          _other_past),
    _sent("syncd leaves one out", "传送进程漏掉一条", "syncd leaves an entry out",
          "entries between are missing", _gap),
    _sent("a stranger's entry", "冒名记录：签名不是本机的", "an entry that another key signed",
          "envelope", _stranger),
    _sent("another's entry", "同一密钥冒充别的机器", "an entry in another machine's name", "entry",
          _of_another),
    _sent("an opening forged on the way", "传送途中换掉公开值", "an opening forged on the way",
          "commitment", _forged_opening),
    _sent("retained garbage", "在自己的主题上留垃圾", "retained garbage for ingest", "cbor",
          _poison(b"\xff garbage")),
    _sent("deeply nested CBOR", "嵌套过深的记录", "an entry message of deeply nested CBOR", "cbor",
          _poison(b"\x81" * 100_000 + b"\x00")),
    _sent("an oversized entry", "超大记录", "an entry too large for the log", "entry", _oversized),
    _row("off the list", "已除名的机器继续上报", "a machine that was struck off sends entries",
         "entry", off_the_list("sunset-1"), off_the_list(DEVICE), "ingest"),
)  # fmt: skip
