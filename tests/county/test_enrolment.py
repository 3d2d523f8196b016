"""Passkeys enrolled by the officers' tool: on a security key, into a file, onto the roster."""

import json
from pathlib import Path

import pytest
from fido2.hid import CtapHidDevice
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject

from county import enrol_usb, enrolment
from county.authority import AuthorityError, open_package, read_township
from county.cli import main
from county.enrolment import Subject
from demo.authenticator import Authenticator
from tests.support.contents import NOW, ORIGIN, RP_ID
from tests.support.soft_key import MODEL, SoftKey
from tests.support.township import Township
from wire import cbor

TOWN = Township.build()
POLICY = TOWN.authority.policy
SUBJECT = Subject(RP_ID, "yi", "bing", NOW)


def enrol(key: SoftKey, *known: bytes, pin: str = "1234", subject: Subject = SUBJECT) -> bytes:
    return enrol_usb.enrol([key], subject, ORIGIN, "乙二亮", known, lambda _: pin, lambda _: None)


def registered(subject: Subject = SUBJECT, origin: str = ORIGIN, rp_id: str = RP_ID) -> bytes:
    """What the county's page would give for a phone's passkey."""
    phone = Authenticator()
    phone.create(rp_id)
    made = phone.register(rp_id, origin, subject.challenge)
    return enrolment.write(subject, made.client_data, made.attestation_object)


def test_a_key_with_a_pin_is_enrolled() -> None:
    key = SoftKey()
    said: list[str] = []
    data = enrol_usb.enrol([key], SUBJECT, ORIGIN, "乙二亮", [], lambda _: "1234", said.append)
    found = enrolment.read(data, POLICY)
    assert (found.person, found.witness, found.time) == ("yi", "bing", NOW)
    assert found.credential in key.credentials
    assert (found.alg, found.model) == ("ES256", str(MODEL))
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
    first = enrolment.read(enrol(key), POLICY)
    with pytest.raises(AuthorityError, match="take another"):
        enrol(key, first.credential)
    assert enrolment.read(enrol(SoftKey(), first.credential), POLICY)


@pytest.mark.parametrize("count", [0, 2])
def test_it_must_be_one_key(count: int) -> None:
    with pytest.raises(AuthorityError, match=r"/enrol/"):
        enrol_usb.enrol([SoftKey()] * count, SUBJECT, ORIGIN, "-", [], str, print)


def test_a_page_s_file_is_read() -> None:
    found = enrolment.read(registered(), POLICY)
    assert (found.person, found.alg) == ("yi", "ES256")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (registered(origin="http://hub.localhost:8700"), "made on http://hub"),
        (registered(rp_id="hub.localhost"), "another rpId"),
        (registered(Subject("hub.localhost", "yi", "bing", NOW)), "enrolled for hub"),
        (registered(Subject(RP_ID, "yi", "yi", NOW)), "his own"),
        (b"", "Not an enrolment"),
        (b"[]", "Not an enrolment"),
        (b"\xff\xfe", "Not an enrolment"),
        (b"[" * 100_000, "Not an enrolment"),
        (registered()[:-40] + b'"}', "Not an enrolment"),
    ],
)
def test_what_was_made_elsewhere_or_is_broken_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(AuthorityError, match=why):
        enrolment.read(data, POLICY)


def test_authenticator_data_cut_anywhere_is_refused() -> None:
    fields = json.loads(enrol(SoftKey()))
    made = AttestationObject(websafe_decode(fields["attestation_object"]))
    for length in range(len(made.auth_data)):
        parts = {"fmt": "none", "attStmt": {}, "authData": bytes(made.auth_data)[:length]}
        cut = websafe_encode(cbor.encode(parts))
        with pytest.raises(AuthorityError):
            enrolment.read(json.dumps({**fields, "attestation_object": cut}).encode(), POLICY)


def test_a_file_cut_anywhere_in_its_attestation_is_refused() -> None:
    fields = json.loads(enrol(SoftKey()))
    whole = fields["attestation_object"]
    for length in range(0, len(whole) - 1, 7):
        data = json.dumps({**fields, "attestation_object": whole[:length]}).encode()
        with pytest.raises(AuthorityError):
            enrolment.read(data, POLICY)


def test_another_keys_attestation_does_not_hold() -> None:
    mine, other = (json.loads(enrol(SoftKey())) for _ in range(2))
    stolen = {**mine, "attestation_object": other["attestation_object"]}
    assert enrolment.read(json.dumps(stolen).encode(), POLICY)  # the same subject: it is a retake
    moved = json.loads(enrol(SoftKey(), subject=Subject(RP_ID, "jia", "bing", NOW)))
    with pytest.raises(AuthorityError, match="attestation"):
        enrolment.read(
            json.dumps({**mine, "attestation_object": moved["attestation_object"]}).encode(), POLICY
        )


def test_from_the_key_to_the_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = SoftKey()
    monkeypatch.setattr(CtapHidDevice, "list_devices", lambda: iter([key]))
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "1234")
    package, file, draft = (tmp_path / name for name in ("p.cbor", "yi.json", "next.cbor"))
    package.write_bytes(TOWN.package)
    asked = ["passkey", "enrol", "yi", str(file), "--witness", "bing", "--package", str(package)]
    assert main(asked) == 0
    told = capsys.readouterr().out
    assert "乙二亮" in told
    digits = told.rsplit("fingerprint: ", 1)[1].strip()
    words = ["authority", "passkey", "add", str(draft), str(file), "--former", str(package)]
    assert main(words) == 0
    assert digits in capsys.readouterr().out
    changed = read_township(open_package(draft.read_bytes()))
    assert len(changed.villages[0].roster.persons["yi"].passkeys) == 2
    assert main(words) == 2
    assert "already yi's" in capsys.readouterr().err
    assert main(asked) == 2
    assert "exists" in capsys.readouterr().err


def test_without_a_key_in_the_socket_the_tool_points_to_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(CtapHidDevice, "list_devices", lambda: iter([]))
    package, file = tmp_path / "p.cbor", tmp_path / "yi.json"
    package.write_bytes(TOWN.package)
    words = ["passkey", "enrol", "yi", str(file), "--witness", "bing", "--package", str(package)]
    assert main(words) == 2
    assert "/enrol/" in capsys.readouterr().err
    assert not file.exists()
