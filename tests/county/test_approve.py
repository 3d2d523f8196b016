"""The county's signing program over real files: what it shows, what it signs, what it refuses."""

import time
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from county.approve import sheet, words
from county.approve.errors import WORDS, ApproveError
from county.edit import draft as drafts
from county.pages_server import PAGES
from tests.county.pages_rig import paper
from tests.support.contents import DAY, YEAR
from tests.support.sm2_desk import PASSPHRASE, Desk
from tests.support.sm2_people import equip
from tests.support.township import Township
from wire import cbor
from wire.approval import by_file, correction, decision, sm2, subject
from wire.approval.by_file import SigningRequest
from wire.approval.chain import judge
from wire.approval.correction import Correction
from wire.approval.sm2 import Sm2Signature
from wire.approval.subject import Application

NOW = int(time.time()) * 1000  # the program asks the computer's clock
TOWN = Township.build(now_ms=NOW)
PAGE = paper()


@dataclass
class Given:
    """What the director finds on his computer."""

    desk: Desk
    township: Township
    folder: Path

    @property
    def package(self) -> Path:
        return self.folder / "package.cbor"

    @property
    def file(self) -> Path:
        return self.folder / "seal-7-yi.tosign"

    def application(self, **changes: Any) -> Application:
        return self.township.application(pages=(sha256(PAGE).digest(),), **changes)

    def asked(self, data: bytes, pages: tuple[bytes, ...] = (PAGE,)) -> SigningRequest:
        return SigningRequest(data, "director", "yi", self.township.roster.version, pages)

    def hand_out(self, asked: SigningRequest) -> None:
        self.file.write_bytes(by_file.encode_request(asked))

    def sign_package(self, township: Township) -> None:
        self.township = township
        self.package.write_bytes(township.package)


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Given:
    desk = Desk.open(tmp_path / "yi", monkeypatch)
    made = Given(desk, TOWN, tmp_path)
    made.sign_package(equip(TOWN, {"yi": (desk.listed(NOW - DAY, NOW + YEAR),)}))
    made.hand_out(made.asked(subject.encode(made.application())))
    return made


def refused(given: Given, capsys: pytest.CaptureFixture[str], code: str, **how: str) -> None:
    """By that code's sentences, and nothing is signed."""
    capsys.readouterr()
    status, answer = given.desk.approve(given.file, given.package, **how)
    said = capsys.readouterr().err
    assert (status, answer.exists()) == (2, False), said
    assert WORDS[code][0] in said
    assert WORDS[code][3] in said


@pytest.mark.parametrize(("typed", "verdict"), [("同意", "approve"), ("Return", "return")])
def test_what_is_signed_is_that_persons_decision(given: Given, typed: str, verdict: str) -> None:
    status, file = given.desk.approve(given.file, given.package, typed)
    assert status == 0
    answer = by_file.decode_answer(file.read_bytes())
    digest, approval = subject.subject_hash(subject.encode(given.application())), answer.approval
    assert answer.subject == digest
    assert (approval.step, approval.person, approval.decision) == ("director", "yi", verdict)
    assert isinstance(approval.proof, Sm2Signature)
    key = given.township.roster.persons["yi"].sm2_keys[0]
    assert approval.proof.key == key.kid
    challenge = decision.challenge_of("application", digest, approval)
    sm2.verify(approval.proof, challenge=challenge, public_key=key.public_key)


def test_the_machine_takes_it_beside_a_passkey(given: Given) -> None:
    _, file = given.desk.approve(given.file, given.package)
    approval = by_file.decode_answer(file.read_bytes()).approval
    application = given.application()
    secretary = given.township.approve(application, "secretary", "jia")
    lists = given.township.lists()
    judge(application, subject.encode(application), [approval, secretary], lists)


def test_a_correction_is_signed_as_one(given: Given, capsys: pytest.CaptureFixture[str]) -> None:
    data = correction.encode(voided(given.township))
    given.hand_out(given.asked(data, ()))
    status, file = given.desk.approve(given.file, given.package)
    assert status == 0
    said = capsys.readouterr().out
    assert "请您审批：作废一次盖章" in said
    assert words.WARNINGS["correction"] in said
    approval = by_file.decode_answer(file.read_bytes()).approval
    assert isinstance(approval.proof, Sm2Signature)
    challenge = decision.challenge_of("correction", subject.subject_hash(data), approval)
    key = given.township.roster.persons["yi"].sm2_keys[0]
    sm2.verify(approval.proof, challenge=challenge, public_key=key.public_key)


def test_the_pages_lie_in_a_folder_to_be_opened(
    given: Given, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = given.file.with_suffix(".pages")
    refused(given, capsys, "undecided", typed="也许")
    assert [one.name for one in folder.iterdir()] == ["page-001.png"]
    assert (folder / "page-001.png").read_bytes() == PAGE
    assert given.desk.approve(given.file, given.package)[0] == 0
    assert "请逐页打开看" in capsys.readouterr().out


def test_without_pages_it_says_so(given: Given, capsys: pytest.CaptureFixture[str]) -> None:
    given.hand_out(given.asked(subject.encode(given.township.application(pages=())), ()))
    assert given.desk.approve(given.file, given.package)[0] == 0
    assert words.WITHOUT_PAGES in capsys.readouterr().out


class TestNothingIsSigned:
    @pytest.mark.parametrize("typed", ["", "y", "yes", "同", "approve it", "签"])
    def test_without_a_whole_word(
        self, given: Given, capsys: pytest.CaptureFixture[str], typed: str
    ) -> None:
        refused(given, capsys, "undecided", typed=typed)

    @pytest.mark.parametrize("bad", [b"", b"\xa0", b"x" * 100, b"PK\x03\x04", b"\x9f" * 4096])
    def test_of_a_file_that_is_none(
        self, given: Given, capsys: pytest.CaptureFixture[str], bad: bytes
    ) -> None:
        given.file.write_bytes(bad)
        refused(given, capsys, "file")

    def test_of_a_file_cut_short_or_with_more(
        self, given: Given, capsys: pytest.CaptureFixture[str]
    ) -> None:
        whole = given.file.read_bytes()
        fields = {**cbor.decode(whole), "origin": "http://hub.localhost"}
        for data in (whole[:-1], whole + b"\0", cbor.encode(fields)):
            given.file.write_bytes(data)
            refused(given, capsys, "file")

    def test_of_a_file_beyond_the_limit(
        self, given: Given, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(by_file, "LIMIT", len(given.file.read_bytes()) - 1)
        refused(given, capsys, "file")

    def test_of_another_page(self, given: Given, capsys: pytest.CaptureFixture[str]) -> None:
        data = subject.encode(given.application())
        given.hand_out(given.asked(data, (paper("another"),)))
        refused(given, capsys, "picture")
        assert not given.file.with_suffix(".pages").exists()

    @pytest.mark.parametrize("pages", [(), (PAGE, PAGE)])
    def test_of_another_number_of_pages(
        self, given: Given, capsys: pytest.CaptureFixture[str], pages: tuple[bytes, ...]
    ) -> None:
        given.hand_out(given.asked(subject.encode(given.application()), pages))
        refused(given, capsys, "pages")

    @pytest.mark.parametrize(
        "page", [b"%PDF-1.4", b"<svg xmlns='x'/>", PAGE[:33] + b"\0\0\0\x08acTL" + PAGE[33:]]
    )
    def test_of_pages_that_are_no_still_pictures(
        self, given: Given, capsys: pytest.CaptureFixture[str], page: bytes
    ) -> None:
        application = given.township.application(pages=(sha256(page).digest(),))
        given.hand_out(given.asked(subject.encode(application), (page,)))
        refused(given, capsys, "format")

    def test_of_a_subject_with_hidden_characters(
        self, given: Given, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fields = cbor.decode(subject.encode(given.application()))
        given.hand_out(given.asked(cbor.encode({**fields, "title": "居住\u202e证明"})))
        refused(given, capsys, "subject")

    @pytest.mark.parametrize(
        "change",
        [{"device": "sunset-1"}, {"village": "sunset"}, {"machine": b"m" * 16}],
        ids=["device", "village", "key"],
    )
    def test_of_a_foreign_subject(
        self, given: Given, capsys: pytest.CaptureFixture[str], change: dict[str, Any]
    ) -> None:
        given.hand_out(given.asked(subject.encode(given.application(**change))))
        refused(given, capsys, "foreign")

    @pytest.mark.parametrize(
        "change", [{"step": "chair"}, {"person": "nobody"}], ids=["step", "person"]
    )
    def test_of_a_step_or_person_that_there_is_not(
        self, given: Given, capsys: pytest.CaptureFixture[str], change: dict[str, Any]
    ) -> None:
        asked = given.asked(subject.encode(given.application()))
        given.hand_out(replace(asked, **change))
        refused(given, capsys, "step")

    def test_in_another_persons_name(
        self, given: Given, capsys: pytest.CaptureFixture[str]
    ) -> None:
        asked = given.asked(subject.encode(given.application()))
        given.hand_out(replace(asked, step="secretary", person="jia"))
        refused(given, capsys, "key")

    @pytest.mark.parametrize("span", [(-YEAR, 0), (DAY, YEAR)], ids=["over", "yet to come"])
    def test_by_a_key_that_is_not_valid_now(
        self, given: Given, capsys: pytest.CaptureFixture[str], span: tuple[int, int]
    ) -> None:
        start, end = span
        key = given.desk.listed(NOW + start, NOW + end)
        given.sign_package(equip(TOWN, {"yi": (key,)}))
        refused(given, capsys, "key")

    def test_where_the_policy_takes_none(
        self, given: Given, capsys: pytest.CaptureFixture[str]
    ) -> None:
        key = given.desk.listed(NOW - DAY, NOW + YEAR)
        given.sign_package(equip(TOWN, {"yi": (key,)}, suites=("passkey",)))
        refused(given, capsys, "suite")

    def test_where_the_matter_takes_passkeys_alone(
        self, given: Given, capsys: pytest.CaptureFixture[str]
    ) -> None:
        catalogue = given.township.authority.catalogue
        items = dict(catalogue.items)
        items["residence"] = replace(items["residence"], passkeys_only=True)
        given.sign_package(given.township.change(catalogue=replace(catalogue, items=items)))
        refused(given, capsys, "suite")

    def test_by_a_package_that_nobody_signed(
        self, given: Given, capsys: pytest.CaptureFixture[str]
    ) -> None:
        draft = drafts.write(drafts.begin(given.township.package, None), given.township.authority)
        given.package.write_bytes(draft)
        refused(given, capsys, "package")

    def test_over_an_answer_that_is_there(
        self, given: Given, capsys: pytest.CaptureFixture[str]
    ) -> None:
        status, answer = given.desk.approve(given.file, given.package)
        before = answer.read_bytes()
        assert status == 0
        assert given.desk.approve(given.file, given.package, "退回")[0] == 2
        assert WORDS["there"][0] in capsys.readouterr().err
        assert answer.read_bytes() == before

    def test_among_other_files(self, given: Given, capsys: pytest.CaptureFixture[str]) -> None:
        folder = given.file.with_suffix(".pages")
        folder.mkdir()
        (folder / "page-002.png").write_bytes(PAGE)
        refused(given, capsys, "there")

    def test_by_a_key_file_that_others_can_use(
        self, given: Given, capsys: pytest.CaptureFixture[str]
    ) -> None:
        desk = given.desk
        for passphrase, said in (("wrong", "Wrong passphrase"), ("", "Wrong passphrase")):
            assert desk.approve(given.file, given.package, passphrase=passphrase)[0] == 2
            assert said in capsys.readouterr().err
        desk.key.chmod(0o640)
        assert desk.approve(given.file, given.package)[0] == 2
        assert "chmod 600" in capsys.readouterr().err
        desk.key.chmod(0o600)
        bare = desk.folder / "bare.pem"
        desk.openssl("pkey", "-in", desk.key, "-passin", desk.word, "-out", bare)
        desk.key.write_bytes(bare.read_bytes())
        assert desk.approve(given.file, given.package)[0] == 2
        assert "topk8" in capsys.readouterr().err
        assert not given.file.with_suffix(".signed").exists()

    def test_by_a_key_of_another_kind(
        self, given: Given, capsys: pytest.CaptureFixture[str]
    ) -> None:
        desk = given.desk
        desk.openssl(
            *("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-aes-256-cbc", "-pass", desk.word, "-out", desk.key),
        )
        assert desk.approve(given.file, given.package)[0] == 2
        assert "not an SM2 key" in capsys.readouterr().err

    def test_by_a_key_in_a_token(self, given: Given, capsys: pytest.CaptureFixture[str]) -> None:
        uri = "pkcs11:token=t;object=k?module-path=/m.so"
        words = ("approve", given.file, "--key", uri, "--package", given.package)
        assert given.desk.sealcounty(*words, typed=f"同意\n{PASSPHRASE}\n") == 2
        assert "not supported" in capsys.readouterr().err


def test_what_takes_no_room_is_spelt_out(given: Given) -> None:
    application = given.application(title="居住\u3164证明\u2800")
    data = by_file.encode_request(given.asked(subject.encode(application)))
    found = sheet.check(data, sheet.register(given.township.package))
    assert "居住‹U+3164›证明‹U+2800›" in "\n".join(words.lines(found))


@pytest.mark.parametrize("code", ["subject", "pages", "picture", "format"])
def test_its_refusals_are_those_of_the_countys_page(code: str) -> None:
    told = (PAGES / "sign" / "words.js").read_text("utf-8")
    for sentence in WORDS[code]:
        assert f'"{sentence}"' in told


def test_every_refusal_is_said_in_both_languages() -> None:
    for code in WORDS:
        said = str(ApproveError(code, "detail"))
        assert all(sentence in said for sentence in WORDS[code])


def voided(township: Township) -> Correction:
    """Of a stamp on the township's machine."""
    machine = township.machine
    return Correction(
        b"c" * 32, machine.village, machine.device, machine.kid, "residence", 7, b"e" * 32,
        "cancelled", "姓名写错", None, township.now_ms,
    )  # fmt: skip
