"""A township of many villages with a year of stamps in its log, for the measure of its pages.

Calls `hub`, `county`, `tests`. Entries are encoded and chained as machines' are, only not signed;
the pictures of QR codes, which are drawn once for each stamp, are left out while it is filled.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from bench.filled import Unsigned
from county.edit import places
from hub.clock import now_ms
from hub.config import config
from hub.devices import authority
from hub.disclosing import MATTERS, again, owner_of
from hub.disclosure import queries
from hub.disclosure.front import place
from hub.ingest.models import Record
from hub.init import new_key
from hub.log.sequencer import Sequencer
from hub.services import files
from hub.site.folder import Folder, Lying
from hub.site.settings import settings as site_settings
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal, Written

DAY_MS = 86_400_000
GRANT = b"\xa7" * 32


@dataclass(frozen=True)
class Filled:
    """The village in which stamps are made, and its machine's journal."""

    village: str
    journal: Journal
    villages: tuple[str, ...]

    def stamp(self) -> None:
        known = len(self.journal.written)
        self.journal.stamp(GRANT, wall_ms=now_ms())
        with Sequencer.open(config()) as sequencer:
            _log(sequencer, {self.village: self.journal.written[known:]})


def fill(villages: int, months: int, stamps: int) -> Filled:
    """So many villages, each with so many stamps in each month."""
    hub.write_config(Path(settings.STATE))
    for name in ("log", "site"):
        new_key(Path(settings.STATE) / "keys" / f"{name}.pem")
    names = [f"v{number:04d}" for number in range(villages)]
    _listed(names)
    journals = {name: Unsigned(device=f"{name}-1", now_ms=now_ms()) for name in names}
    for journal in journals.values():
        for ago in range(months, 0, -1):
            for _ in range(stamps):
                journal.stamp(GRANT, wall_ms=now_ms() - ago * 30 * DAY_MS + DAY_MS)
    with Sequencer.open(config()) as sequencer:
        _log(sequencer, {name: journal.written for name, journal in journals.items()})
    return Filled(names[-1], journals[names[-1]], tuple(names))


def services() -> None:
    """The example of what services there are."""
    for name in (files.FILE, files.ITEMS):
        shutil.copy(files.EXAMPLE / name, Path(settings.STATE) / name)


def slow_made() -> None:
    """As if all that takes seconds were made: its names stand among what lies there."""
    own = site_settings(config())
    folder = Folder(own.folder, own.beside)
    for village in queries.villages():
        owner, where = owner_of(village), place(village)
        made = {
            one.path: Lying("0" * 64, 0, lasting=True)
            for matter in MATTERS
            for one in matter.slow(where, now_ms())
        }
        folder.note(owner, made)
        again(config(), folder, village, MATTERS, now_ms())


def _listed(names: list[str]) -> None:
    """The officers list a machine for each."""
    town = hub.township(Journal())
    made = town.authority
    for name in names:
        made = places.add_village(made, name)
        key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        machine = replace(
            town.machine, device=f"{name}-1", village=name, village_name=f"{name}村", public_key=key
        )
        *others, new = made.villages
        listed = replace(new, machines=replace(new.machines, machines={machine.device: machine}))
        made = replace(made, villages=(*others, listed))
    package = town.sign(made).package
    authority.import_package(package, root_sha256=sha256(town.roots[0]).digest())


def _log(sequencer: Sequencer, written: dict[str, list[Written]]) -> None:
    first = sequencer.append([one.envelope for some in written.values() for one in some])
    Record.objects.bulk_create(_records(written, first), batch_size=2000)


def _records(written: dict[str, list[Written]], first: int) -> Iterator[Record]:
    index = first
    for village, some in written.items():
        for one in some:
            yield Record(
                device=one.entry.device,
                village=village,
                seq=one.entry.seq,
                entry_hash=one.hash,
                envelope=one.envelope,
                kind=one.entry.kind,
                wall_ms=one.entry.time.wall,
                leaf_index=index,
                received_ms=one.entry.time.wall,
            )
            index += 1
