"""Machines whose township has fallen silent, and what the people with emergency codes do there.

Calls `sealctl.lockd` and `tests.support`. Codes are the same in every township here.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sealctl.journal import books
from sealctl.lockd import emergency
from sealctl.lockd.emergency import Asked, Named
from sealctl.lockd.supervised import Hand
from sealctl.session import model as m
from sealctl.session.model import Mode
from tests.support import contents
from tests.support.corrections import with_camerad
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.sealed_log import signed_head
from wire import messages
from wire.lists.content import EmergencyCode
from wire.lists.machines import code_verifier
from wire.tlog import proof, proof_file, tree
from wire.tlog.proof_file import ProofFile

SECOND: Final = "bing"
SECRETARY: Final = "jia"
CODES: Final = {
    OPERATOR: ("AAAABBBBCCCCDDDD", "AAAABBBBCCCCEEEE", "AAAABBBBCCCCFFFF"),
    SECOND: ("GGGGHHHHIIIIJJJJ", "GGGGHHHHIIIIKKKK", "GGGGHHHHIIIILLLL"),
    SECRETARY: ("MMMMNNNNOOOOPPPP",),
}
ASKED: Final = Asked("disaster", "seal-committee", "受灾救助申请", "台风断网，救助今天截止", 2)
AFTER_MS: Final = 24 * contents.HOUR


def build(folder: Path, **township: Any) -> Rig:
    """A machine whose list names people with codes, and one item for emergencies."""
    residence = contents.item("residence", "居住证明", "committee", *contents.CHAIN_OF_TWO)
    disaster = contents.item("disaster", "受灾救助申请", "committee", *contents.CHAIN_OF_TWO)
    items = contents.catalogue(residence, replace(disaster, emergency=True))
    rig = Rig.build(folder, catalogue=items, **township)
    for person in (SECOND, SECRETARY):
        rig.core.operators.enrol(person, PIN)
    rig.township = rig.township.change(machine=replace(rig.township.machine, emergency=codes()))
    rig.publish()
    return rig


def codes() -> tuple[EmergencyCode, ...]:
    """As the officers sign them."""
    return tuple(
        EmergencyCode(person, code_verifier(contents.DEVICE, person, code))
        for person, theirs in CODES.items()
        for code in theirs
    )


def fall_silent(rig: Rig, ms: int = AFTER_MS + contents.HOUR) -> None:
    """So much time passes without a word, the machine signing its heartbeat every hour."""
    for _ in range(ms // contents.HOUR):
        rig.clock.advance(contents.HOUR)
        rig.core.heartbeat()


def declare(
    rig: Rig,
    asked: Asked = ASKED,
    *,
    operator: str = OPERATOR,
    second: str = SECOND,
    codes: tuple[str, str] | None = None,
    pins: tuple[str, str] = (PIN, PIN),
    use: int = 0,
) -> None:
    """Both people prove themselves, with their codes number `use`; raises Refused."""
    first_code, second_code = codes or (CODES[OPERATOR][use], CODES[SECOND][use])
    named = (
        Named(Hand(operator, pins[0]), first_code),
        Named(Hand(second, pins[1]), second_code),
    )
    with_camerad(rig, lambda served: emergency.declare(served, asked, *named))


def receipts(rig: Rig, upto: int | None = None) -> bytes:
    """What the log gives for the newest of its entries, of which it holds those up to that seq."""
    rows = books.entries(rig.core.journal.connection, 0, upto or rig.core.journal.last_seq)
    hashes = [tree.leaf_hash(row.envelope) for row in rows]

    def node(level: int, index: int) -> bytes:
        return tree.root_of(hashes[index << level : (index + 1) << level])

    head = signed_head(len(hashes), tree.root_of(hashes))
    last = len(hashes) - 1
    made = ProofFile(last, tuple(proof.inclusion(last, len(hashes), node)), head)
    return messages.encode_receipts([(rows[-1].seq, proof_file.encode(made))])


def stamp(rig: Rig) -> None:
    """One press of the emergency that was declared."""
    rig.core.feed(m.PhotoAsked())
    rig.run(lambda core: core.session.mode is Mode.PHOTOGRAPHED and rig.body.mechanism.home)
    rig.press_through()
