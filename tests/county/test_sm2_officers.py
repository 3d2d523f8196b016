"""Officers and SM2 keys: enrolled before a witness, on the roster by certificate or public key,
taken away, allowed by the policy and refused by a matter; and what the draft says of it.
"""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from county import days, possession, sm2_files
from county.authority import AuthorityError, open_package, read_township
from county.authority import Township as Authority
from county.edit import plain
from tests.support.contents import RP_ID
from tests.support.sm2_desk import PASSPHRASE, Desk
from tests.support.township import Township
from wire.lists.content import Catalogue, Policy, Sm2Key
from wire.sig.libcrypto import SPKI
from wire.sig.sm2_curve import P

NOW = int(time.time()) * 1000  # the command line judges by the computer's clock
TOWN = Township.build(now_ms=NOW)
TERM = ("--from", "2026-01-01", "--to", "2029-01-01")
Officer = Callable[..., int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.cbor").write_bytes(TOWN.package)
    return tmp_path


@pytest.fixture
def yi(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk.open(folder / "yi", monkeypatch)


@pytest.fixture
def officer(folder: Path, yi: Desk) -> Officer:
    def run(verb: str, *words: object) -> int:
        given = [*verb.split(), folder / "next.cbor", *words, "--former", folder / "p.cbor"]
        return yi.sealcounty("authority", *given)

    return run


@pytest.fixture
def proof(folder: Path, yi: Desk) -> Path:
    return yi.enrol("yi", folder / "p.cbor")


def drafted(folder: Path) -> Authority:
    return read_township(open_package((folder / "next.cbor").read_bytes()))


def keys(folder: Path, person: str) -> tuple[Sm2Key, ...]:
    return drafted(folder).villages[0].roster.persons[person].sm2_keys


class TestKeys:
    def test_by_a_certificate_for_as_long_as_it_is_valid(
        self, folder: Path, yi: Desk, officer: Officer, proof: Path
    ) -> None:
        file = yi.certificate("keyUsage=critical,digitalSignature", days=730)
        assert officer("sm2 add", proof, "--certificate", file) == 0
        made = x509.load_pem_x509_certificate(file.read_bytes())
        (key,) = keys(folder, "yi")
        assert key.certificate == sha256(made.public_bytes(Encoding.DER)).digest()
        assert key.start_ms == int(made.not_valid_before_utc.timestamp()) * 1000
        assert key.end_ms == int(made.not_valid_after_utc.timestamp()) * 1000 + 1000

    def test_pem_and_der_say_the_same(self, yi: Desk) -> None:
        pem = yi.certificate().read_bytes()
        der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
        assert sm2_files.of_certificate(der) == sm2_files.of_certificate(pem)
        yi.openssl("pkey", "-pubin", "-in", yi.public, "-outform", "DER", "-out", yi.folder / "der")
        point = sm2_files.of_public_key(yi.public.read_bytes())
        assert sm2_files.of_public_key((yi.folder / "der").read_bytes()) == point
        assert sm2_files.of_certificate(pem).public_key == point

    def test_by_a_public_key_for_the_time_that_officers_give(
        self, folder: Path, yi: Desk, officer: Officer, proof: Path
    ) -> None:
        assert officer("sm2 add", proof, "--public", yi.public, *TERM) == 0
        (key,) = keys(folder, "yi")
        assert key == yi.listed(days.parse("2026-01-01"), days.parse("2029-01-01"))

    def test_taken_away_again(self, folder: Path, yi: Desk, officer: Officer, proof: Path) -> None:
        assert officer("sm2 add", proof, "--public", yi.public, *TERM) == 0
        kid = keys(folder, "yi")[0].kid.hex()
        assert officer("sm2 remove", "yi", "--key", "00" * 16) == 2
        assert officer("sm2 remove", "jia", "--key", kid[:8]) == 2
        assert officer("sm2 remove", "yi", "--key", kid[:8].upper()) == 0
        assert drafted(folder) == TOWN.authority

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--public", "key.pub"), "--from"),
            (("--public", "key.pub", "--from", "2029-01-01", "--to", "2026-01-01"), "after"),
            (("--certificate", "key.crt", *TERM), "no --from"),
            (("--certificate", "key.pub"), "Not a certificate"),
            (("--public", "key.crt", *TERM), "Not an SM2 public key"),
            (("--public", "key.pem", *TERM), "Not an SM2 public key"),
            (("--certificate", "encryption.crt"), "for encryption"),
            (("--certificate", "p256.crt"), "Not a certificate of an SM2 key"),
            (("--public", "p256.pub", *TERM), "Not an SM2 public key"),
            (("--public", "others.pub", *TERM), "another key"),
        ],
    )
    def test_what_is_no_such_key_is_told(
        self,
        folder: Path,
        yi: Desk,
        officer: Officer,
        proof: Path,
        words: tuple[str, ...],
        said: str,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        yi.certificate("keyUsage=critical,keyEncipherment").rename(yi.folder / "encryption.crt")
        yi.certificate()
        p256 = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc")
        yi.openssl(
            "req", "-x509", *p256, "-subj", "/CN=x", "-keyout", folder / "p256.pem", "-out",
            yi.folder / "p256.crt",
        )  # fmt: skip
        yi.openssl("pkey", "-in", folder / "p256.pem", "-pubout", "-out", yi.folder / "p256.pub")
        other = Desk.open(folder / "other", monkeypatch)
        (yi.folder / "others.pub").write_bytes(other.public.read_bytes())
        given = [yi.folder / one if (yi.folder / one).exists() else one for one in words]
        assert officer("sm2 add", proof, *given) == 2
        assert said in capsys.readouterr().err
        assert not (folder / "next.cbor").exists()

    def test_points_off_the_curve_and_cut_certificates(self, yi: Desk) -> None:
        point = bytearray(sm2_files.of_public_key(yi.public.read_bytes()))
        point[-1] ^= 1
        with pytest.raises(AuthorityError):
            sm2_files.of_public_key(SPKI + bytes(point))
        der = x509.load_pem_x509_certificate(yi.certificate().read_bytes()).public_bytes(
            Encoding.DER
        )
        for data in (
            b"",
            der[:-1],
            der[:200],
            der + b"\0",
            b"-----BEGIN CERTIFICATE-----",
            b"\x30",
        ):
            with pytest.raises(AuthorityError):
                sm2_files.of_certificate(data)

    def test_one_key_is_nobody_elses(
        self, folder: Path, yi: Desk, officer: Officer, proof: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        assert officer("sm2 add", proof, "--public", yi.public, *TERM) == 0
        again = yi.enrol("bing", folder / "p.cbor")
        assert officer("sm2 add", again, "--public", yi.public, *TERM) == 2
        assert "already yi's" in capsys.readouterr().err

    def test_nor_is_its_mirror_image(self, yi: Desk) -> None:
        from county.edit import people

        key = yi.listed(NOW, NOW + 1)
        y = (P - int.from_bytes(key.public_key[33:])).to_bytes(32)
        mirrored = replace(key, public_key=key.public_key[:33] + y)
        township = people.add_sm2_key(TOWN.authority, "yi", key)
        with pytest.raises(AuthorityError, match="already yi's"):
            people.add_sm2_key(township, "bing", mirrored)


class TestEnrolment:
    def test_it_says_who_held_which_key_before_whom(
        self, folder: Path, yi: Desk, proof: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        capsys.readouterr()
        assert yi.sealcounty("sm2", "show", proof, "--package", folder / "p.cbor") == 0
        said = capsys.readouterr().out
        assert "person: yi" in said
        assert "witness: jia" in said
        assert yi.listed(0, 1).kid.hex() in said

    @pytest.mark.parametrize(
        "change",
        [
            {"person": "bing"},
            {"witness": "bing"},
            {"time": 1},
            {"rp_id": "evil.localhost"},
            {"type": "enrolment"},
            {"v": 2},
            {"signature": "AAAA"},
            {"public_key": "AAAA"},
            {"further": 1},
        ],
    )
    def test_whatever_was_changed_by_hand_does_not_fit(
        self, proof: Path, change: dict[str, Any]
    ) -> None:
        fields = json.loads(proof.read_bytes())
        with pytest.raises(AuthorityError):
            possession.read(json.dumps({**fields, **change}).encode(), TOWN.authority.policy)

    @pytest.mark.parametrize("garbage", [b"", b"{", b"[1]", b"\xff", b"[" * 5000, b"x" * 5000])
    def test_garbage(self, garbage: bytes) -> None:
        with pytest.raises(AuthorityError, match="Not an SM2 key's"):
            possession.read(garbage, TOWN.authority.policy)

    def test_for_another_county(self, proof: Path) -> None:
        elsewhere = replace(TOWN.authority.policy, rp_id="other.localhost")
        with pytest.raises(AuthorityError, match=f"enrolled for {RP_ID}"):
            possession.read(proof.read_bytes(), elsewhere)

    @pytest.mark.parametrize(
        ("person", "witness", "typed", "said"),
        [
            ("yi", "yi", PASSPHRASE, "Nobody witnesses his own"),
            ("yi", "nobody", PASSPHRASE, "Not on any roster"),
            ("yi", "jia", "wrong", "Wrong passphrase"),
            ("yi", "jia", "", "Wrong passphrase"),
        ],
    )
    def test_nothing_is_written_otherwise(
        self, folder: Path, yi: Desk, person: str, witness: str, typed: str, said: str,
        capsys: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        words = ("sm2", "enrol", person, folder / "x", "--witness", witness, "--key", yi.key)
        assert yi.sealcounty(*words, "--package", folder / "p.cbor", typed=f"{typed}\n") == 2
        assert said in capsys.readouterr().err
        assert not (folder / "x").exists()


class TestRules:
    def test_policy_and_matter_are_set_and_said(
        self, folder: Path, yi: Desk, officer: Officer, proof: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        assert officer("policy set", "emergency_presses", "5") == 0
        assert "no origin bound" not in capsys.readouterr().out
        assert officer("policy set", "emergency_presses", "3") == 0
        assert officer("sm2 add", proof, "--public", yi.public, *TERM) == 0
        assert "no origin bound" in capsys.readouterr().out
        assert officer("policy set", "approval_suites", "passkey", "sm2") == 0
        assert officer("catalogue passkeys-only", "residence", "true") == 0
        said = capsys.readouterr().out
        made = drafted(folder)
        assert made.policy.approval_suites == ("passkey", "sm2")
        assert made.catalogue.items["residence"].passkeys_only
        for words in (
            *("可用国密密钥", keys(folder, "yi")[0].kid.hex(), "2026-01-01 至 2029-01-01"),
            *("审批可用的密钥种类：passkey → passkey、sm2", "只能用通行密钥审批：否 → 是"),
            *("no origin bound", "no user verification", "也不证明本人在场"),
        ):
            assert words in said
        assert officer("policy set", "approval_suites", "passkey") == 0
        assert officer("catalogue passkeys-only", "residence", "false") == 0
        assert drafted(folder).catalogue == TOWN.authority.catalogue
        assert drafted(folder).policy == TOWN.authority.policy

    @pytest.mark.parametrize(
        ("verb", "words"),
        [
            ("policy set", ("approval_suites", "rsa")),
            ("policy set", ("approval_suites", "sm2", "sm2")),
            ("catalogue passkeys-only", ("nothing", "true")),
            ("catalogue passkeys-only", ("residence", "maybe")),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, folder: Path, officer: Officer, verb: str, words: tuple[str, ...]
    ) -> None:
        assert officer(verb, *words) == 2
        assert not (folder / "next.cbor").exists()

    def test_fields_that_came_later_stand_in_the_exported_files(self) -> None:
        policy, matters = TOWN.authority.policy, TOWN.authority.catalogue
        text = plain.to_toml(policy)
        assert 'approval_suites = ["passkey"]' in text
        assert plain.from_toml(Policy, text, policy.version) == policy
        items = plain.to_toml(matters)
        assert "passkeys_only = false" in items
        assert plain.from_toml(Catalogue, items, matters.version) == matters
        changed = items.replace("passkeys_only = false", "passkeys_only = true", 1)
        first = next(iter(matters.items))
        assert plain.from_toml(Catalogue, changed).items[first].passkeys_only
