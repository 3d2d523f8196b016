"""From files to a machine that may stamp: what is checked and signed at every start.

Calls `sealctl.{journal,keys,moment,operators,config}`, `sealctl.lockd` and `wire`.
"""

import logging
import sqlite3
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from hardware.ports import Clock, HardwareError
from sealctl import keys
from sealctl.config import MachineConfig
from sealctl.errors import StartError
from sealctl.journal import books, succession
from sealctl.journal.schema import connect
from sealctl.journal.store import Journal
from sealctl.keys import Handed
from sealctl.lockd import body as bodies
from sealctl.lockd.core import Core
from sealctl.lockd.photos import Photos
from sealctl.moment import Timekeeper
from sealctl.operators import Operators
from sealctl.signer import Signer, SignerError
from wire.errors import WireError
from wire.lists.adopt import Trusted, pin_root, reload, unread
from wire.provisioning import messages
from wire.provisioning.messages import Predecessor
from wire.refusals import Refused
from wire.sig import PublicKey

log = logging.getLogger(__name__)


def start(
    config: MachineConfig,
    *,
    parts: bodies.Parts,
    clock: Clock,
    random: Callable[[int], bytes],
    handed: Handed = keys.not_handed,
) -> Core:
    """A machine ready to be asked; raises StartError where a file or the head is of no use.

    `handed`: the record key's file or its token's PIN as systemd hands it over, instead of the
    machine folder's. A journal that opens and does not verify still starts, and refuses every stamp
    (`journal_broken`); so does a machine whose adopted list its software cannot read
    (`list_unreadable`), until a list comes that it can.
    """
    try:
        signers = keys.load(config, handed), keys.load_next(config, handed)
        return _start(config, parts, clock, random, *signers)
    except Refused as refused:
        raise StartError(refused.code, refused.detail) from refused
    except HardwareError as error:
        raise StartError(error.code, error.detail) from error
    except sqlite3.Error as error:
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        raise StartError("journal_full" if full else "journal_broken", str(error)) from error
    except SignerError as error:
        raise StartError("signer_unavailable", str(error), final=error.final) from error
    except OSError as error:
        raise StartError("internal", str(error)) from error


def _start(
    config: MachineConfig,
    parts: bodies.Parts,
    clock: Clock,
    random: Callable[[int], bytes],
    signer: Signer,
    successor: Signer | None,
) -> Core:
    connection = connect(config.journal)
    trusted = _trusted(connection, config)
    if successor is not None and _took_over(connection, trusted, successor.public_key):
        signer, successor = successor, None
    time = Timekeeper(clock, books.newest_wall(connection))
    _verify(connection, config.device, signer.public_key)
    journal = Journal(
        connection,
        device=config.device,
        signer=signer,
        successor=successor,
        time=time,
        random=random,
    )
    core = Core(
        journal=journal,
        time=time,
        parts=parts,
        photos=Photos(config.photos),
        operators=Operators(connection, random),
        trusted=trusted,
        folder=config.folder,
    )
    _continue(core, config.predecessor)
    _boot(core)
    return core


def _verify(connection: sqlite3.Connection, device: str, key: PublicKey) -> None:
    """Hold the chain from the last receipted entry on."""
    after = books.receipted(connection)
    try:
        books.verify(connection, device, key, after=max(0, after - 1))
    except WireError as error:
        log.error("journal: %s", error)
        books.mark_broken(connection, str(error))


def _trusted(connection: sqlite3.Connection, config: MachineConfig) -> Trusted:
    """The list that was adopted last. That it is that one, the journal's entries say (`_verify`);
    whether it can be read depends on the software.
    """
    pinned = pin_root(config.root.read_bytes(), config.root_sha256)
    kept = books.trusted(connection)
    if kept is None:
        return pinned
    try:
        return reload(*kept, device=config.device)
    except Refused as refused:
        log.error("the adopted list cannot be read again: %s", refused)
        return unread(pinned.root, kept[1], device=config.device)


def _took_over(connection: sqlite3.Connection, trusted: Trusted, successor: PublicKey) -> bool:
    """Whether the successor signs by now: the list in force names it. Where that cannot be read,
    the successor itself has signed that it took over.
    """
    if trusted.lists is not None:
        return trusted.lists.machine.key == successor
    try:
        return len(succession.keys(connection, successor)) > 1
    except WireError:
        return False


def _continue(core: Core, predecessor: Path) -> None:
    """The first entry of a machine that replaces a broken one names where that one's journal ends.

    StartError where the file cannot be read: the reference would be missing for ever.
    """
    if core.journal.last_seq or not predecessor.exists():
        return
    try:
        named = messages.decode(Predecessor, predecessor.read_bytes())
    except WireError as error:
        raise StartError("internal", f"{predecessor}: {error}") from error
    core.journal.append(
        "continued", {"device": named.device, "seq": named.seq, "entry": named.entry}
    )


def _boot(core: Core) -> None:
    """The `boot` entry, the end of an opening that a power cut left, and the counters' test."""
    connection = core.journal.connection
    signed, unfinished = books.counters(connection), books.unfinished(connection)
    if core.body is None and unfinished is not None:
        raise HardwareError("hardware_fault", f"cannot end opening {unfinished}")
    counters = core.journal_counters()
    before = _before_opening(core, unfinished) or signed
    core.boot = core.journal.append("boot", {"version": version("sealctl"), **counters}).seq
    if core.body is None or before is None:
        return
    core.judge_head(before, under_way=unfinished is not None)
    if unfinished is not None:
        returned = core.body.own_counters and core.body.unlatches == before[0]
        core.journal.append(
            "interrupted", {"authorised": unfinished, "returned": returned, **counters}
        )


def _before_opening(core: Core, authorised: int | None) -> tuple[int, int] | None:
    """The counters that the opening's own entry names; later entries may know of its unlatching."""
    if authorised is None:
        return None
    try:
        found = books.entry_at(core.journal.connection, authorised, core.journal.key)
    except WireError:
        return None
    return int(found.body["unlatches"]), int(found.body["presses"])
