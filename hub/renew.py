"""`sealhub log renew`: a log that lost leaves is never continued; a new one, under another name and
key, begins with its last head.

Calls `hub.config`, `hub.init`, `hub.append_only`, `hub.log`, the tables whose rows name leaves, and
`wire`. What the database still has follows the first leaf in its order; the rest comes from the
machines. `renewal.json` is the decision: before it stands there nothing is changed, from then on
`sealhub log renew` completes what a power cut left, and no process writes.
"""

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models import F

from hub.append_only import lifted
from hub.config import FILE, Config, read
from hub.devices.models import ListVersion
from hub.ingest.models import Erased, Record
from hub.init import new_key
from hub.log import published, store, unconfirmed
from hub.log.keys import LogKey
from hub.log.models import Cosigned, Head, Leaf, Node
from hub.log.second import SecondStore
from hub.log.sequencer import RENEWAL, Sequencer, locked
from wire.errors import WireError
from wire.lists import renewal
from wire.lists.renewal import FormerLog, RenewalLeaf
from wire.tlog import tree
from wire.tlog.note import Verifier

FORMER: Final = "former"
_CHUNK: Final = 1000
_NAME: Final = re.compile(r'[^\s+"\\]{1,190}')
_TABLES: Final = ("log_leaf", "log_node", "ingest_record", "ingest_erased", "devices_listversion")


class RenewalError(Exception):
    """No new log is begun; the text says why, in Chinese and English."""


@dataclass(frozen=True)
class Renewed:
    """What officers and county need: the new log's key, and the former one with its last head.
    `kept` leaves of it are in the new log.
    """

    vkey: str
    former: FormerLog
    kept: int


@dataclass(frozen=True)
class _Plan:
    """`number` counts the township's logs from 1; `key` is the new one's file, in the state."""

    number: int
    name: str
    key: str
    former: str
    head: str

    @property
    def leaf(self) -> bytes:
        return renewal.leaf(RenewalLeaf(self.former, base64.b64decode(self.head)))


def begin(
    config: Config,
    head: bytes,
    witnesses: Sequence[Verifier],
    quorum: int,
    *,
    former: str | None = None,
    name: str | None = None,
    anyway: bool = False,
) -> Renewed:
    """Begin the log after that head, the last one that the county's witnesses saw.

    `former` is the key of the log before, by default the one at work; `anyway` also where that
    could go on. Raises RenewalError, LogBrokenError where another process writes.
    """
    with locked(config):
        if _file(config).exists():
            raise RenewalError(
                "上次没有做完：不带参数再运行一次 sealhub log renew。 The last renewal is not "
                "finished: run `sealhub log renew` without anything else."
            )
        key = former or LogKey.load(config.log_name, config.log_key).vkey
        ended = _ended(key, head, witnesses, quorum)
        _refuse_older(ended)
        if not anyway:
            _refuse_whole(config, ended)
        _decide(config, _plan(config, key, head, name))
    return finish(config)


def finish(config: Config) -> Renewed:
    """Complete what was decided; raises RenewalError where nothing was."""
    with locked(config):
        plan = _decided(config)
        with transaction.atomic():
            _exchange(plan)
        _put_aside(config.state / "second" / "leaves", plan.number)
        _put_aside(config.state / "public" / "log", plan.number)
        _configure(config.state / FILE, plan)
        unconfirmed.settle(config.state)
        _file(config).unlink()
        published.sync_folder(config.state)
    renewed = read(config.state)
    Sequencer.open(renewed).close()
    head = base64.b64decode(plan.head)
    vkey = LogKey.load(renewed.log_name, renewed.log_key).vkey
    return Renewed(vkey, renewal.last_head(plan.former, head, (), 0), store.size() - 1)


def follows() -> FormerLog | None:
    """The log after which this hub's was begun, as its first leaf says; None for a first log."""
    data = Leaf.objects.filter(index=0).values_list("data", flat=True).first()
    found = None if data is None else renewal.find(bytes(data))
    return None if found is None else renewal.last_head(found.former, found.head, (), 0)


def _ended(key: str, head: bytes, witnesses: Sequence[Verifier], quorum: int) -> FormerLog:
    try:
        return renewal.last_head(key, head, witnesses, quorum)
    except WireError as error:
        raise RenewalError(
            f"这不是县里见证过的旧日志检查点。 Not a head of the former log that the county's "
            f"witnesses saw: {error.detail}"
        ) from error


def _refuse_older(ended: FormerLog) -> None:
    """A head before one that is known here to be cosigned would leave out leaves."""
    cosigned = store.cosigned()
    if cosigned is not None and cosigned.size > ended.size:
        raise RenewalError(
            f"见证已看过 {cosigned.size} 条，这个检查点只有 {ended.size} 条：请县里给最新的。 "
            f"Witnesses saw {cosigned.size} leaves, this head has {ended.size}: "
            "ask the county for its last one."
        )


def _refuse_whole(config: Config, ended: FormerLog) -> None:
    size = store.size()
    second = SecondStore.open(config.state / "second" / "leaves").count
    if second > size:
        raise RenewalError(
            f"第二存储有 {second} 条，可以补回：先运行 sealhub replay。 The second store has "
            f"{second} leaves: run `sealhub replay` first."
        )
    if size >= ended.size and tree.root(ended.size, store.Hashes()).hex() == ended.root:
        raise RenewalError(
            "日志没有缺，可以照常继续；确要另起新日志，加 --anyway。 The log lacks nothing and can "
            "go on; --anyway begins a new one all the same."
        )


def _plan(config: Config, key: str, head: bytes, name: str | None) -> _Plan:
    before, number = renewal.origin(key), 2
    while (config.state / "public" / FORMER / f"{number - 1}").exists():
        number += 1
    chosen = name or _next_name(before)
    if chosen == before or not _NAME.fullmatch(chosen):
        raise RenewalError(
            f"{chosen}: 新日志要有自己的名称，不含空格和加号。 Another name than the former log's, "
            "without spaces and plus signs, is needed."
        )
    path = f"keys/log-{number}/log.pem"
    return _Plan(number, chosen, path, key, base64.b64encode(head).decode("ascii"))


def _next_name(before: str) -> str:
    stem, _, count = before.rpartition("-")
    return f"{stem}-{int(count) + 1}" if stem and count.isdecimal() else f"{before}-2"


def _decide(config: Config, plan: _Plan) -> None:
    if not (config.state / plan.key).exists():
        new_key(config.state / plan.key)
    published.write(_file(config), json.dumps(asdict(plan)).encode())


def _decided(config: Config) -> _Plan:
    try:
        return _Plan(**json.loads(_file(config).read_bytes()))
    except FileNotFoundError as error:
        raise RenewalError(
            "请给出县见证最后的检查点：--head 文件。 Name the last head that the county's witness "
            "saw: --head FILE."
        ) from error


def _exchange(plan: _Plan) -> None:
    """The new log's leaves in place of the former's, once."""
    first = Leaf.objects.filter(index=0).values_list("data", flat=True).first()
    if first is not None and bytes(first) == plan.leaf:
        return
    again = first is not None and renewal.find(bytes(first)) is not None
    with lifted(_TABLES):
        rows = Leaf.objects.order_by("index").values_list("data", flat=True)
        held = [bytes(data) for data in rows][again:]
        for table in (Leaf, Node, Head, Cosigned):
            table.objects.all().delete()
        known = store.Hashes()
        leaves = [plan.leaf, *held]
        for start in range(0, len(leaves), _CHUNK):
            store.add(leaves[start : start + _CHUNK], known)
        for named in (Record, Erased, ListVersion):
            named.objects.filter(leaf_index__isnull=False).update(
                leaf_index=F("leaf_index") + (not again)
            )
    store.forget_cosignatures()


def _put_aside(path: Path, number: int) -> None:
    """Under the former log's number, where it stays."""
    to = path.parent / FORMER / f"{number - 1}"
    if path.exists() and not to.exists():
        to.parent.mkdir(exist_ok=True)
        path.replace(to)
        published.sync_folder(path.parent)


def _configure(path: Path, plan: _Plan) -> None:
    """hub.toml names the new log and its key."""
    lines, table = [], ""
    for line in path.read_text("utf-8").splitlines():
        table = line.strip() if line.startswith("[") else table
        word = line.partition("=")[0].strip()
        new = {("[log]", "name"): plan.name, ("[keys]", "log"): plan.key}.get((table, word))
        lines.append(line if new is None else f'{word} = "{new}"')
    text = "\n".join(lines) + "\n"
    if "[log]" not in lines:
        text += f'\n[log]\nname = "{plan.name}"\n'
    mode = path.stat().st_mode
    published.write(path, text.encode())
    path.chmod(mode)


def _file(config: Config) -> Path:
    return config.state / RENEWAL
