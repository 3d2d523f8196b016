"""A hub in wrong hands against approvals by SM2 keys: what it puts on a machine's list.

Calls `tests.attacks.{machine,model}`, `tests.support` and `wire`. The machine that judges is real
lockd; on its list the director has an SM2 key beside his passkey, and the policy takes both.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.attacks.machine import build, refused
from tests.attacks.model import Attack, Notice, Play, Stage
from tests.support import sm2_people
from tests.support.contents import DAY, NOW, YEAR
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.sm2_people import BOTH, Holder, equip
from tests.support.township import asserted
from wire.approval.decision import Approval
from wire.approval.sm2 import Sm2Signature
from wire.approval.subject import Application
from wire.lists.content import Sm2Key

HIS: Final = Holder()
Director = Callable[[Rig, Application], Approval]


@contextmanager
def at_the_desk(stage: Stage) -> Iterator[Rig]:
    """A machine at which the operator has logged in."""
    rig = build(stage.folder())
    rig.core.login(OPERATOR, PIN)
    yield rig


def chosen(
    director: Director,
    *,
    key: Sm2Key | None = None,
    suites: tuple[str, ...] = BOTH,
    secretary: str = "jia",
) -> Play:
    """The officers list that key for the director; the hub lists a grant with that approval of his
    and that person's as secretary, by his passkey; the operator chooses it.
    """

    def play(stage: Stage) -> Notice | None:
        rig = stage.share(at_the_desk)
        rig.township = equip(rig.township, {"yi": (key or HIS.listed(),)}, suites=suites)
        asked = rig.township.application()
        other = rig.township.approve(asked, "secretary", secretary)
        grant = rig.township.grant(asked, (director(rig, asked), other))
        rig.publish(grant)
        return refused(rig, lambda: rig.core.choose(grant.id))

    return play


def honest(rig: Rig, asked: Application) -> Approval:
    return sm2_people.approve(rig.township, asked, "director", "yi", HIS)


def _by_the_hubs_key(rig: Rig, asked: Application) -> Approval:
    """Under the name of his."""
    forged = sm2_people.approve(rig.township, asked, "director", "yi", Holder())
    assert isinstance(forged.proof, Sm2Signature)
    return replace(forged, proof=replace(forged.proof, key=HIS.kid))


def _return_called_approval(rig: Rig, asked: Application) -> Approval:
    returned = sm2_people.approve(rig.township, asked, "director", "yi", HIS, verdict="return")
    return replace(returned, decision="approve")


def _passkeys_signature(rig: Rig, asked: Application) -> Approval:
    """What his passkey signed, called his SM2 key's."""
    given = rig.township.approve(asked, "director", "yi")
    r, s = decode_dss_signature(asserted(given).signature)
    return replace(given, proof=Sm2Signature(HIS.kid, r.to_bytes(32) + s.to_bytes(32)))


def _row(name: str, zh: str, en: str, code: str, play: Play) -> Attack:
    return Attack(name, zh, en, "lockd", code, play, chosen(honest))


RAN_OUT: Final = HIS.listed(NOW - YEAR, NOW - 2 * DAY)
ATTACKS = (
    _row("SM2 where none is taken", "政策不接受国密审批，平台照样列入",
         "an approval by an SM2 key that the policy does not take",
         "approval_suite", chosen(honest, suites=("passkey",))),
    _row("an SM2 key of the hub's", "平台用自造国密密钥冒名签名",
         "the hub signs with an SM2 key of its own in his key's name",
         "approval_invalid", chosen(_by_the_hubs_key)),
    _row("an SM2 key that ran out", "用过期的国密密钥签名",
         "an approval by an SM2 key that ran out",
         "approval_invalid", chosen(honest, key=RAN_OUT)),
    _row("an SM2 return as approval", "把国密签的“退回”当作“同意”",
         "a return signed by an SM2 key presented as approval",
         "approval_invalid", chosen(_return_called_approval)),
    _row("a passkey's signature as SM2's", "把通行密钥的签名当作国密签名",
         "a passkey's signature presented as an SM2 key's",
         "approval_invalid", chosen(_passkeys_signature)),
    _row("one approver, two keys", "一人用两种密钥签两个环节",
         "one approver signs both steps, each by another key of his",
         "same_person", chosen(honest, secretary="yi")),
)  # fmt: skip
