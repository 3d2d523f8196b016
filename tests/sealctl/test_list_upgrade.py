"""The software changes and the adopted list stays: one from before a field is followed on, one that
cannot be read stops the machine and breaks nothing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from sealctl import keys
from sealctl.journal import books
from sealctl.lockd import views
from tests.sealctl.test_keys import SM2
from tests.support import absences
from tests.support.contents import CHAIR
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.press import Press
from wire import cbor, shape
from wire.approval.decision import APPROVAL
from wire.lists import bundle as bundles
from wire.lists import content, parts
from wire.lists.catalogue import FIELDS
from wire.lists.content import Band, Catalogue, Grant, Grants, Item, Policy
from wire.lists.grants import GRANTS
from wire.lists.later import LATER
from wire.refusals import Refused
from wire.shape import Shape
from wire.sig import USUAL

DEMANDS: Final[Mapping[str, Any]] = {
    "since": "2026-01-01",
    "until": "2099-12-31",
    "bands": (Band(1000, (CHAIR,), resolution=True),),
    "resolution": True,
    "seam_pages": 2,
}


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    made = Rig.build(tmp_path)
    made.picture = b"a sheet"
    return made


def with_policy(rig: Rig, *, gone: str = "", **more: object) -> bytes:
    """The next list of this machine, its policy without that field or with these besides."""
    rig.version += 1
    press = Press(rig.township, rig.version, now_ms=rig.clock.wall)
    fields: dict[str, Any] = cbor.decode(press.files[bundles.POLICY])
    fields.pop(gone, None)
    press.targets.version = rig.version
    press.put_bytes(bundles.POLICY, cbor.encode({**fields, **more, "version": rig.version}))
    return press.bundle()


@contextmanager
def another_release() -> Iterator[None]:
    """Software that knows a field `novel` of the policy, which may be missing."""

    def load(value: object) -> Policy:
        assert isinstance(value, dict)
        known: Policy = own.load({name: one for name, one in value.items() if name != "novel"})
        return known

    own = content._SHAPES[Policy]
    content._SHAPES[Policy] = Shape(load, own.dump)
    parts._by_officers.cache_clear()
    try:
        yield
    finally:
        content._SHAPES[Policy] = own
        parts._by_officers.cache_clear()


@contextmanager
def former_release() -> Iterator[None]:
    """Software from before an item could have days, bands, a resolution and a seam to demand."""
    known = {name: one for name, one in FIELDS.items() if name not in DEMANDS}
    item = shape.record(Item, known, later={"passkeys_only": LATER["item"]["passkeys_only"]})
    text, version = shape.text(100), shape.integer(1)
    items = shape.keyed(item, "id", 1000)
    own = content._SHAPES[Catalogue]
    content._SHAPES[Catalogue] = shape.record(
        Catalogue,
        {"version": version, "locality": text, "effective": text, "items": items},
        fixed={"v": 1, "type": "catalogue"},
    )
    parts._by_officers.cache_clear()
    try:
        yield
    finally:
        content._SHAPES[Catalogue] = own
        parts._by_officers.cache_clear()


@contextmanager
def before_absence() -> Iterator[None]:
    """Software from before approvals could lean on a statement of absence."""
    approvals = shape.array(APPROVAL, 16)
    known = shape.record(Grant, {"subject": shape.octets(1, 65536), "approvals": approvals})

    def load(value: object) -> Grants:
        assert isinstance(value, dict)
        for one in value["grants"]:
            known.load(one)
        return GRANTS.load(value)

    content._SHAPES[Grants] = Shape(load, GRANTS.dump)
    try:
        yield
    finally:
        content._SHAPES[Grants] = GRANTS


def demanding(rig: Rig, **demands: Any) -> bytes:
    """The next list of this machine, one of whose items demands that."""
    catalogue = rig.township.authority.catalogue
    items = {**catalogue.items, "residence": replace(catalogue.items["residence"], **demands)}
    rig.township = rig.township.change(catalogue=replace(catalogue, items=items))
    rig.version += 1
    return rig.township.bundle(version=rig.version, now_ms=rig.clock.wall)


def blocked(rig: Rig) -> str | None:
    """The code on the screen of a machine at rest."""
    refusal = views.state(rig.core, 0)["refusal"]
    return None if refusal is None else refusal["code"]  # type: ignore[index]


@pytest.fixture
def unread(rig: Rig) -> Rig:
    """A machine that adopted a list of the newer release, and whose software is the former's."""
    with another_release():
        rig.core.adopt(with_policy(rig, novel=1))
        assert blocked(rig) is None
    rig.restart()
    return rig


def test_a_list_from_before_the_field_is_followed_after_the_upgrade(rig: Rig) -> None:
    rig.core.adopt(with_policy(rig, gone="suites"))
    rig.restart()
    assert rig.core.lists is not None
    assert rig.core.lists.policy.suites == USUAL
    assert blocked(rig) is None
    rig.core.login(OPERATOR, PIN)


def test_a_list_from_before_sm2_approvals_stays_in_force_and_takes_passkeys_alone(
    rig: Rig,
) -> None:
    """Its bytes know none of the fields; nor do those that officers write who make no use of it."""
    files = Press(rig.township, 1, now_ms=rig.clock.wall).files
    names = (b"approval_suites", b"sm2_keys", b"passkeys_only")
    assert not any(name in data for name in names for data in files.values())
    rig.stamp(rig.grant())
    rig.restart()
    assert blocked(rig) is None
    lists = rig.core.lists
    assert lists is not None
    assert lists.policy.approval_suites == ("passkey",)
    assert {one.sm2_keys for one in lists.roster.persons.values()} == {()}
    assert not any(one.passkeys_only for one in lists.catalogue.items.values())


def test_a_machine_that_knows_no_absence_opens_for_no_grant_that_leans_on_one(
    tmp_path: Path,
) -> None:
    """It refuses the list; one without such a grant has the bytes of before, and is followed."""
    rig = Rig.build(tmp_path, policy=absences.PERMITTED)
    leaning = absences.granted(rig.township, absences.said(rig.township, "yi"))
    plain, grown = (
        rig.township.bundle(grants, version=9, now_ms=rig.clock.wall)
        for grants in ((rig.township.grant(rig.township.application()),), (leaning,))
    )
    with before_absence():
        with pytest.raises(Refused, match="list_unreadable: the field absences is not"):
            rig.core.adopt(grown)
        rig.core.adopt(plain)
    assert blocked(rig) is None


def test_a_field_that_says_what_is_meant_without_it_is_refused(rig: Rig) -> None:
    """One list has one encoding."""
    with pytest.raises(Refused, match="list_unreadable: approval_suites"):
        rig.core.adopt(with_policy(rig, approval_suites=["passkey"]))


def test_a_field_that_is_not_known_is_refused_and_the_old_list_goes_on(rig: Rig) -> None:
    before = rig.core.trusted
    with pytest.raises(Refused, match="list_unreadable: the field novel is not known here"):
        rig.core.adopt(with_policy(rig, novel=1))
    assert rig.core.trusted is before
    assert blocked(rig) is None


@pytest.mark.parametrize("name", sorted(DEMANDS))
def test_the_former_release_refuses_what_it_could_not_keep_and_its_list_goes_on(
    rig: Rig, name: str
) -> None:
    demanded = demanding(rig, **{name: DEMANDS[name]})
    before = rig.core.trusted
    with (
        former_release(),
        pytest.raises(Refused, match=f"list_unreadable: .*{name} is not known here"),
    ):
        rig.core.adopt(demanded)
    assert rig.core.trusted is before
    rig.core.adopt(demanded)
    with former_release():
        rig.restart()
        assert blocked(rig) == "list_unreadable"
        assert rig.core.lists is None
    rig.restart()
    assert blocked(rig) is None


def test_the_former_release_goes_on_with_a_list_that_demands_nothing_new(rig: Rig) -> None:
    with former_release():
        rig.core.adopt(demanding(rig, impressions_max=4))
        rig.restart()
        assert blocked(rig) is None
        assert rig.core.lists is not None
        assert rig.core.lists.catalogue.items["residence"].impressions_max == 4
        rig.stamp(rig.grant())


def test_a_list_that_cannot_be_read_stops_the_machine_and_says_so(unread: Rig) -> None:
    assert blocked(unread) == "list_unreadable"
    assert books.broken(unread.core.journal.connection) is None
    with pytest.raises(Refused, match="list_unreadable"):
        unread.core.login(OPERATOR, PIN)
    assert unread.entries()[-2].kind == "boot"
    assert unread.entries()[-1].body["code"] == "list_unreadable"


def test_the_release_that_reads_it_goes_on_with_it(unread: Rig) -> None:
    with another_release():
        unread.restart()
        assert blocked(unread) is None
        unread.core.login(OPERATOR, PIN)


def test_a_newer_list_that_can_be_read_sets_it_going(unread: Rig) -> None:
    with pytest.raises(Refused, match="list_unreadable"):
        unread.core.adopt(books.trusted(unread.core.journal.connection)[1])  # type: ignore[index]
    unread.township = unread.township.sign(unread.township.authority, unread.version + 1)
    unread.stamp(unread.grant())
    unread.restart()
    assert blocked(unread) is None


def test_an_older_list_does_not_set_it_going(unread: Rig) -> None:
    """Who brings back a list from before a revocation gets no further than at any machine."""
    with pytest.raises(Refused, match="list_rollback"):
        unread.core.adopt(unread.bundles[-1])
    unread.version += 1
    stale = unread.township.bundle(version=unread.version, now_ms=unread.clock.wall)
    with pytest.raises(Refused, match="list_rollback: targets"):
        unread.core.adopt(stale)
    assert blocked(unread) == "list_unreadable"


def test_a_list_put_in_its_place_on_the_disk_breaks_the_journal(unread: Rig) -> None:
    connection = unread.core.journal.connection
    connection.execute("UPDATE trusted SET bundle = ?", (unread.bundles[-1],))
    unread.restart()
    assert blocked(unread) == "journal_broken"


def test_a_key_that_took_over_signs_on_under_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    rig = Rig.build(tmp_path, policy={"suites": ("EdDSA", "SM2")})
    rig.config = replace(rig.config, next_record=SM2)
    successor = keys.create_next(rig.config, SM2).public_key
    rig.restart()
    machine = replace(rig.township.machine, alg=successor.alg, public_key=successor.public)
    rig.township = rig.township.change(machine=machine)
    rig.publish()
    with another_release():
        rig.core.adopt(with_policy(rig, novel=1))
    rig.restart()
    assert rig.core.journal.key == successor
    assert blocked(rig) == "list_unreadable"
    assert books.broken(rig.core.journal.connection) is None
