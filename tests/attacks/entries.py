"""A township that lies to its inspector about a machine's entries, photos and lists; and a machine
whose record key was stolen, that signs whatever the thief likes.

Calls `tests.attacks.bundles` and the bends of `tests.inspector`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import Any

from sealctl.session.model import LoggedOut
from tests.attacks.bundles import Bend, inspected, row, untouched, verified
from tests.attacks.model import Notice, Play, Stage
from tests.hub.journal_rig import COUNTERS, Journal
from tests.inspector import test_crisis as crises
from tests.inspector import test_replaced as replaced
from tests.inspector import test_verify as plain
from tests.inspector import test_verify_rules as rules
from tests.support import crisis
from tests.support.machine import Rig
from tests.support.sealed_log import SealedLog
from wire.provisioning.messages import Predecessor
from wire.record import commitment, entry
from wire.record.envelope import entry_hash


def _told(name: str, table: Any = plain) -> Play:
    """The bend of that name of an inspector's test."""
    return inspected(table.ATTACKS[name][0])


def _insert(log: SealedLog, rig: Rig) -> None:
    """A heartbeat that the township made up."""
    forged = Journal(now_ms=rig.clock.wall).write("heartbeat", **COUNTERS)
    log.leaves.append(forged.envelope)


def _again(log: SealedLog, rig: Rig) -> None:
    """An entry is logged a second time."""
    log.leaves.append(log.leaves[plain.place_of(log, rig, "stamped")])


def _same_seq(log: SealedLog, rig: Rig) -> None:
    """Two entries by the machine's own key under one number."""
    place = plain.place_of(log, rig, "relocked")
    made = entry.open_entry(log.leaves[place], rig.core.journal.key)
    twin = replace(made, kind="clock_step", body={"was": 1, "now": 2})
    log.leaves.insert(place, plain.signer_of(rig).sign(entry.encode(twin)))


def _salt(log: SealedLog, rig: Rig) -> None:
    digest = entry_hash(log.leaves[plain.place_of(log, rig, "authorised")])
    made = commitment.decode(log.openings[digest])
    salted = tuple(replace(one, salt=sha256(one.salt).digest()) for one in made.openings)
    log.openings[digest] = commitment.encode(replace(made, openings=salted))


def _deep(log: SealedLog, rig: Rig) -> None:
    """A leaf of CBOR arrays within one another."""
    del rig
    log.leaves.append(b"\xd2" + b"\x81" * 60_000 + b"\x00")


def _deep_opening(log: SealedLog, rig: Rig) -> None:
    digest = entry_hash(log.leaves[plain.place_of(log, rig, "authorised")])
    log.openings[digest] = b"\x81" * 500_000 + b"\x00"


def _strange(log: SealedLog, rig: Rig) -> None:
    del rig
    log.leaves.append(b"<html>")


def _no_approvals(log: SealedLog, rig: Rig) -> None:
    plain.ATTACKS["a stamp without a grant"][0](log, rig)


@contextmanager
def in_emergency(stage: Stage) -> Iterator[Rig]:
    """A machine cut off from its township, that stamped in two emergencies."""
    rig = crises.silent_machine(stage.folder())
    crisis.fall_silent(rig)
    for use in (0, 1):
        crisis.declare(rig, replace(crisis.ASKED, impressions=1), use=use)
        crisis.stamp(rig)
        rig.core.feed(LoggedOut())
    yield rig


def _emergency(bend: Bend) -> Play:
    return inspected(bend, of=in_emergency)


def _continuing(told: Predecessor, named: str | None = replaced.FORMER) -> Play:
    """A new machine was told that it continues that entry; the officers named one, or none."""

    def play(stage: Stage) -> Notice | None:
        rig = replaced.continuing(stage.folder(), told, named)
        return verified(replaced.both(rig).write(stage.folder()))

    return play


CALM = _emergency(untouched)
ATTACKS = (
    row("edit", "改一条记录", "an entry edited", "entry", _told("an entry edited")),
    row("delete", "删一条记录", "an entry deleted", "chain", _told("an entry removed")),
    row("insert", "插入一条平台自造的记录", "an entry inserted that the township made up",
        "entry", inspected(_insert)),
    row("re-order", "两条记录对调", "two entries exchanged", "chain",
        _told("two entries exchanged")),
    row("replay", "同一条记录入册两次", "an entry logged twice", "chain", inspected(_again)),
    row("a predecessor that nobody named", "自称接替清单没有写明的旧机",
        "a machine that continues one which the officers do not name", "list",
        _continuing(replaced.TOLD, None), _continuing(replaced.TOLD)),
    row("a predecessor's end made up", "平台编造旧机的最后一条",
        "a machine told to continue an entry that nobody logged", "continued",
        _continuing(replace(replaced.TOLD, entry=bytes(32))), _continuing(replaced.TOLD)),
    row("duplicate seq", "同一序号两条记录，均由本机签名", "two signed entries under one number",
        "chain", inspected(_same_seq)),
    row("re-sign", "换一把密钥重签整段记录", "entries signed anew by another key", "entry",
        _told("entries signed by another key")),
    row("photo swapped", "签名后换照片", "a photo swapped after it was signed", "photo",
        _told("a photo changed")),
    row("photo withheld", "扣下照片", "a photo withheld", "photo", _told("a photo withheld")),
    row("opening withheld", "扣下公开值", "an opening withheld", "opening",
        _told("an opening withheld")),
    row("opening forged", "伪造公开值：换成别的用印员", "an opening that names another operator",
        "opening", _told("an opening of another operator")),
    row("salt forged", "伪造公开值的盐", "an opening under another salt", "opening",
        inspected(_salt)),
    row("deep opening", "嵌套过深的公开值", "an opening of deeply nested CBOR", "opening",
        inspected(_deep_opening)),
    row("deep leaf", "嵌套过深的日志条目", "a leaf of deeply nested CBOR", "entry",
        inspected(_deep)),
    row("strange leaf", "日志里混入别的内容", "a leaf that is no entry", "leaf",
        inspected(_strange)),
    row("list withheld from the log", "用未公布的清单盖印", "a stamp by a list never published",
        "list", _told("a list that was never published")),
    row("published list changed", "改已公布的清单", "a published list changed", "list",
        _told("a published list changed")),
    row("list logged late", "清单在盖印之后才入册",
        "a list logged after the stamp that rests on it", "list",
        _told("a list logged after the stamp that rests on it", rules)),
    row("list of the past", "新清单里夹旧文件", "a newer list with older officers' files", "list",
        _told("a newer list with older files", rules)),
    row("stolen record key: no grant", "盗得机器密钥：无批准盖印",
        "a stolen record key: a stamp that nobody approved", "grant", inspected(_no_approvals)),
    row("stolen record key: twice", "盗得机器密钥：一张批准盖两次",
        "a stolen record key: one sheet stamped twice", "grant", _told("the same sheet twice")),
    row("stolen record key: replaced list", "盗得机器密钥：按已替换的旧清单盖印",
        "a stolen record key: a stamp by a list that was replaced", "list",
        _told("a stamp by a list that was replaced", rules)),
    row("stolen record key: no end", "盗得机器密钥：隐去一次开锁的结果",
        "a stolen record key: an opening without an end", "stamp",
        _told("an opening without any end", rules)),
    row("stolen record key: given back", "盗得机器密钥：盖了说没盖",
        "a stolen record key: a press declared as none", "stamp",
        _told("an opening given back after the press")),
    row("stolen record key: invented code", "盗得机器密钥：编造应急码",
        "a stolen record key: an emergency with an invented code", "emergency",
        _emergency(crises._unknown_code), CALM),
    row("stolen record key: code again", "盗得机器密钥：再用已用的应急码",
        "a stolen record key: an emergency with a spent code", "emergency",
        _emergency(crises._reused_code), CALM),
    row("stolen record key: another's code", "盗得机器密钥：用别台机器的应急码",
        "a stolen record key: an emergency with another machine's code", "emergency",
        _emergency(crises._code_of_another_device), CALM),
)  # fmt: skip
