"""A new log after one that lost leaves: what a hub, or officers who were deceived, try with it.

Calls `tests.support`. Whoever begins a log anew could leave out what is in the way: machines and
witness hold the end that is named against what they saw.
"""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sealctl.journal import plight
from sealctl.lockd import receipts
from tests.attacks.machine import LOCKD, build, refused
from tests.attacks.model import AT_HEAD, Attack, Notice, Play, Stage
from tests.support import cosigned
from tests.support.contents import NOW
from tests.support.machine import Rig
from tests.support.sealed_log import VKEY
from tests.support.witness import Log, WitnessProcess
from wire.lists.renewal import FormerLog
from wire.tlog import checkpoint, note

NOW_S = NOW // 1000
NAME = "town.example/log-2"
KEY = Ed25519PrivateKey.from_private_bytes(sha256(b"the new log").digest())
NEW_VKEY = note.vkey(NAME, KEY.public_key().public_bytes_raw())
OLD = Log.of(20)


def _receipted(stage: Stage) -> tuple[Rig, FormerLog]:
    """A machine whose every entry has a receipt of the old log, and the end that it saw."""
    rig = build(stage.folder(), policy=cosigned.POLICY)
    rig.core.heartbeat()
    receipts.take(rig.core, cosigned.receipts(rig, w1=NOW_S))
    seen = checkpoint.decode(plight.seen(rig.core.journal.connection) or b"")
    return rig, FormerLog(VKEY, seen.size, seen.root.hex())


def _named(rig: Rig, *former: FormerLog) -> None:
    """The officers' next list has the new log."""
    fields: dict[str, Any] = {"log_origin": NAME, "log_key": NEW_VKEY, "former_logs": former}
    rig.township = rig.township.change(policy=replace(rig.township.authority.policy, **fields))
    rig.publish()


def after(bend: Callable[[FormerLog], tuple[FormerLog, ...]]) -> Play:
    """The list names a past of that kind."""

    def play(stage: Stage) -> Notice | None:
        rig, seen = _receipted(stage)
        return refused(rig, lambda: _named(rig, *bend(seen)))

    return play


def answered(*, named: bool) -> Play:
    """The hub answers with receipts of the new log, cosigned as they should be."""

    def play(stage: Stage) -> Notice | None:
        rig, seen = _receipted(stage)
        if named:
            _named(rig, seen)
        made = cosigned.receipts(rig, before=(b"first",), key=KEY, log=NAME, w1=NOW_S)
        return refused(rig, lambda: receipts.take(rig.core, made))

    return play


def grown(*, ended: bool) -> Play:
    """The old log is shown to the witness once more, longer."""

    def play(stage: Stage) -> Notice | None:
        folder = stage.folder()
        witness = WitnessProcess.build(folder, OLD.vkey)
        witness.start()
        try:
            assert witness.submit(OLD.asks(0, 6)).status_code == 200
            if ended:
                witness.run("end-log", OLD.vkey, "--head", str(folder / "head"))
            answer = witness.submit(OLD.asks(6, 8))
        finally:
            witness.stop()
        if answer.status_code == 200:
            return None
        return Notice("witness", str(answer.status_code), AT_HEAD, answer.text)

    return play


HONEST = after(lambda seen: (seen,))
ATTACKS = (
    Attack("a new log of the hub's own", "平台自己另起日志，授权人员没有写明",
           "the hub begins a new log that no officer named", LOCKD, "tlog",
           answered(named=False), answered(named=True)),
    Attack("a new log without a past", "新日志不写明旧日志", "a new log that names no former one",
           LOCKD, "list_invalid", after(lambda _: ()), HONEST),
    Attack("a new log after an older head", "新日志接在机器所见之前",
           "a new log after an older head than the machine saw", LOCKD, "list_rollback",
           after(lambda seen: (replace(seen, size=seen.size - 1),)), HONEST),
    Attack("a new log after another head", "新日志接在同样长的另一本之后",
           "a new log after another head of that size", LOCKD, "list_rollback",
           after(lambda seen: (replace(seen, root="0" * 64),)), HONEST),
    Attack("an ended log that grows", "已终结的日志又变长", "a log that ended grows again",
           "witness", "404", grown(ended=True), grown(ended=False)),
)  # fmt: skip
