"""The county's witness: what a holder of the log's key shows it, and what happens to the witness.

Calls `tests.support.{witness,hub,cosigned}`. The witness is its own process, asked over HTTP; what
a hub makes of its answers is asked of the hub's own tables and refusals.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from county.witness.store import FILE, Store
from hub.clock import now_ms
from sealctl.lockd import receipts
from tests.attacks.journal import dropped
from tests.attacks.machine import build, written
from tests.attacks.model import AT_HEAD, AT_MESSAGE, AT_START, Attack, Notice, Play, Stage, Watch
from tests.hub.journal_rig import COUNTERS, Written
from tests.hub.test_cosign_process import counts, problem
from tests.support import cosigned
from tests.support.broker import until
from tests.support.contents import NOW
from tests.support.hub import Hub, Machine
from tests.support.machine import Rig
from tests.support.witness import Log, WitnessProcess
from wire.tlog import submission

HONEST, FORKED = Log.of(20), Log.of(20, forked_at=4)
HELD = 6
NOW_S = NOW // 1000
Ask = Callable[[], bytes]


@contextmanager
def asked_before(stage: Stage) -> Iterator[WitnessProcess]:
    """A witness that has cosigned the first leaves of an honest log."""
    made = WitnessProcess.build(stage.folder(), HONEST.vkey)
    made.start()
    try:
        assert made.submit(HONEST.asks(0, HELD)).status_code == 200
        yield made
    finally:
        made.stop()


def shown(ask: Ask) -> Play:
    """That is submitted; its answer is the status of C2SP tlog-witness."""

    def play(stage: Stage) -> Notice | None:
        answer = stage.share(asked_before).submit(ask())
        if answer.status_code == 200:
            return None
        return Notice("witness", str(answer.status_code), AT_HEAD, _first_line(answer.text))

    return play


def _split_view(stage: Stage) -> Notice | None:
    """One head for the witness, another of the same size: both are kept, as evidence."""
    witness = stage.share(asked_before)
    found = shown(lambda: FORKED.asks(HELD, HELD))(stage)
    with closing(Store.open(witness.state)) as store:
        kept = [one for one in store.forks() if one.offered == FORKED.head(HELD)]
    return found if kept else None


def _without_memory(stage: Stage) -> Notice | None:
    """Its key is put to use with an empty database."""
    witness = WitnessProcess.build(stage.folder(), HONEST.vkey)
    (witness.state / FILE).unlink()
    try:
        witness.start()
    except AssertionError:
        said = witness.log.read_text("utf-8")
        return Notice("witness", said.rpartition("make a witness")[1], AT_START)
    witness.stop()
    return None


def _with_memory(stage: Stage) -> Notice | None:
    witness = WitnessProcess.build(stage.folder(), HONEST.vkey)
    witness.start()
    witness.stop()
    return None


@dataclass
class County:
    """A hub that asks a witness, and a machine that sends."""

    hub: Hub
    witness: WitnessProcess
    machine: Machine

    def beat(self) -> Written:
        """One entry, with its first receipt."""
        one = self.hub.journal.write("heartbeat", **COUNTERS)
        self.machine.send(one)
        self.machine.receipted([one])
        return one

    def seen(self) -> None:
        """An entry whose receipt the witness has seen."""
        one = self.beat()
        seq = one.entry.seq
        self.machine.until(
            lambda: counts(self.hub, self.witness, one, self.machine.receipts[seq]), "cosigned"
        )


@contextmanager
def county(stage: Stage) -> Iterator[County]:
    """All of them at work."""
    folder = stage.folder()
    witness = WitnessProcess.build(folder)
    hub = Hub.build(folder, now_ms(), witness=witness)
    try:
        witness.start()
        hub.start("cosign")
        hub.start("ingest")
        made = County(hub, witness, hub.client())
        made.seen()
        yield made
        made.machine.link.stop()
    finally:
        hub.close()
        witness.stop()


def _at_work(stage: Stage) -> Notice | None:
    """The hub with its witness, undisturbed."""
    place = stage.share(county)
    place.seen()
    said = problem(place.hub)
    return Notice("hub", said, AT_HEAD) if said else None


def _offline(stage: Stage) -> Notice | None:
    place, watch = stage.share(county), Watch()
    place.witness.stop()
    place.beat()
    until(lambda: problem(place.hub) != "", "the operator is told")
    found = Notice("hub", problem(place.hub), watch.when)
    place.witness.start()
    until(lambda: problem(place.hub) == "", "it is asked again", seconds=90)
    return found


def _rolled_back(stage: Stage) -> Notice | None:
    """Its computer is restored from a copy; it knows less than it has signed."""
    place, copy = stage.share(county), stage.folder() / "copy"
    place.witness.stop()
    shutil.copytree(place.witness.state, copy)
    place.witness.start()
    place.seen()
    place.witness.stop()
    shutil.rmtree(place.witness.state)
    shutil.copytree(copy, place.witness.state)
    place.witness.start()
    place.seen()
    ((forgot,),) = place.hub.rows("SELECT forgot_ms > 0 FROM log_witness")
    return Notice("hub", "forgot", AT_HEAD) if forgot else None


def _hub_rolled_back(stage: Stage) -> Notice | None:
    """Database, second store and public files together: only the witness knows more."""
    with county(stage) as place:
        hub, copy = place.hub, stage.folder() / "copy"
        for name in ("ingest", "cosign"):
            hub.stop(name)
        shutil.copytree(hub.state, copy)
        for name in ("cosign", "ingest"):
            hub.start(name)
        place.seen()
        for name in ("ingest", "cosign"):
            hub.stop(name)
        shutil.rmtree(hub.state)
        shutil.copytree(copy, hub.state)
        hub.start("cosign")
        refused = hub.command("ingest")
        fewer = refused.stderr.partition("fewer than witness")[1]
        return Notice("ingest", fewer, AT_START) if refused.returncode and fewer else None


def _two_heads(*, split: bool) -> Play:
    """The machine is shown one tree, and then a cosigned receipt of another."""

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder(), policy=cosigned.POLICY)
        before = (b"a leaf that the machine was not shown",) if split else ()

        def both() -> None:
            receipts.take(rig.core, cosigned.receipts(rig))
            receipts.take(rig.core, cosigned.receipts(rig, before=before, w1=NOW_S))

        return written(rig, both, AT_MESSAGE)

    return play


def _private_fork(rig: Rig) -> bytes:
    """Receipts by the log's own key, for a log that nobody else is shown."""
    return cosigned.receipts(rig)


def _public_log(rig: Rig) -> bytes:
    return cosigned.receipts(rig, w1=rig.clock.wall // 1000)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def _row(
    name: str, zh: str, en: str, code: str, play: Play, control: Play, by: str = "witness"
) -> Attack:
    return Attack(name, zh, en, by, code, play, control)


GROWS = shown(lambda: HONEST.asks(HELD, HELD))
FOREIGN = Log(HONEST.leaves, name="other.example/log")
STRANGER = Log(HONEST.leaves, Ed25519PrivateKey.generate())
RECEIPTED = dropped(80, most=20, policy=cosigned.POLICY, answer=_public_log)
ONE_TREE = _two_heads(split=False)
ATTACKS = (
    _row("split view", "日志两副面孔：给县里看另一份",
         "a split view: another head of the same size", "422", _split_view, GROWS),
    _row("a fork that grows", "分叉后继续增长", "a fork that goes on growing", "422",
         shown(lambda: FORKED.asks(HELD, 9)), GROWS),
    _row("roll back", "把日志退回给县里看", "an earlier head shown to the witness", "409",
         shown(lambda: HONEST.asks(0, 3)), GROWS),
    _row("a head by another key", "别人签的检查点送见证", "a head that the log's key did not sign",
         "403", shown(lambda: STRANGER.asks(HELD, 8)), GROWS),
    _row("an unknown log", "送见证未登记的日志", "a log that the county does not know", "404",
         shown(lambda: FOREIGN.asks(0, 3)), GROWS),
    _row("a body without end", "超大见证请求", "an oversized request to the witness", "413",
         shown(lambda: b"x" * (submission.LIMIT + 1)), GROWS),
    _row("a witness without its memory", "见证方数据库被清空", "the witness's memory erased",
         "make a witness", _without_memory, _with_memory),
    _row("witness offline", "见证方断线", "the witness cannot be reached", "unreachable", _offline,
         _at_work, "hub"),
    _row("witness rolled back", "见证方恢复旧备份", "the witness restored from a copy", "forgot",
         _rolled_back, _at_work, "hub"),
    _row("the whole hub rolled back", "平台连同第二存储整机恢复旧备份",
         "the hub restored as a whole, second store and all", "fewer than witness",
         _hub_rolled_back, _at_work, "ingest"),
    _row("receipts of a private fork", "用私账的回执哄机器继续盖印",
         "receipts from a fork that no witness saw", "receipts_overdue",
         dropped(80, most=20, policy=cosigned.POLICY, answer=_private_fork), RECEIPTED, "lockd"),
    _row("two logs for one machine", "给机器看过另一份日志", "the machine was shown another log",
         "log_split", _two_heads(split=True), ONE_TREE, "lockd"),
)  # fmt: skip
