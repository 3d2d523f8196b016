"""Approvals by SM2 keys: who may give one, for what, while it is valid, and over what bytes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from tests.support import sm2_people
from tests.support.contents import DAY, NOW
from tests.support.sm2_people import Holder, equip
from tests.support.township import Township, asserted
from wire import cbor
from wire.approval import assertion, correction, decision, sm2, subject
from wire.approval.chain import entitled, judge
from wire.approval.correction import Correction, Stamp
from wire.approval.decision import APPROVAL, Approval
from wire.approval.sm2 import Sm2Signature
from wire.errors import WireError
from wire.lists import content
from wire.lists.content import ApprovalList, Grant, Grants, Sm2Key
from wire.record import envelope
from wire.refusals import Refused
from wire.shape import ShapeError
from wire.sig import libcrypto

YI, JIA, STRANGER = Holder(), Holder(), Holder()
TOWN = equip(Township.build(), {"yi": (YI.listed(),), "jia": (JIA.listed(),)})
LISTS = TOWN.lists()
APPLICATION = TOWN.application()
DIGEST = subject.subject_hash(subject.encode(APPLICATION))
CREATED, END = APPLICATION.created, APPLICATION.not_after
SECRETARY = TOWN.approve(APPLICATION, "secretary", "jia")
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123


def sign(holder: Holder = YI, person: str = "yi", step: str = "director", **how: Any) -> Approval:
    return sm2_people.approve(TOWN, APPLICATION, step, person, holder, **how)


DIRECTOR = sign()


def proof_of(approval: Approval) -> Sm2Signature:
    assert isinstance(approval.proof, Sm2Signature)
    return approval.proof


def verdict(director: Approval = DIRECTOR, lists: ApprovalList = LISTS) -> str:
    """'permitted', or the code of the refusal; the secretary signed with his passkey."""
    try:
        judge(APPLICATION, subject.encode(APPLICATION), (director, SECRETARY), lists)
    except Refused as refused:
        return refused.code
    return "permitted"


def listing(*keys: Sm2Key, passkeys: bool = True) -> ApprovalList:
    """The list on which the director has these SM2 keys."""
    persons = dict(LISTS.roster.persons)
    his = persons["yi"].passkeys if passkeys else ()
    persons["yi"] = replace(persons["yi"], sm2_keys=keys, passkeys=his)
    return replace(LISTS, roster=replace(LISTS.roster, persons=persons))


def with_suites(*suites: str) -> ApprovalList:
    return replace(LISTS, policy=replace(LISTS.policy, approval_suites=suites))


def passkeys_only() -> ApprovalList:
    items = dict(LISTS.catalogue.items)
    items["residence"] = replace(items["residence"], passkeys_only=True)
    return replace(LISTS, catalogue=replace(LISTS.catalogue, items=items))


class TestHonest:
    def test_one_signs_with_a_passkey_the_other_with_an_sm2_key(self) -> None:
        assert verdict() == "permitted"

    def test_both_sign_with_sm2_keys(self) -> None:
        both = (DIRECTOR, sign(JIA, "jia", "secretary"))
        judge(APPLICATION, subject.encode(APPLICATION), both, LISTS)

    def test_who_has_no_passkey_is_asked_all_the_same(self) -> None:
        lists = listing(YI.listed(), passkeys=False)
        assert verdict(lists=lists) == "permitted"
        assert entitled(APPLICATION, "director", lists, {}) == ["yi"]

    def test_it_stands_in_the_hubs_file_as_it_was_given(self) -> None:
        grant = Grant(subject.encode(APPLICATION), (DIRECTOR, SECRETARY))
        grants = Grants(1, TOWN.machine.device, (grant,), (), (), (), None)
        assert content.decode(Grants, content.encode(grants)) == grants


class TestWhatIsTaken:
    def test_the_policy_takes_passkeys_alone_where_it_says_nothing(self) -> None:
        assert Township.build().authority.policy.approval_suites == ("passkey",)
        assert verdict(lists=with_suites("passkey")) == "approval_suite"

    def test_an_item_may_demand_passkeys(self) -> None:
        assert verdict(lists=passkeys_only()) == "approval_suite"
        passkey = TOWN.approve(APPLICATION, "director", "yi")
        assert verdict(passkey, passkeys_only()) == "permitted"

    def test_a_policy_of_sm2_alone_takes_no_passkey(self) -> None:
        assert verdict(lists=with_suites("sm2")) == "approval_suite"
        both = (DIRECTOR, sign(JIA, "jia", "secretary"))
        judge(APPLICATION, subject.encode(APPLICATION), both, with_suites("sm2"))

    @pytest.mark.parametrize("lists", [with_suites("passkey"), passkeys_only()])
    def test_nobody_is_asked_for_what_would_not_be_taken(self, lists: ApprovalList) -> None:
        persons = dict(lists.roster.persons)
        persons["yi"] = replace(persons["yi"], passkeys=())
        without = replace(lists, roster=replace(lists.roster, persons=persons))
        assert entitled(APPLICATION, "director", without, {}) == []
        assert verdict(lists=without) == "approval_suite"


class TestWhose:
    def test_a_key_of_nobody(self) -> None:
        assert verdict(sign(STRANGER)) == "approval_invalid"

    def test_another_persons_key(self) -> None:
        assert verdict(sign(JIA)) == "approval_invalid"

    def test_another_persons_signature_under_his_kid(self) -> None:
        forged = sign(JIA)
        named = replace(proof_of(forged), key=YI.kid)
        assert verdict(replace(forged, proof=named)) == "approval_invalid"

    def test_each_of_his_keys_signs_under_its_own_name(self) -> None:
        lists = listing(YI.listed(), STRANGER.listed())
        for holder, other in ((YI, STRANGER), (STRANGER, YI)):
            given = sign(holder)
            assert verdict(given, lists) == "permitted"
            renamed = replace(given, proof=replace(proof_of(given), key=other.kid))
            assert verdict(renamed, lists) == "approval_invalid"
            unnamed = replace(given, proof=replace(proof_of(given), key=bytes(16)))
            assert verdict(unnamed, lists) == "approval_invalid"

    def test_a_person_with_two_keys_is_one_person(self) -> None:
        """His passkey for one step, his SM2 key for the other."""
        his = (DIRECTOR, TOWN.approve(APPLICATION, "secretary", "yi"))
        with pytest.raises(Refused, match="same_person"):
            judge(APPLICATION, subject.encode(APPLICATION), his, LISTS)

    def test_one_key_in_the_names_of_two_persons(self) -> None:
        with pytest.raises(Refused, match="approval_invalid"):
            judge(
                APPLICATION,
                subject.encode(APPLICATION),
                (DIRECTOR, sign(YI, "jia", "secretary")),
                LISTS,
            )

    def test_a_revoked_key(self) -> None:
        lists = replace(LISTS, grants=TOWN.lists(revoked_credentials=(YI.kid,)).grants)
        assert verdict(lists=lists) == "approval_invalid"
        assert verdict(TOWN.approve(APPLICATION, "director", "yi"), lists) == "permitted"

    def test_a_key_of_a_revoked_person(self) -> None:
        assert verdict(lists=TOWN.lists(revoked_persons=("yi",))) == "approver_not_entitled"


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        (NOW - 9 * DAY, CREATED, False),
        (NOW - 9 * DAY, CREATED + 1, True),
        (END - 1, END + DAY, True),
        (END, END + DAY, False),
        (CREATED, END, True),
    ],
    ids=["ended", "ends within", "begins within", "begins too late", "for its time"],
)
def test_a_key_counts_only_while_it_is_valid(start: int, end: int, *, holds: bool) -> None:
    lists = listing(YI.listed(start, end))
    assert verdict(lists=lists) == ("permitted" if holds else "approval_invalid")
    alone = listing(YI.listed(start, end), passkeys=False)
    assert entitled(APPLICATION, "director", alone, {}) == (["yi"] if holds else [])


class TestWhatIsSigned:
    @pytest.mark.parametrize(
        "change", [{"step": "secretary"}, {"person": "jia"}, {"decision": "return"}, {"roster": 1}]
    )
    def test_an_approval_cannot_be_moved(self, change: Mapping[str, Any]) -> None:
        with pytest.raises(Refused):
            judge(
                APPLICATION,
                subject.encode(APPLICATION),
                (replace(DIRECTOR, **change), SECRETARY),
                LISTS,
            )

    @pytest.mark.parametrize("how", [{"verdict": "return"}, {"step": "chair"}, {"person": "jia"}])
    def test_what_was_signed_for_something_else(self, how: dict[str, Any]) -> None:
        said: dict[str, Any] = {"step": "director", "person": "yi", "decision": "approve"}
        assert verdict(replace(sign(**how), **said)) == "approval_invalid"

    def test_a_corrections_signature(self) -> None:
        assert verdict(sign(kind="correction")) == "approval_invalid"

    def test_a_payments_signature(self) -> None:
        said = {"step": "director", "person": "yi", "decision": "approve"}
        roster = TOWN.roster.version
        asked = {"v": 1, "kind": "payment", "subject": DIGEST, "roster": roster, **said}
        proof = YI.prove(sha256(cbor.encode(asked)).digest())
        assert verdict(replace(DIRECTOR, proof=proof)) == "approval_invalid"

    def test_another_application(self) -> None:
        other = TOWN.application(purpose="贷款担保")
        moved = sm2_people.approve(TOWN, other, "director", "yi", YI)
        assert verdict(moved) == "approval_invalid"

    @pytest.mark.parametrize(
        "message",
        [
            lambda challenge: challenge,
            lambda challenge: cbor.encode(challenge),
            lambda challenge: cbor.encode(["sealctl/approval-sm2/2", challenge]),
            lambda challenge: envelope.to_be_signed("SM2", YI.kid, challenge),
        ],
        ids=["bare", "without a domain", "of another domain", "as a record"],
    )
    def test_the_challenge_in_other_clothes(self, message: Callable[[bytes], bytes]) -> None:
        challenge = decision.challenge_of("application", DIGEST, DIRECTOR)
        signature = YI.sign(message(challenge))
        bent = replace(DIRECTOR, proof=Sm2Signature(YI.kid, signature))
        assert verdict(bent) == "approval_invalid"

    def test_an_approval_is_no_record(self) -> None:
        """A machine whose record key signed it has signed no entry."""
        challenge = decision.challenge_of("application", DIGEST, DIRECTOR)
        signed, key = sm2.to_be_signed(challenge), YI.signer.public_key
        made = envelope.assemble("SM2", key.kid, signed, proof_of(DIRECTOR).signature)
        with pytest.raises(WireError, match="signature"):
            envelope.check(envelope.parse(made), key)


class TestForms:
    def test_a_passkeys_signature_as_an_sm2_keys(self) -> None:
        given = asserted(TOWN.approve(APPLICATION, "director", "yi"))
        r, s = decode_dss_signature(given.signature)
        for signature in (r.to_bytes(32) + s.to_bytes(32), s.to_bytes(32) + r.to_bytes(32)):
            bent = replace(DIRECTOR, proof=Sm2Signature(YI.kid, signature))
            assert verdict(bent) == "approval_invalid"

    def test_an_sm2_keys_signature_as_a_passkeys(self) -> None:
        own = asserted(TOWN.approve(APPLICATION, "director", "yi"))
        for credential in (own.credential, YI.kid):
            given = replace(own, credential=credential, signature=proof_of(DIRECTOR).signature)
            assert verdict(replace(DIRECTOR, proof=given)) == "approval_invalid"

    def test_an_sm2_point_is_no_passkey(self) -> None:
        with pytest.raises(WireError):
            assertion.cose_key(YI.signer.public_key.public)

    @pytest.mark.parametrize("names", [(), ("sm2", "assertion")], ids=["neither", "both"])
    def test_it_is_one_of_two_forms(self, names: tuple[str, ...]) -> None:
        both = {
            **plain(DIRECTOR),
            **plain(TOWN.approve(APPLICATION, "director", "yi")),
        }
        fields = {n: v for n, v in both.items() if n not in {"sm2", "assertion"} - set(names)}
        with pytest.raises(ShapeError):
            APPROVAL.load(fields)

    @pytest.mark.parametrize(
        "proof",
        [
            {"key": bytes(16)},
            {"key": bytes(15), "signature": bytes(64)},
            {"key": bytes(16), "signature": bytes(65)},
            {"key": bytes(16), "signature": bytes(64), "alg": "SM2"},
            None,
        ],
    )
    def test_a_proof_of_another_shape(self, proof: object) -> None:
        with pytest.raises(ShapeError):
            APPROVAL.load({**plain(DIRECTOR), "sm2": proof})

    @pytest.mark.parametrize("name", ["step", "person", "decision", "roster"])
    def test_no_field_of_it_may_be_missing(self, name: str) -> None:
        fields = {n: v for n, v in plain(DIRECTOR).items() if n != name}
        with pytest.raises(ShapeError):
            APPROVAL.load(fields)


def plain(approval: Approval) -> dict[str, Any]:
    value = cbor.decode(cbor.encode(APPROVAL.dump(approval)))
    assert isinstance(value, dict)
    return value


@given(st.integers(0, 64 * 8 - 1))
def test_no_bit_of_a_signature_may_be_another(bit: int) -> None:
    proof = proof_of(DIRECTOR)
    flipped = (int.from_bytes(proof.signature) ^ 1 << bit).to_bytes(64)
    assert verdict(replace(DIRECTOR, proof=replace(proof, signature=flipped))) == "approval_invalid"


@pytest.mark.parametrize(
    ("r", "s"),
    [(0, 0), (0, 1), (1, 0), (1, 1), (ORDER, 1), (1, ORDER), (1, ORDER - 1), (2**256 - 1,) * 2],
)
def test_numbers_that_no_signature_has(r: int, s: int) -> None:
    signature = r.to_bytes(32) + s.to_bytes(32)
    bent = replace(DIRECTOR, proof=Sm2Signature(YI.kid, signature))
    assert verdict(bent) == "approval_invalid"


def test_a_number_beyond_the_order_is_no_second_form_of_a_signature() -> None:
    proof = proof_of(DIRECTOR)
    r, s = int.from_bytes(proof.signature[:32]), int.from_bytes(proof.signature[32:])
    for high in ((r + ORDER, s), (r, s + ORDER), (r, ORDER - s)):
        if max(high) < 2**256:
            signature = high[0].to_bytes(32) + high[1].to_bytes(32)
            bent = replace(DIRECTOR, proof=replace(proof, signature=signature))
            assert verdict(bent) == "approval_invalid"


class TestCorrections:
    MADE = Correction(
        id=sha256(b"correction").digest(),
        village=TOWN.machine.village,
        device=TOWN.machine.device,
        machine=TOWN.machine.kid,
        item="residence",
        stamped=3,
        entry=sha256(b"stamped").digest(),
        state="lost",
        reason="姓名写错",
        replacement=None,
        created=NOW,
    )
    STAMP = Stamp(3, MADE.entry, "residence", "wu")

    def judged(self, lists: ApprovalList = LISTS, kind: str = "correction") -> str:
        data = correction.encode(self.MADE)
        digest, roster = subject.subject_hash(data), LISTS.roster.version
        challenge = decision.challenge(kind, digest, "director", "yi", "approve", roster)
        approval = Approval("director", "yi", "approve", roster, YI.prove(challenge))
        try:
            correction.judge(data, approval, self.STAMP, lists)
        except Refused as refused:
            return refused.code
        return "permitted"

    def test_is_signed_by_an_sm2_key_as_a_stamp_is(self) -> None:
        assert self.judged() == "permitted"
        assert self.judged(kind="application") == "approval_invalid"

    def test_only_where_such_keys_are_taken(self) -> None:
        assert self.judged(with_suites("passkey")) == "approval_suite"
        assert self.judged(passkeys_only()) == "approval_suite"

    def test_not_by_a_key_that_had_run_out_or_is_revoked(self) -> None:
        assert self.judged(listing(YI.listed(NOW - DAY, NOW))) == "approval_invalid"
        assert self.judged(listing(YI.listed(NOW - DAY, NOW + 1))) == "permitted"
        gone = replace(LISTS, grants=TOWN.lists(revoked_credentials=(YI.kid,)).grants)
        assert self.judged(gone) == "approval_invalid"


def test_a_computer_that_knows_no_sm2_takes_no_such_approval(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing() -> None:
        raise libcrypto.MissingError("no OpenSSL with SM2")

    monkeypatch.setattr(libcrypto, "library", missing)
    with pytest.raises(Refused, match=r"approval_invalid: .*no OpenSSL with SM2"):
        judge(APPLICATION, subject.encode(APPLICATION), (DIRECTOR, SECRETARY), LISTS)
