"""A hub in wrong hands against the approval list: what it gives a machine to follow.

Calls `tests.attacks.{machine,model}`, `tests.support` and `wire.lists`. The hub's key signs
timestamp, snapshot and grants; catalogue, roster, machines and policy are the officers'.
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from demo.authenticator import Authenticator
from sealctl.session import model as m
from tests.attacks.machine import build, refused
from tests.attacks.model import Attack, Notice, Play, Stage
from tests.support import contents
from tests.support.contents import HOUR, RP_ID
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.press import Press
from tests.support.township import Township
from wire import cbor
from wire.lists import bundle as bundles
from wire.lists import content
from wire.lists.content import Machines, Passkey

Bend = Callable[[Rig, Press], None]


@contextmanager
def following(stage: Stage) -> Iterator[Rig]:
    """A machine that follows its township's lists, at the third by now."""
    rig = build(stage.folder())
    rig.publish()
    yield rig


def offered(bend: Bend) -> Play:
    """The next list, with what is bent in it; everything else is signed as it should be."""

    def play(stage: Stage) -> Notice | None:
        rig = stage.share(following)
        press = Press(rig.township, rig.version + 1, now_ms=rig.clock.wall)
        bend(rig, press)
        found = refused(rig, lambda: rig.core.adopt(press.bundle()))
        if found is None:
            rig.version += 1
        return found

    return play


def given(make: Callable[[Rig], bytes]) -> Play:
    """These bytes as a list."""

    def play(stage: Stage) -> Notice | None:
        rig = stage.share(following)
        data = make(rig)
        found = refused(rig, lambda: rig.core.adopt(data))
        if found is None:
            rig.version += 1
        return found

    return play


def _honest(rig: Rig, press: Press) -> None:
    del rig, press


def _as_the_hub(change: Bend) -> Bend:
    """The officers' part is changed, and signed by the only key there is."""

    def bend(rig: Rig, press: Press) -> None:
        press.targets.version += 1
        change(rig, press)
        press.officers = [rig.township.keys.hub]

    return bend


def _passkey(rig: Rig, press: Press) -> None:
    mine = Authenticator().create(RP_ID)
    roster = rig.township.roster
    yi = roster.persons["yi"]
    keys = (*yi.passkeys, Passkey(mine.id, mine.public_key))
    persons = {**roster.persons, "yi": replace(yi, passkeys=keys)}
    press.put(replace(roster, persons=persons, version=roster.version + 1))


def _operator(rig: Rig, press: Press) -> None:
    roster = rig.township.roster
    persons = {**roster.persons, "mole": contents.person("mole", ("village.operator",))}
    press.put(replace(roster, persons=persons, version=roster.version + 1))


def _machine(rig: Rig, press: Press) -> None:
    machines = rig.township.authority.villages[0].machines
    another = replace(rig.township.machine, device="sunrise-9", public_key=bytes(32))
    press.put(Machines(machines.version + 1, {**machines.machines, "sunrise-9": another}))


def _emergency_codes(rig: Rig, press: Press) -> None:
    policy = rig.township.authority.policy
    press.put(replace(policy, version=policy.version + 1, emergency_after_s=3600))


def _authority(rig: Rig, press: Press) -> None:
    """A CA of the hub's choice, by which machines would know whom it likes."""
    policy, mine = rig.township.authority.policy, base64.b64encode(bytes(400)).decode()
    press.put(replace(policy, version=policy.version + 1, device_cas=(mine,)))


def _unsigned_policy(rig: Rig, press: Press) -> None:
    """The file itself is exchanged under the officers' signature."""
    lax = replace(rig.township.authority.policy, receipts_max_count=1_000_000)
    press.files[bundles.POLICY] = content.encode(lax)


def _one_officer(rig: Rig, press: Press) -> None:
    press.targets.version += 1
    press.officers = rig.township.keys.officers[:1]


def _officer_and_hub(rig: Rig, press: Press) -> None:
    press.targets.version += 1
    press.officers = [rig.township.keys.officers[0], rig.township.keys.hub]


def _mixed(rig: Rig) -> bytes:
    """The newest timestamp over a snapshot of before."""
    new = bundles.decode(_next(rig))
    return bundles.encode(replace(new, snapshot=bundles.decode(rig.bundles[-1]).snapshot))


def _next(rig: Rig, town: Township | None = None) -> bytes:
    made = town or rig.township
    return made.bundle(version=rig.version + 1, now_ms=rig.clock.wall)


def _two_faces(rig: Rig) -> bytes:
    """Another list under the version that the machine holds."""
    return rig.township.bundle(version=rig.version, now_ms=rig.clock.wall, revoked_persons=("jia",))


def _another_county(rig: Rig) -> bytes:
    return _next(rig, Township.build(rig.core.journal.key))


def _another_key(rig: Rig) -> bytes:
    """The officers' list names another record key for this machine than the machine has."""
    stolen = replace(rig.township.machine, public_key=bytes(range(32)))
    return _next(rig, rig.township.change(machine=stolen))


def _another_machines(rig: Rig) -> bytes:
    mine = bundles.decode(_next(rig))
    return bundles.encode(replace(mine, device="sunrise-2"))


def _frozen(stage: Stage) -> Notice | None:
    """The hub goes on publishing nothing; the operator comes every hour."""
    rig = build(stage.folder(), policy={"receipts_max_age_s": 200 * 3600})
    grant = rig.grant()
    began = rig.clock.mono
    for _ in range(100):
        found = refused(rig, lambda: _tried(rig, grant.id), None)
        if found is not None:
            return replace(found, when=_hours(rig.clock.mono - began))
        rig.clock.advance(HOUR)
    return None


def _renewed(stage: Stage) -> Notice | None:
    """As above, with a list every day."""
    rig = build(stage.folder(), policy={"receipts_max_age_s": 200 * 3600})
    grant = rig.grant()
    for _ in range(5):
        rig.clock.advance(24 * HOUR)
        rig.publish(grant)
        found = refused(rig, lambda: _tried(rig, grant.id))
        if found is not None:
            return found
    return None


def _hours(ms: int) -> tuple[str, str]:
    return f"{ms // HOUR} 小时", f"{ms // HOUR} h"


def _tried(rig: Rig, grant: bytes) -> None:
    rig.core.feed(m.LoggedOut())
    rig.core.login(OPERATOR, PIN)
    rig.core.choose(grant)


def _suspended(stage: Stage) -> Notice | None:
    rig = build(stage.folder())
    rig.township = rig.township.suspend()
    rig.publish()
    return refused(rig, lambda: rig.core.login(OPERATOR, PIN))


def _unlisted(stage: Stage) -> Notice | None:
    """A thief's machine that joined by a stolen token: it has a certificate, and no list."""
    rig = build(stage.folder())
    for file in rig.config.folder.glob("journal.sqlite3*"):
        file.unlink()
    rig.restart()
    rig.core.operators.enrol(OPERATOR, PIN)
    return refused(rig, lambda: rig.core.login(OPERATOR, PIN))


def _in_service(stage: Stage) -> Notice | None:
    rig = build(stage.folder())
    return refused(rig, lambda: rig.core.login(OPERATOR, PIN))


def _row(name: str, zh: str, en: str, code: str, play: Play, control: Play | None = None) -> Attack:
    return Attack(name, zh, en, "lockd", code, play, control or HONEST)


HONEST = offered(_honest)
NEXT = given(lambda rig: _next(rig))
ATTACKS = (
    _row("a passkey added", "平台给批准人加一把通行密钥", "the hub adds a passkey to an approver",
         "list_invalid", offered(_as_the_hub(_passkey))),
    _row("an operator added", "平台加一名用印员", "the hub adds an operator",
         "list_invalid", offered(_as_the_hub(_operator))),
    _row("a machine added", "平台加一台机器", "the hub adds a machine",
         "list_invalid", offered(_as_the_hub(_machine))),
    _row("an easier emergency", "平台放宽应急条件", "the hub makes emergencies easier",
         "list_invalid", offered(_as_the_hub(_emergency_codes))),
    _row("a CA added", "平台自立证书机构", "the hub names a CA of its choice for machines",
         "list_invalid", offered(_as_the_hub(_authority))),
    _row("a file exchanged", "授权人员签名下换掉政策文件",
         "another policy under the officers' signatures",
         "list_invalid", offered(_unsigned_policy)),
    _row("one officer alone", "一名授权人员单独改清单", "one officer alone changes the list",
         "list_invalid", offered(_one_officer)),
    _row("an officer and the hub", "一名授权人员与平台合谋", "one officer together with the hub",
         "list_invalid", offered(_officer_and_hub)),
    _row("an old list", "平台发回旧清单", "the hub publishes an old list",
         "list_rollback", given(lambda rig: rig.bundles[0]), NEXT),
    _row("a frozen list", "平台不再更新清单", "the hub freezes the list",
         "list_expired", _frozen, _renewed),
    _row("mix and match", "新旧清单拼接", "parts of two lists in one",
         "list_invalid", given(_mixed), NEXT),
    _row("a list with two faces", "同一版本两份清单", "two lists under one version",
         "list_invalid", given(_two_faces), NEXT),
    _row("another county's list", "另一县签的清单", "a list of another county",
         "list_invalid", given(_another_county), NEXT),
    _row("another record key", "清单给本机换记录密钥", "another record key for this machine",
         "list_invalid", given(_another_key), NEXT),
    _row("another machine's list", "别的机器的清单", "the list of another machine",
         "list_invalid", given(_another_machines), NEXT),
    _row("deeply nested CBOR as a list", "嵌套过深的清单", "a list of deeply nested CBOR",
         "list_invalid", given(lambda _: b"\x81" * 100_000 + b"\x00"), NEXT),
    _row("an oversized list", "超大清单", "a list of 5 MiB",
         "list_invalid", given(lambda _: cbor.encode(bytes(5 << 20))), NEXT),
    _row("a machine on no list", "抢先开通而不在清单上的机器盖印",
         "a thief's machine that joined and is on no list stamps", "list_missing", _unlisted,
         _in_service),
    _row("a machine suspended", "已停用的机器继续盖印", "a suspended machine goes on stamping",
         "device_suspended", _suspended, _in_service),
)  # fmt: skip
