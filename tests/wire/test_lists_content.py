"""The files of a list: what is written is read back, what contradicts itself is neither."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import contents
from tests.support.contents import CHAIN_OF_TWO, DEVICE, NOW, YEAR, item
from tests.support.township import Township
from wire import cbor
from wire.approval import subject
from wire.errors import WireError
from wire.lists import content, later
from wire.lists.content import (
    Catalogue,
    EmergencyCode,
    Grant,
    Grants,
    Machine,
    Machines,
    Passkey,
    Person,
    Policy,
    Roster,
    Step,
    Term,
)
from wire.lists.machines import code_verifier
from wire.sig import PublicKey
from wire.tlog import note

TOWN = Township.build()
APPLICATION = TOWN.application()
GRANTS = Grants(
    3,
    DEVICE,
    (TOWN.grant(APPLICATION),),
    (bytes(32),),
    ("jia",),
    (b"credential",),
    (7, bytes(32)),
)
FILES = [
    TOWN.authority.catalogue,
    TOWN.authority.policy,
    TOWN.roster,
    TOWN.authority.villages[0].machines,
    GRANTS,
]
File = Catalogue | Policy | Roster | Machines | Grants


def unwritable(file: File) -> str:
    with pytest.raises(WireError) as refused:
        content.encode(file)
    assert refused.value.code == "list"
    return refused.value.detail


@pytest.mark.parametrize("file", FILES, ids=lambda file: type(file).__name__)
class TestEveryFile:
    def test_is_read_back(self, file: File) -> None:
        assert content.decode(type(file), content.encode(file)) == file

    def test_names_its_format_type_and_version(self, file: File) -> None:
        value = cbor.decode(content.encode(file))
        assert value["v"] == 1
        assert value["type"] == type(file).__name__.lower()
        assert value["version"] == file.version

    def test_is_not_taken_for_another(self, file: File) -> None:
        for other in FILES:
            if type(other) is not type(file):
                with pytest.raises(WireError):
                    content.decode(type(other), content.encode(file))

    def test_has_no_version_below_one(self, file: File) -> None:
        unwritable(replace(file, version=0))

    def test_refuses_missing_and_unknown_fields(self, file: File) -> None:
        value = cbor.decode(content.encode(file))
        needed = value.keys() - (later.LATER["policy"] if isinstance(file, Policy) else {})
        without = [{n: v for n, v in value.items() if n != name} for name in needed]
        for broken in [{**value, "extra": 1}, *without]:
            with pytest.raises(WireError):
                content.decode(type(file), cbor.encode(broken))

    def test_refuses_trailing_bytes(self, file: File) -> None:
        with pytest.raises(WireError):
            content.decode(type(file), content.encode(file) + b"\x00")


def test_a_machine_from_before_it_could_replace_another_replaces_none() -> None:
    listed = TOWN.authority.villages[0].machines
    plain = cbor.decode(content.encode(listed))
    assert all("replaces" not in one for one in plain["machines"])
    assert content.decode(Machines, cbor.encode(plain)) == listed


@pytest.mark.parametrize(
    ("states", "named"),
    [
        (("active", "active", "active"), (None, "m-1", None)),
        (("suspended", "active", "active"), (None, "m-1", "m-1")),
        (("active", "active", "active"), ("m-1", None, None)),
    ],
    ids=["replaced but active", "one replaced by two", "itself"],
)
def test_two_machines_never_stand_in_one_place(
    states: tuple[str, ...], named: tuple[str | None, ...]
) -> None:
    rows = zip(("m-1", "m-2", "m-3"), states, named, strict=True)
    made = {
        device: replace(TOWN.machine, device=device, state=state, replaces=other)
        for device, state, other in rows
    }
    with pytest.raises(WireError, match="replaces"):
        content.encode(Machines(1, made))


def test_fields_that_are_left_out_can_be_shown_and_are_left_out_again() -> None:
    policy = cbor.decode(content.encode(TOWN.authority.policy))
    shown = later.completed("policy", policy)
    assert shown["approval_suites"] == ["passkey"]
    assert later.as_written("policy", shown) == policy
    changed = {**shown, "approval_suites": ["passkey", "sm2"]}
    assert later.as_written("policy", changed)["approval_suites"] == ["passkey", "sm2"]


def test_a_policy_from_before_suites_has_the_usual_ones() -> None:
    former = cbor.decode(content.encode(TOWN.authority.policy))
    del former["suites"]
    assert content.decode(Policy, cbor.encode(former)) == TOWN.authority.policy


@given(st.binary(max_size=200), st.sampled_from([Catalogue, Policy, Roster, Machines, Grants]))
def test_garbage_gives_one_typed_error(data: bytes, kind: type[File]) -> None:
    with pytest.raises(WireError):
        content.decode(kind, data)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-5, 2**60) | st.text(max_size=5) | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=20,
    ),
    st.sampled_from(FILES),
    st.data(),
)
def test_any_value_in_any_field_gives_one_typed_error_or_is_kept(
    value: Any, file: File, data: st.DataObject
) -> None:
    fields = cbor.decode(content.encode(file))
    fields[data.draw(st.sampled_from(sorted(fields)))] = value
    encoded = cbor.encode(fields)
    try:
        again = content.decode(type(file), encoded)
    except WireError:
        return
    assert content.encode(again) == encoded


class TestCatalogue:
    @pytest.mark.parametrize(
        "change",
        [
            {"chain": ()},
            {"seals": ()},
            {"impressions_max": 0},
            {"cls": "forbidden"},
            {"cls": "perhaps"},
            {"days_valid": 0},
            {"chain": (CHAIN_OF_TWO[0], CHAIN_OF_TWO[0])},
            {"chain": (Step("s", "village.clerk", ("village.clerk",)),)},
        ],
    )
    def test_an_item_must_make_sense(self, change: dict[str, Any]) -> None:
        bad = replace(item("x", "某事项", "committee", *CHAIN_OF_TWO), **change)
        unwritable(contents.catalogue(bad))

    def test_an_item_stands_under_its_own_name(self) -> None:
        catalogue = contents.catalogue(item("x", "某事项", "committee", *CHAIN_OF_TWO))
        unwritable(replace(catalogue, items={"y": catalogue.items["x"]}))

    def test_an_item_stands_once(self) -> None:
        value = cbor.decode(content.encode(TOWN.authority.catalogue))
        value["items"].append(value["items"][0])
        with pytest.raises(WireError):
            content.decode(Catalogue, cbor.encode(value))

    def test_it_begins_on_a_date(self) -> None:
        unwritable(replace(TOWN.authority.catalogue, effective="soon"))


class TestRoster:
    def with_person(self, name: str, **change: Any) -> Roster:
        persons = {**TOWN.roster.persons}
        persons[name] = replace(persons[name], **change)
        return replace(TOWN.roster, persons=persons)

    def test_one_passkey_cannot_make_two_persons(self) -> None:
        (key,) = TOWN.roster.persons["jia"].passkeys
        own = TOWN.roster.persons["yi"].passkeys
        assert "twice" in unwritable(self.with_person("yi", passkeys=(*own, key)))
        (other,) = own
        same_id = replace(other, credential=key.credential)
        assert "twice" in unwritable(self.with_person("yi", passkeys=(same_id,)))
        renamed = replace(key, credential=b"another id")
        assert "twice" in unwritable(self.with_person("yi", passkeys=(*own, renamed)))

    def test_a_passkey_is_one_that_can_verify(self) -> None:
        unwritable(self.with_person("yi", passkeys=(Passkey(b"id", b"\xa0"),)))

    @pytest.mark.parametrize("relatives", [("yi",), ("nobody",), ("jia", "jia")])
    def test_relatives_are_other_persons_of_the_roster(self, relatives: tuple[str, ...]) -> None:
        unwritable(self.with_person("yi", relatives=relatives))

    def test_a_term_ends_after_it_starts(self) -> None:
        unwritable(self.with_person("yi", offices=(Term("village.director", NOW, NOW),)))

    def test_an_office_is_held_from_its_first_to_before_its_last_moment(self) -> None:
        person = Person("p", "某人", (Term("o", 10, 20),), (), ())
        assert [person.holds("o", at) for at in (9, 10, 19, 20)] == [False, True, True, False]

    def test_kin_counts_from_either_side(self) -> None:
        roster = self.with_person("yi", relatives=("jia",))
        assert roster.kin("jia") == {"yi"}
        assert roster.kin("yi") == {"jia"}
        assert roster.kin("nobody") == set()


class TestMachines:
    def with_machine(self, **change: Any) -> Machines:
        return Machines(1, {DEVICE: replace(TOWN.machine, **change)})

    @pytest.mark.parametrize("name", ["id", "slot", "rfid"])
    def test_two_seals_differ(self, name: str) -> None:
        first, second, third = TOWN.machine.seals
        twin: Any = {name: getattr(first, name)}
        unwritable(self.with_machine(seals=(first, replace(second, **twin), third)))

    @pytest.mark.parametrize(
        "change",
        [{"alg": "RS256"}, {"public_key": b"short"}, {"state": "asleep"}, {"device": "other"}],
    )
    def test_a_machine_must_make_sense(self, change: dict[str, Any]) -> None:
        unwritable(self.with_machine(**change))

    def test_a_worn_seal_s_successor_takes_its_slot(self) -> None:
        worn, *others = TOWN.machine.seals
        retired = replace(worn, state="retired")
        successor = replace(worn, id="seal-party-2", rfid="B1", replaces=worn.id)
        kept = self.with_machine(seals=(retired, successor, *others))
        assert content.decode(Machines, content.encode(kept)) == kept

    @pytest.mark.parametrize(
        "change",
        [{"replaces": "seal-nowhere"}, {"slot": 9}, {"kind": "committee"}],
    )
    def test_a_successor_of_something_else_is_none(self, change: dict[str, Any]) -> None:
        worn, *others = TOWN.machine.seals
        retired = replace(worn, state="retired")
        base: dict[str, Any] = {"id": "seal-party-2", "rfid": "B1", "replaces": worn.id}
        unwritable(self.with_machine(seals=(retired, replace(worn, **{**base, **change}), *others)))

    def test_a_seal_in_use_is_replaced_by_none(self) -> None:
        worn, *others = TOWN.machine.seals
        successor = replace(worn, id="seal-party-2", slot=9, rfid="B1", replaces=worn.id)
        unwritable(self.with_machine(seals=(worn, successor, *others)))

    def test_one_emergency_code_serves_one_person_once(self) -> None:
        verifier = code_verifier(DEVICE, "jia", "ABCD-EFGH-2345-6789")
        codes = (EmergencyCode("jia", verifier), EmergencyCode("yi", verifier))
        unwritable(self.with_machine(emergency=codes))
        assert verifier != code_verifier(DEVICE, "yi", "ABCD-EFGH-2345-6789")
        assert verifier != code_verifier("sunrise-2", "jia", "ABCD-EFGH-2345-6789")

    @pytest.mark.parametrize(("alg", "length"), [("EdDSA", 65), ("ES256", 33), ("SM2", 32)])
    def test_its_record_key_has_the_length_of_its_suite(self, alg: str, length: int) -> None:
        unwritable(self.with_machine(alg=alg, public_key=bytes(length)))

    def test_its_kid_is_that_of_its_record_key(self) -> None:
        machine: Machine = TOWN.machine
        assert machine.kid == PublicKey(machine.alg, machine.public_key).kid
        assert machine.seal("seal-party") == machine.seals[0]
        assert machine.seal("seal-nowhere") is None


WITNESS = note.vkey("w", bytes([1]) * 32, note.COSIGNATURE)


class TestPolicy:
    def test_it_may_name_witnesses(self) -> None:
        named = replace(TOWN.authority.policy, witnesses=(WITNESS,), quorum=1)
        assert content.decode(type(named), content.encode(named)) == named

    @pytest.mark.parametrize(
        "change",
        [
            {"quorum": 1},
            {"origins": ()},
            {"origins": ("http://county.localhost:8702/",)},
            {"rp_id": "http://county"},
            {"log_key": "no key"},
            {"log_key": note.vkey("w", bytes(32), note.COSIGNATURE)},
            {"log_key": note.vkey("town.example/log", bytes(32)).replace("+", "+0", 1)},
            {"witnesses": (note.vkey("w", bytes(32)),)},
            {"witnesses": (WITNESS, note.vkey("w", bytes(32), note.COSIGNATURE))},
            {"witnesses": (WITNESS, note.vkey("x", bytes([1]) * 32, note.COSIGNATURE))},
            {"witness_max_age_s": 59},
            {"unlock_ms": 0},
            {"pin_attempts": 0},
            {"logins": ()},
            {"logins": ("pin", "pin")},
            {"logins": ("face",)},
            {"emergency_after_s": 0},
            {"officers_operate": 1},
            {"suites": ()},
            {"suites": ("RSA",)},
            {"suites": ("EdDSA", "EdDSA")},
            {"approval_suites": ()},
            {"approval_suites": ("sm2", "sm2")},
            {"approval_suites": ("pin",)},
            {"offices": {"village.clerk": ("文书",)}},
            {"offices": {"No id": ("文书", "clerk")}},
        ],
    )
    def test_a_policy_must_make_sense(self, change: dict[str, Any]) -> None:
        unwritable(replace(TOWN.authority.policy, **change))


class TestGrants:
    @pytest.mark.parametrize(
        "change",
        [
            {"grants": (Grant(b"not a subject", ()),)},
            {"grants": (GRANTS.grants[0], Grant(GRANTS.grants[0].subject, ()))},
            {"revoked_grants": (b"short",)},
            {"revoked_persons": ("jia", "jia")},
            {"receipted": (0, bytes(32))},
            {"receipted": (1, bytes(31))},
            {"receipted": (1,)},
        ],
    )
    def test_grants_must_make_sense(self, change: dict[str, Any]) -> None:
        unwritable(replace(GRANTS, **change))

    def test_a_grant_is_named_by_its_subjects_hash(self) -> None:
        (grant,) = GRANTS.grants
        assert grant.id == sha256(subject.encode(APPLICATION)).digest()


class TestBounds:
    @pytest.mark.parametrize(
        "grow",
        [
            lambda n: replace(GRANTS, revoked_persons=tuple(f"p{i}" for i in range(n * 2001))),
            lambda n: replace(
                TOWN.roster,
                persons={
                    "p": Person(
                        "p", "某人", tuple(Term("o", 0, YEAR) for _ in range(n * 17)), (), ()
                    )
                },
            ),
        ],
    )
    def test_lists_are_bounded(self, grow: Callable[[int], File]) -> None:
        unwritable(grow(1))
