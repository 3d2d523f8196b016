"""A hub in wrong hands against the approvers' signatures: what it puts on a machine's list.

Calls `tests.attacks.{machine,model}`, `demo.authenticator` and `wire`. The machine that judges is
real lockd; whoever attacks owns the hub with all its keys, and no approver's passkey.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import Any

from demo.authenticator import Authenticator
from tests.attacks.machine import build, refused
from tests.attacks.model import Attack, Notice, Play, Stage
from tests.support import contents
from tests.support.contents import DAY, ORIGIN, RP_ID
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.township import asserted
from wire import cbor
from wire.approval import decision, subject
from wire.approval.decision import Approval
from wire.approval.subject import Application
from wire.lists.content import Grant

Forge = Callable[[Rig, Application], Grant]


@contextmanager
def at_the_desk(stage: Stage) -> Iterator[Rig]:
    """A machine at which the operator has logged in."""
    rig = build(stage.folder())
    rig.core.login(OPERATOR, PIN)
    yield rig


def chosen(forge: Forge, **asked: Any) -> Play:
    """The hub lists that grant, and the operator chooses it."""

    def play(stage: Stage) -> Notice | None:
        rig = stage.share(at_the_desk)
        grant = forge(rig, rig.township.application(**asked))
        rig.publish(grant)
        return refused(rig, lambda: rig.core.choose(grant.id))

    return play


def honest(rig: Rig, asked: Application) -> Grant:
    return rig.township.grant(asked)


def _signed(**persons: str) -> Forge:
    """Each of these steps by that person, with his own passkey."""
    return lambda rig, asked: rig.township.grant(asked, rig.township.approvals(asked, **persons))


def _nobody(rig: Rig, asked: Application) -> Grant:
    return rig.township.grant(asked, ())


def _with(director: Callable[[Rig, Application], Approval]) -> Forge:
    """The secretary has signed; the director's approval is this one."""

    def forge(rig: Rig, asked: Application) -> Grant:
        secretary = rig.township.approve(asked, "secretary", "jia")
        return rig.township.grant(asked, (director(rig, asked), secretary))

    return forge


def _own_passkey(rig: Rig, asked: Application) -> Approval:
    """Made by the hub, with a passkey that it made for the purpose."""
    mine = Authenticator()
    mine.create(RP_ID)
    people = {**rig.township.authenticators, "yi": mine}
    return replace(rig.township, authenticators=people).approve(asked, "director", "yi")


def _own_passkey_under_his_name(rig: Rig, asked: Application) -> Approval:
    forged = _own_passkey(rig, asked)
    his = rig.township.roster.persons["yi"].passkeys[0].credential
    return replace(forged, proof=replace(asserted(forged), credential=his))


def _return_called_approval(rig: Rig, asked: Application) -> Approval:
    returned = rig.township.approve(asked, "director", "yi", verdict="return")
    return replace(returned, decision="approve")


def _of_another_step(rig: Rig, asked: Application) -> Approval:
    return replace(rig.township.approve(asked, "chair", "yi"), step="director")


def _of_a_correction(rig: Rig, asked: Application) -> Approval:
    """These bytes were put to him as a correction's."""
    digest, roster = subject.subject_hash(subject.encode(asked)), rig.township.roster.version
    challenge = decision.challenge("correction", digest, "director", "yi", "approve", roster)
    assertion = rig.township.authenticators["yi"].get_assertion(RP_ID, ORIGIN, challenge)
    return Approval("director", "yi", "approve", roster, assertion)


def _of_a_payment(rig: Rig, asked: Application) -> Approval:
    """These bytes were put to him as a payment's, in the same form."""
    digest, roster = subject.subject_hash(subject.encode(asked)), rig.township.roster.version
    signed = {"step": "director", "person": "yi", "decision": "approve", "roster": roster}
    content = cbor.encode({"v": 1, "kind": "payment", "subject": digest, **signed})
    challenge = sha256(content).digest()
    assertion = rig.township.authenticators["yi"].get_assertion(RP_ID, ORIGIN, challenge)
    return Approval("director", "yi", "approve", roster, assertion)


def _of_last_month(rig: Rig, asked: Application) -> Approval:
    """His assertion for an earlier application, its challenge with it."""
    earlier = replace(asked, id=sha256(b"last month").digest(), created=asked.created - 30 * DAY)
    return rig.township.approve(earlier, "director", "yi")


def _by(**options: Any) -> Callable[[Rig, Application], Approval]:
    return lambda rig, asked: rig.township.approve(asked, "director", "yi", **options)


def _altered(rig: Rig, asked: Application) -> Grant:
    """Two more impressions than the approvers saw."""
    return Grant(subject.encode(replace(asked, impressions=3)), rig.township.approvals(asked))


def _revoked(fields: Mapping[str, Any]) -> Play:
    """The grant stands on a list that revokes what it rests on."""

    def play(stage: Stage) -> Notice | None:
        rig = stage.share(at_the_desk)
        grant = rig.township.grant(rig.township.application())
        named = fields or {"revoked_grants": (grant.id,)}
        rig.publish(grant, **named)
        return refused(rig, lambda: rig.core.choose(grant.id))

    return play


def _kin(stage: Stage) -> Notice | None:
    """The applicant has declared the director a relative."""
    rig = build(stage.folder())
    roster = rig.township.roster
    applicant = replace(roster.persons["xin"], relatives=("yi",))
    persons = {**roster.persons, "xin": applicant}
    rig.township = rig.township.change(roster=replace(roster, persons=persons))
    grant = rig.grant()
    rig.core.login(OPERATOR, PIN)
    return refused(rig, lambda: rig.core.choose(grant.id))


def _spent(stage: Stage) -> Notice | None:
    rig = build(stage.folder())
    grant = rig.grant()
    rig.stamp(grant)
    rig.publish(grant)
    return refused(rig, lambda: rig.core.choose(grant.id))


def _operator(person: str, **policy: Any) -> Play:
    """That person approves as director, holds an operator's office, and operates."""

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder(), policy=policy)
        roster, term = rig.township.roster, contents.person("x", ("village.operator",)).offices
        both = replace(roster.persons[person], offices=(*roster.persons[person].offices, *term))
        persons = {**roster.persons, person: both}
        rig.township = rig.township.change(roster=replace(roster, persons=persons))
        rig.core.operators.enrol(person, PIN)
        grant = rig.grant(operators=(person,))
        rig.core.login(person, PIN)
        return refused(rig, lambda: rig.core.choose(grant.id))

    return play


def _row(name: str, zh: str, en: str, code: str, play: Play, control: Play | None = None) -> Attack:
    return Attack(name, zh, en, "lockd", code, play, control or CHOSEN)


CHOSEN = chosen(honest)
APART = _operator("geng", officers_operate=True)
ATTACKS = (
    _row("a grant by nobody", "平台自造批准，无人签名",
         "the hub makes a grant without any signature",
         "approvals_missing", chosen(_nobody)),
    _row("half a chain", "只有一人签名就列入清单", "a grant that one of two has signed",
         "approvals_missing", chosen(_signed(director="yi"))),
    _row("a passkey of the hub's", "平台用自造通行密钥签名",
         "the hub signs with a passkey of its own",
         "approval_invalid", chosen(_with(_own_passkey))),
    _row("a passkey under his name", "自造签名冒用批准人凭证号",
         "the hub's signature under the approver's credential",
         "approval_invalid", chosen(_with(_own_passkey_under_his_name))),
    _row("a return as approval", "把“退回”签名当作“同意”", "a signed return presented as approval",
         "approval_invalid", chosen(_with(_return_called_approval))),
    _row("another step's approval", "把别的环节的签名挪作本环节",
         "another step's approval as this one's",
         "approval_invalid", chosen(_with(_of_another_step))),
    _row("a correction's approval", "把作废的签名当作用印的",
         "a correction's approval as a stamp's",
         "approval_invalid", chosen(_with(_of_a_correction))),
    _row("a payment's approval", "把付款的签名当作用印的",
         "a payment's approval as a stamp's",
         "approval_invalid", chosen(_with(_of_a_payment))),
    _row("a replayed challenge", "重放批准人上月的签名",
         "the approver's assertion of last month again",
         "approval_invalid", chosen(_with(_of_last_month))),
    _row("a wrong origin", "在别的网站上骗得的签名", "an assertion given on another site",
         "approval_invalid", chosen(_with(_by(origin="http://hub.localhost:8700")))),
    _row("no user verification", "未核验本人的签名（无指纹、无密码）",
         "an assertion without user verification",
         "approval_invalid", chosen(_with(_by(user_verified=False)))),
    _row("a colleague's passkey", "同事用自己的密钥代签",
         "a colleague signs in the approver's name",
         "approval_invalid", chosen(_with(_by(signer="ding")))),
    _row("a subject altered", "批准后改申请：一次改成三次",
         "the application altered after it was signed",
         "approval_invalid", chosen(_altered)),
    _row("one approver, two steps", "一人签两个环节", "one approver signs both steps",
         "same_person", chosen(_signed(director="jia", secretary="jia"))),
    _row("applicant as approver", "申请人批准自己的申请",
         "the applicant approves his own application",
         "same_person", chosen(honest, applicant="yi")),
    _row("a relative as approver", "申请人的亲属签名", "a relative of the applicant approves",
         "approver_not_entitled", _kin),
    _row("no office", "无职务的人签名", "somebody without the office signs",
         "approver_not_entitled", chosen(_signed(director="geng", secretary="jia"))),
    _row("a friend steps in", "书记在任，代理人抢签",
         "a substitute steps in while the holder is free",
         "approver_not_entitled", chosen(_signed(director="yi", secretary="bing"))),
    _row("an approver revoked", "用已撤销人员的签名", "the signature of a person who was revoked",
         "approver_not_entitled", _revoked({"revoked_persons": ("jia",)})),
    _row("a grant revoked", "使用已撤销的批准", "a grant that was revoked",
         "grant_revoked", _revoked({})),
    _row("a forbidden item", "为禁止事项集齐签名", "all signatures for a forbidden item",
         "item_forbidden", chosen(honest, item="kinship")),
    _row("granted to two machines", "同一申请发给两台机器",
         "one application granted to two machines",
         "grant_unknown", chosen(honest, device="sunset-1", village="sunset", machine=bytes(16))),
    _row("a grant spent", "清单再次列出已用完的批准", "a spent grant listed again",
         "grant_spent", _spent),
    _row("another operator", "用别人名下的批准", "an operator uses a grant that names another",
         "operator_not_named", chosen(honest, operators=("ji",))),
    _row("operator as approver", "批准人自己上机盖印", "an approver operates the machine himself",
         "operator_is_approver", _operator("yi", officers_operate=True), APART),
)  # fmt: skip
