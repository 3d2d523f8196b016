"""A hub in wrong hands against statements of absence: what it lets a substitute's approval lean on.

Calls `tests.attacks.{machine,model}` and `tests.support`. The machine that judges is real
lockd, on whose list the director's step may pass on while he is away.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from tests.attacks.machine import build, refused
from tests.attacks.model import Attack, Notice, Play, Stage
from tests.support.absences import FORGED, PEOPLE, PERMITTED, granted, said
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.township import Township
from wire.lists.content import Grant


@contextmanager
def at_the_desk(stage: Stage) -> Iterator[Rig]:
    """A machine at which the operator has logged in."""
    rig = build(stage.folder(), offices=PEOPLE, policy=PERMITTED)
    rig.core.login(OPERATOR, PIN)
    yield rig


def chosen(forge: Callable[[Township], Grant]) -> Play:
    """The hub lists that grant, and the operator chooses it."""

    def play(stage: Stage) -> Notice | None:
        rig = stage.share(at_the_desk)
        grant = forge(rig.township)
        rig.publish(grant)
        return refused(rig, lambda: rig.core.choose(grant.id))

    return play


def honest(town: Township) -> Grant:
    """The director says so himself, and the first substitute signs."""
    return granted(town, said(town, "yi"))


WORDS: Final = {
    "nobody said so": ("替补抢签，没有“不在”声明",
                       "a substitute signs without a statement of absence"),
    "by the hub's passkey": ("平台伪造“不在”声明的签名",
                             "a statement of absence signed by the hub in his key's name"),
    "prolonged": ("签名后延长不在的日子", "a statement of absence prolonged after it was signed"),
    "an application's signature": ("把审批的签名当作“不在”声明",
                                   "an approval's signature presented as a statement of absence"),
    "by a stranger": ("无权的人说主任不在", "somebody without that power says who is away"),
    "another township's": ("拿别镇的“不在”声明充数", "another township's statement of absence"),
    "another village's": ("拿别村的“不在”声明充数", "another village's statement of absence"),
    "over when it was filed": ("拿过期的“不在”声明给新的申请用",
                               "a statement of absence replayed into a later application"),
    "for longer than permitted": ("不在的日子超过政策",
                                  "an absence longer than the policy permits"),
    "valid before it was filed": ("申请时间填进不在的日子，却先盖章",
                                  "an application dated into an absence and valid before it"),
    "the applicant's word": ("申请人说批准人不在", "the applicant says that the approver is away"),
    "the step taken by who said so": ("说主任不在的人自己代签",
                                      "who says that the director is away signs in his place"),
    "the substitute's own word": ("替补自己说主任不在", "the substitute says that he is away"),
    "the second substitute": ("第二替补抢签", "the second substitute signs before the first"),
    "signed by who is away": ("说自己不在，又自己签", "who is away by his own word signs himself"),
}  # fmt: skip
ATTACKS: Final = tuple(
    Attack(f"absence: {name}", *WORDS[name], "lockd", code, chosen(forge), chosen(honest))
    for name, (forge, code) in FORGED.items()
)
