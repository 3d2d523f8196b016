"""Approvals by SM2 keys at the hub: taken, kept, listed as they were given, and taken back."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from hub.applications import granted, status
from hub.approvals import service
from hub.approvals.models import Subject
from hub.clock import now_ms
from hub.corrections import file as corrections
from hub.devices import authority
from hub.ingest.models import Record
from hub.people.roster import find
from hub.revocations import service as revocations
from hub.revoke import revoke
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.hub.test_staff_rules import filed, sign, take
from tests.support import sm2_people
from tests.support.contents import DAY, DEVICE, VILLAGE, YEAR
from tests.support.sm2_people import Holder, equip
from tests.support.township import Township
from wire.approval import decision, subject
from wire.approval.correction import KIND
from wire.approval.decision import Approval
from wire.lists.content import Sm2Key
from wire.refusals import Refused

YI = Holder()


@pytest.fixture
def base(db: None, settings: Settings, tmp_path: Path, journal: Journal) -> Township:
    settings.STATE = tmp_path
    hub.write_config(tmp_path)
    return hub.township(journal)


@pytest.fixture
def township(base: Township) -> Township:
    return listing(base, YI.listed(base.now_ms - YEAR, base.now_ms + YEAR))


def listing(base: Township, *keys: Sm2Key, passkeys: bool = True, **changes: Any) -> Township:
    """The officers' next package names these keys for the director, and the hub imports it."""
    made = equip(base, {"yi": keys}, **changes)
    if not passkeys:
        persons = dict(made.roster.persons)
        persons["yi"] = replace(persons["yi"], passkeys=())
        made = made.change(roster=replace(made.roster, persons=persons))
    authority.import_package(made.package, root_sha256=sha256(made.roots[0]).digest())
    return made


def by_sm2(township: Township, found: Subject, holder: Holder = YI, **how: Any) -> Approval:
    application = subject.decode(bytes(found.data))
    return sm2_people.approve(township, application, "director", "yi", holder, **how)


def test_one_by_an_sm2_key_and_one_by_a_passkey_make_a_grant(township: Township) -> None:
    found = filed()
    given = by_sm2(township, found), sign(township, found, "secretary", "jia")
    for one in given:
        take(township, found, one)
    assert tuple(service.decisions(found)) == given
    (grant,) = granted.granted(DEVICE)
    assert grant.approvals == given
    assert township.lists((grant,)).grants.grants == (grant,)


def test_who_has_no_passkey_is_asked_and_signs(base: Township) -> None:
    key = YI.listed(base.now_ms - YEAR, base.now_ms + YEAR)
    township = listing(base, key, passkeys=False)
    found = filed()
    assert status.standing(found, now_ms()).waiting == ("yi",)
    take(township, found, by_sm2(township, found))


def test_what_is_not_his_or_not_this_is_refused(township: Township) -> None:
    found = filed()
    for bad in (
        by_sm2(township, found, Holder()),
        by_sm2(township, found, kind="correction"),
        replace(by_sm2(township, found, verdict="return"), decision="approve"),
    ):
        with pytest.raises(Refused, match="approval_invalid"):
            take(township, found, bad)
    assert service.decisions(found) == []


def test_where_the_policy_takes_none_the_kind_is_named(base: Township) -> None:
    key = YI.listed(base.now_ms - YEAR, base.now_ms + YEAR)
    township = listing(base, key, suites=("passkey",))
    found = filed()
    with pytest.raises(Refused, match="approval_suite"):
        take(township, found, by_sm2(township, found))


def test_a_key_has_to_be_valid_when_the_approval_comes(base: Township) -> None:
    """A machine cannot know when it was signed; the hub knows when it got it."""
    tomorrow = YI.listed(now_ms() + DAY, now_ms() + YEAR)
    township = listing(base, tomorrow)
    found = filed()
    given = by_sm2(township, found)
    with pytest.raises(Refused, match="that is valid"):
        take(township, found, given)
    standing, later = status.standing(found, now_ms()), now_ms() + 2 * DAY
    service.submit(found, given, entitled=("yi",), lists=standing.lists, now_ms=later)


def test_a_key_is_taken_back_by_its_id(township: Township) -> None:
    found = filed()
    for one in (by_sm2(township, found), sign(township, found, "secretary", "jia")):
        take(township, found, one)
    assert revoke("passkey", YI.kid.hex()[:8], "密钥盘丢失", now_ms()) == YI.kid.hex()
    assert revocations.current(now_ms()).credentials == (YI.kid,)
    assert granted.granted(DEVICE) == []


def test_a_correction_is_signed_by_an_sm2_key(base: Township, journal: Journal) -> None:
    key = YI.listed(base.now_ms - YEAR, base.now_ms + YEAR)
    township = listing(base, key, passkeys=False)
    made = journal.stamp(b"g" * 32, wall_ms=township.now_ms)
    hub.store(journal.written)
    staff = find("geng", now_ms())
    assert staff is not None
    found = corrections.submit(
        Record.objects.get(entry_hash=made.hash),
        staff,
        state="cancelled",
        reason="姓名写错",
        replacement=None,
        random_id=bytes(32),
        now_ms=now_ms(),
    )
    assert corrections.waiting_for("yi", VILLAGE) != []
    digest, roster = bytes(found.hash), township.roster.version
    challenge = decision.challenge(KIND, digest, "director", "yi", "approve", roster)
    given = Approval("director", "yi", "approve", roster, YI.prove(challenge))
    corrections.take(found, given, now_ms())
    (listed,) = corrections.signed(DEVICE)
    assert listed.approval == given
