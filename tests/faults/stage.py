"""A provisioned machine before anything goes wrong: made once, copied for every case.

Calls `tests.support.{machine,township,contents,crisis,sealed_log}`.
"""

import shutil
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sealctl.config import MachineConfig
from sealctl.lockd import supervised
from sealctl.lockd.supervised import Hand
from tests.support import contents, crisis
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.sealed_log import NAME, VKEY
from tests.support.township import Township
from wire.lists.content import Grant

ACTOR: Final = OPERATOR
WITNESS: Final = "bing"
SECOND: Final = "jia"
FILES: Final = ("journal.sqlite3", "root.json", "keys/record.pem")


@dataclass(frozen=True)
class Stage:
    """`job`: two sheets and a seam; `book`: sixty sheets and a seam. Both are on the list."""

    folder: Path
    township: Township
    config: MachineConfig
    version: int
    last_seq: int
    job: Grant
    book: Grant

    def copy(self, folder: Path) -> MachineConfig:
        """Another machine folder with the same beginning."""
        (folder / "keys").mkdir(parents=True)
        (folder / "photos").mkdir()
        for name in FILES:
            shutil.copyfile(self.folder / name, folder / name)
        (folder / "keys" / "record.pem").chmod(0o600)
        return replace(self.config, folder=folder, root=folder / "root.json")

    def bundle(self, version: int, now_ms: int, **options: Any) -> bytes:
        """The hub's list of that version with both grants."""
        grants = (self.job, self.book)
        return self.township.bundle(grants, version=version, now_ms=now_ms, **options)


@cache
def stage() -> Stage:
    """The one stage of this process."""
    folder = Path(tempfile.mkdtemp(prefix="stage-"))
    residence = contents.item("residence", "居住证明", "committee", *contents.CHAIN_OF_TWO)
    policy = {"log_origin": NAME, "log_key": VKEY, "receipts_max_count": 10_000}
    disaster = contents.item("disaster", "受灾救助申请", "committee", *contents.CHAIN_OF_TWO)
    items = (replace(residence, impressions_max=60), replace(disaster, emergency=True))
    catalogue = contents.catalogue(*items)
    rig = Rig.build(folder, catalogue=catalogue, policy=policy)
    _enrol(rig)
    machine = replace(rig.township.machine, emergency=crisis.codes())
    made = rig.township = rig.township.change(machine=machine)
    job = made.grant(made.application(impressions=2, seams=1))
    another = sha256(b"sixty sheets").digest()
    book = made.grant(made.application(id=another, impressions=60, seams=1))
    rig.publish(job, book)
    rig.core.journal.connection.close()
    return Stage(folder, made, rig.config, rig.version, rig.core.journal.last_seq, job, book)


def _enrol(rig: Rig) -> None:
    """Everybody by an entry."""
    witness = Hand(WITNESS, PIN)
    supervised.enrol(rig.core, WITNESS, PIN, Hand(SECOND, ""))
    for person in (SECOND, ACTOR):
        supervised.enrol(rig.core, person, PIN, witness)
