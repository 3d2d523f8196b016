"""Passkeys enrolled by the officers' tool: on security keys, into a file, confirmed by a second
officer, onto the roster.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from fido2.hid import CtapHidDevice
from fido2.webauthn import AttestationObject

from county import enrol_usb, enrolment, second_officer
from county.authority import AuthorityError, open_package, read_township
from county.cli import main
from county.edit import people
from county.enrolment import Subject
from county.township import Township as Lists
from demo.authenticator import Authenticator
from tests.support.contents import DAY, NOW, ORIGIN, RP_ID
from tests.support.soft_key import MODEL, SoftKey
from tests.support.township import Township
from wire import cbor
from wire.lists import enrolment as form
from wire.lists.content import Passkey
from wire.lists.enrolment import NewPasskey

TOWN = Township.build()
POLICY = TOWN.authority.policy
SUBJECT = Subject(RP_ID, "yi", "bing", NOW)


def enrol(key: SoftKey, *known: bytes, pin: str = "1234", subject: Subject = SUBJECT) -> NewPasskey:
    return enrol_usb.enrol([key], subject, ORIGIN, "乙二亮", known, lambda _: pin, lambda _: None)


def filed(*made: NewPasskey, subject: Subject = SUBJECT) -> bytes:
    return enrolment.write(subject, "id_card", made)


def registered(
    subject: Subject = SUBJECT, origin: str = ORIGIN, rp_id: str = RP_ID, count: int = 1
) -> bytes:
    """What the county's page would give for phones' passkeys."""
    phone = Authenticator()
    made = []
    for _ in range(count):
        phone.create(rp_id)
        given = phone.register(rp_id, origin, subject.challenge)
        made.append(NewPasskey(given.client_data, given.attestation_object))
    return filed(*made, subject=subject)


def seen(data: bytes, officer: str = "bing", origin: str = ORIGIN) -> bytes:
    """The file, confirmed with that person's passkey."""
    challenge = form.confirmation(form.decode(data)[1].request)
    device = TOWN.authenticators[officer]
    return enrolment.confirmed(data, device.get_assertion(RP_ID, origin, challenge))


def taken(data: bytes, *, now: int = NOW, former: Lists | None = TOWN.authority) -> None:
    found = enrolment.read(data, POLICY)
    second_officer.check(found, former, TOWN.authority, now, second_officer.DAYS)


def test_a_key_with_a_pin_is_enrolled() -> None:
    key = SoftKey()
    said: list[str] = []
    made = enrol_usb.enrol([key], SUBJECT, ORIGIN, "乙二亮", [], lambda _: "1234", said.append)
    found = enrolment.read(filed(made), POLICY)
    assert (found.person, found.witness, found.time) == ("yi", "bing", NOW)
    assert found.keys[0].passkey.credential in key.credentials
    assert (found.keys[0].alg, found.keys[0].model) == ("ES256", str(MODEL))
    assert any("Touch" in one for one in said)


def test_a_wrong_pin_costs_one_try_and_enrols_nothing() -> None:
    key = SoftKey()
    with pytest.raises(AuthorityError, match="PIN is wrong"):
        enrol(key, pin="9999")
    assert (key.tries, key.credentials) == (7, {})


def test_without_a_pin_typed_nothing_is_enrolled() -> None:
    with pytest.raises(AuthorityError, match="No PIN"):
        enrol(SoftKey(), pin="")


def test_a_key_without_any_pin_cannot_verify_its_user() -> None:
    with pytest.raises(AuthorityError, match="set one first"):
        enrol(SoftKey(pin=None))


def test_the_same_key_is_not_enrolled_twice_for_one_person() -> None:
    key = SoftKey()
    first = enrolment.read(filed(enrol(key)), POLICY).keys[0].passkey
    with pytest.raises(AuthorityError, match="take another"):
        enrol(key, first.credential)
    assert enrol(SoftKey(), first.credential)


@pytest.mark.parametrize("count", [0, 2])
def test_it_must_be_one_key(count: int) -> None:
    with pytest.raises(AuthorityError, match=r"/enrol/"):
        enrol_usb.enrol([SoftKey()] * count, SUBJECT, ORIGIN, "-", [], str, print)


def test_a_page_s_file_is_read() -> None:
    found = enrolment.read(registered(count=2), POLICY)
    assert (found.person, found.paper, len(found.keys)) == ("yi", "id_card", 2)


ONE = registered()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (registered(origin="http://hub.localhost:8700"), "made on http://hub"),
        (registered(rp_id="hub.localhost"), "another rpId"),
        (registered(Subject("hub.localhost", "yi", "bing", NOW)), "enrolled for hub"),
        (registered(Subject(RP_ID, "yi", "yi", NOW)), "his own"),
        (filed(*form.decode(ONE)[0].made * 2), "twice"),
        (b"", "Not an enrolment"),
        (b"[]", "Not an enrolment"),
        (b"\xff\xfe", "Not an enrolment"),
        (b"[" * 100_000, "Not an enrolment"),
        (ONE[:-1], "Not an enrolment"),
        (ONE + b"\0", "Not an enrolment"),
    ],
)
def test_what_was_made_elsewhere_or_is_broken_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(AuthorityError, match=why):
        enrolment.read(data, POLICY)


def test_authenticator_data_cut_anywhere_is_refused() -> None:
    made = enrol(SoftKey())
    whole = AttestationObject(made.attestation_object).auth_data
    for length in range(len(whole)):
        parts = {"fmt": "none", "attStmt": {}, "authData": bytes(whole)[:length]}
        data = filed(NewPasskey(made.client_data, cbor.encode(parts)))
        with pytest.raises(AuthorityError):
            enrolment.read(data, POLICY)


@pytest.mark.parametrize(
    "changed", [{"person": "jia"}, {"witness": "jia"}, {"time": NOW + 1}], ids=str
)
def test_names_that_were_changed_in_the_file_do_not_fit(changed: dict[str, object]) -> None:
    request, _ = form.decode(ONE)
    data = form.encode_request(replace(request, **changed))  # type: ignore[arg-type]
    with pytest.raises(AuthorityError, match="other names"):
        enrolment.read(form.encode(form.Enrolment(data, None)), POLICY)


def test_another_keys_attestation_does_not_hold() -> None:
    mine = enrol(SoftKey())
    moved = enrol(SoftKey(), subject=Subject(RP_ID, "jia", "bing", NOW))
    with pytest.raises(AuthorityError, match="attestation"):
        enrolment.read(filed(NewPasskey(mine.client_data, moved.attestation_object)), POLICY)


def test_what_a_second_officer_confirmed_is_taken() -> None:
    taken(seen(registered(count=2)))


def test_what_nobody_confirmed_is_not() -> None:
    with pytest.raises(AuthorityError, match="no second officer has confirmed"):
        taken(registered())


def test_a_confirmation_is_of_these_bytes_by_his_own_key_on_the_countys_page() -> None:
    other = form.decode(seen(registered()))[1].seen
    assert other is not None
    with pytest.raises(AuthorityError, match="does not hold"):
        taken(enrolment.confirmed(registered(), other))
    with pytest.raises(AuthorityError, match="no passkey of the second officer"):
        taken(seen(registered(), "jia"))
    with pytest.raises(AuthorityError, match="does not hold"):
        taken(seen(registered(), origin="http://hub.localhost:8700"))
    challenge = form.confirmation(form.decode(ONE)[1].request)
    device = TOWN.authenticators["bing"]
    unverified = device.get_assertion(RP_ID, ORIGIN, challenge, user_verified=False)
    with pytest.raises(AuthorityError, match="does not hold"):
        taken(enrolment.confirmed(ONE, unverified))


@pytest.mark.parametrize("officer", ["wu", "nobody"])
def test_not_everybody_may_be_the_second_officer(officer: str) -> None:
    subject = Subject(RP_ID, "yi", officer, NOW)
    device = "bing" if officer == "nobody" else officer
    with pytest.raises(AuthorityError, match="no office that may witness"):
        taken(seen(registered(subject), device))


def test_nor_a_relative() -> None:
    kin = people.declare_kin(TOWN.authority, "yi", ("bing",))
    with pytest.raises(AuthorityError, match="relative"):
        taken(seen(registered()), former=kin)


@pytest.mark.parametrize(
    ("now", "why"),
    [(NOW - DAY, "future"), (NOW + 31 * DAY, "older than 30 days")],
)
def test_it_is_neither_of_the_future_nor_old(now: int, why: str) -> None:
    with pytest.raises(AuthorityError, match=why):
        taken(seen(registered()), now=now)


def test_the_first_of_a_township_need_no_confirmation_because_nobody_could_give_one() -> None:
    (village,) = TOWN.authority.villages
    bare = {name: replace(one, passkeys=()) for name, one in village.roster.persons.items()}
    empty = replace(village, roster=replace(village.roster, persons=bare))
    for former in (None, replace(TOWN.authority, villages=(empty,))):
        taken(registered(), former=former)


def test_a_passkey_that_somebody_has_is_not_taken(tmp_path: Path) -> None:
    data = seen(registered(Subject(RP_ID, "jia", "bing", NOW)))
    key = enrolment.read(data, POLICY).keys[0].passkey
    had = people.add_passkey(TOWN.authority, "yi", Passkey(key.credential, key.public_key))
    with pytest.raises(AuthorityError, match="already yi's"):
        people.add_passkey(had, "jia", key)


def test_from_the_keys_to_the_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plugged: list[SoftKey] = []
    monkeypatch.setattr(CtapHidDevice, "list_devices", lambda: iter(plugged))
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "1234")
    package, file, draft = (tmp_path / name for name in ("p.cbor", "yi.cbor", "next.cbor"))
    package.write_bytes(TOWN.package)
    common = [str(file), "--package", str(package)]
    asked = ["passkey", "enrol", "yi", *common, "--witness", "bing"]
    add = ["authority", "passkey", "add", str(draft), str(file), "--former", str(package)]

    def does(key: SoftKey, *words: str) -> str:
        plugged[:] = [key]
        assert main(words) == 0
        return capsys.readouterr().out

    first, officer = SoftKey(), SoftKey()
    told = does(first, *asked)
    assert "乙二亮" in told
    assert "Only one" in told
    assert main(["passkey", "second", *common]) == 2
    assert "take another" in capsys.readouterr().err
    told = does(SoftKey(), "passkey", "second", *common)
    digits = [line.rsplit(" ", 1)[1] for line in told.splitlines() if "fingerprint" in line]
    assert len(digits) == 2
    assert main(add) == 2
    assert "no second officer" in capsys.readouterr().err
    key = TOWN.authenticators["bing"].passkey(RP_ID)
    officer.hold(key.id, RP_ID, key.private_key)
    does(officer, "passkey", "confirm", *common)
    assert main(add) == 0
    shown = capsys.readouterr().out
    assert all(one in shown for one in digits)
    assert "bing（居民身份证" in shown
    changed = read_township(open_package(draft.read_bytes()))
    assert len(changed.villages[0].roster.persons["yi"].passkeys) == 3
    assert main(add) == 2
    assert "already yi's" in capsys.readouterr().err
    assert main(asked) == 2
    assert "exists" in capsys.readouterr().err


def test_without_a_key_in_the_socket_the_tool_points_to_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(CtapHidDevice, "list_devices", lambda: iter([]))
    package, file = tmp_path / "p.cbor", tmp_path / "yi.cbor"
    package.write_bytes(TOWN.package)
    words = ["passkey", "enrol", "yi", str(file), "--witness", "bing", "--package", str(package)]
    assert main(words) == 2
    assert "/enrol/" in capsys.readouterr().err
    assert not file.exists()
