"""Approvals that travel by files: given out at the staff site, signed by the county's program,
taken back; and whoever carries, alters or repeats them.
"""

import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import Page
from pytest_django.fixtures import Settings

from county import sm2_keys
from county.authority import Village
from demo.paper import DOCUMENTS, png
from hub.applications import deciding, granted
from hub.applications.models import Filed
from hub.approvals import service
from hub.approvals.models import Subject
from hub.blobs import store
from hub.clock import now_ms
from hub.devices import authority
from hub.revoke import revoke
from tests.hub import public_rig as hub
from tests.hub.flow_rig import client
from tests.hub.journal_rig import Journal
from tests.hub.page_rig import Answers, ask, serve
from tests.inspector.test_verify import verdict
from tests.support import browser as browsers
from tests.support.browser import DESK, axe, overflow, screenshot
from tests.support.contents import DAY, DEVICE, VILLAGE, YEAR
from tests.support.machine import Rig
from tests.support.sealed_log import VKEY, SealedLog
from tests.support.sm2_desk import PASSPHRASE, Desk
from tests.support.sm2_people import equip
from tests.support.township import Township
from wire.approval import by_file, decision, sm2
from wire.approval.by_file import SigningAnswer
from wire.approval.sm2 import Sm2Signature
from wire.lists.content import Machines, Roster, Sm2Key

PNG = png(DOCUMENTS["residence"])
SMALL_PHONE = (390, 844)


@pytest.fixture
def base(db: None, settings: Settings, tmp_path: Path, journal: Journal) -> Township:
    hub.staff_site(settings, tmp_path)
    return hub.township(journal)


@pytest.fixture
def yi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk.open(tmp_path / "yi", monkeypatch)


@pytest.fixture
def township(base: Township, yi: Desk) -> Township:
    """The director has an SM2 key and no passkey."""
    return listing(base, key(yi))


def key(desk: Desk, start: int = -DAY, end: int = YEAR) -> Sm2Key:
    return desk.listed(now_ms() + start, now_ms() + end)


def listing(
    base: Township, *keys: Sm2Key, person: str = "yi", passkeys: bool = False, **how: Any
) -> Township:
    """The officers' next package names these keys for that person, and the hub imports it."""
    made = equip(base, {person: keys}, **how)
    if not passkeys:
        persons = dict(made.roster.persons)
        persons[person] = replace(persons[person], passkeys=())
        made = made.change(roster=replace(made.roster, persons=persons))
    authority.import_package(made.package, root_sha256=sha256(made.roots[0]).digest())
    return made


def file_it(pages: tuple[bytes, ...] = (PNG,)) -> int:
    """An application of the clerk's; its number."""
    form = {
        "title": "何春生居住证明", "purpose": "子女入学", "seal": "seal-committee",
        "impressions": "1", "seams": "0", "operators": ["wu"],
    }  # fmt: skip
    uploads = [SimpleUploadedFile("page.png", one, "image/png") for one in pages]
    checked = client("geng").post("/items/residence/new", {**form, "pages": uploads})
    kept = [one[:64] for one in checked.content.decode().split('name="page" value="')[1:]]
    filed = client("geng").post("/items/residence/new", {**form, "page": kept, "confirmed": "yes"})
    assert filed.status_code == 302
    return int(Filed.objects.latest("id").subject_id)


def fetch(number: int, person: str = "yi", carrier: str = "geng") -> Any:
    return client(carrier).get(f"/approvals/{number}/to-sign?person={person}")


def bring(data: bytes, carrier: str = "geng") -> Any:
    upload = SimpleUploadedFile("seal.signed", data)
    return client(carrier).post("/approvals/signed", {"signed": upload})


def signed(
    desk: Desk, township: Township, handed: bytes, typed: str = "同意", name: str = "a"
) -> bytes:
    """What the county's program makes of it."""
    file, package = desk.folder / f"{name}.tosign", desk.folder / "package.cbor"
    file.write_bytes(handed)
    package.write_bytes(township.package)
    status, answer = desk.approve(file, package, typed)
    assert status == 0
    return answer.read_bytes()


def code(answer: Any) -> str:
    """With which a page refuses."""
    assert answer.status_code in (400, 409), answer.status_code
    found = re.search(r"代码 (\w+)", answer.content.decode())
    assert found is not None
    return found[1]


def forged(answer: bytes, **changes: Any) -> bytes:
    """The approval's fields changed under the same signature."""
    made = by_file.decode_answer(answer)
    return by_file.encode_answer(replace(made, approval=replace(made.approval, **changes)))


def test_given_out_signed_and_taken_back(township: Township, yi: Desk) -> None:
    number = file_it()
    page = client("geng").get(f"/applications/{number}/").content.decode()
    assert "由 乙二亮 签" in page
    assert "不核验本人的指纹或人脸" in page
    assert "去审批签名" not in page
    answer = fetch(number)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer["Content-Disposition"] == f'attachment; filename="seal-{number}-yi.tosign"'
    asked = by_file.decode_request(answer.content)
    assert (asked.step, asked.person, asked.pages) == ("director", "yi", (PNG,))
    taken = bring(signed(yi, township, answer.content))
    assert (taken.status_code, taken["Location"]) == (302, f"/applications/{number}/")
    (decided,) = service.decisions(Subject.objects.get())
    assert isinstance(decided.proof, Sm2Signature)
    assert "已签名同意" in client("geng").get(taken["Location"]).content.decode()


def test_a_return_ends_it(township: Township, yi: Desk) -> None:
    number = file_it()
    assert bring(signed(yi, township, fetch(number).content, "退回")).status_code == 302
    assert "已退回" in client("geng").get(f"/applications/{number}/").content.decode()
    assert fetch(number).status_code == 400


def test_who_has_both_is_sent_to_the_passkey_first(base: Township, yi: Desk) -> None:
    listing(base, key(yi), passkeys=True)
    page = client("yi").get(f"/applications/{file_it()}/").content.decode()
    assert page.index("去审批签名") < page.index("没有通行密钥时")


class TestNotOffered:
    """Nothing is shown, nothing is given out, and a signature made all the same is refused."""

    def held(self, township: Township, yi: Desk, expected: str, **how: Any) -> None:
        number = file_it()
        page = client("geng").get(f"/applications/{number}/").content.decode()
        assert "没有通行密钥时" not in page
        assert code(fetch(number)) == "approver_not_entitled"
        assert code(bring(by_hand(township, yi, **how))) == expected
        assert service.decisions(Subject.objects.get()) == []

    def test_where_the_policy_takes_none(self, base: Township, yi: Desk) -> None:
        township = listing(base, key(yi), passkeys=True, suites=("passkey",))
        self.held(township, yi, "approval_suite")

    def test_where_the_matter_takes_passkeys_alone(self, base: Township, yi: Desk) -> None:
        catalogue = base.authority.catalogue
        strict = replace(catalogue.items["residence"], passkeys_only=True)
        items = {**catalogue.items, strict.id: strict}
        base = base.change(catalogue=replace(catalogue, items=items))
        self.held(listing(base, key(yi), passkeys=True), yi, "approval_suite")

    def test_by_a_key_that_ran_out(self, base: Township, yi: Desk) -> None:
        township = listing(base, key(yi, -YEAR, -DAY), passkeys=True)
        self.held(township, yi, "approval_invalid")

    def test_by_a_key_that_was_taken_back(self, base: Township, yi: Desk) -> None:
        township = listing(base, key(yi), passkeys=True)
        kid = township.roster.persons["yi"].sm2_keys[0].kid
        revoke("passkey", kid.hex()[:8], "密钥盘丢失", now_ms())
        self.held(township, yi, "approval_invalid")

    def test_by_somebody_who_is_not_asked(self, base: Township, yi: Desk) -> None:
        township = listing(base, key(yi), person="wu", passkeys=True)
        self.held(township, yi, "approver_not_entitled", person="wu")


def by_hand(township: Township, desk: Desk, step: str = "director", person: str = "yi") -> bytes:
    """An answer by that key which the program would not make, for the only application."""
    digest, roster = bytes(Subject.objects.get().hash), township.roster.version
    challenge = decision.challenge("application", digest, step, person, "approve", roster)
    with sm2_keys.opened(desk.key, lambda _: PASSPHRASE) as held:
        proof = Sm2Signature(held.public_key.kid, held.sign(sm2.to_be_signed(challenge)))
    approval = decision.Approval(step, person, "approve", roster, proof)
    return by_file.encode_answer(SigningAnswer(digest, approval))


class TestAnswers:
    @pytest.fixture
    def answer(self, township: Township, yi: Desk) -> bytes:
        return signed(yi, township, fetch(file_it()).content)

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"person": "jia"}, "approver_not_entitled"),
            ({"person": "bing"}, "approver_not_entitled"),
            ({"step": "secretary"}, "approval_invalid"),
            ({"step": "chair"}, "approval_invalid"),
            ({"decision": "return"}, "approval_invalid"),
            ({"roster": 1}, "approval_invalid"),
        ],
    )
    def test_whatever_else_it_says_under_that_signature_is_refused(
        self, answer: bytes, changes: dict[str, Any], expected: str
    ) -> None:
        assert code(bring(forged(answer, **changes))) == expected
        assert service.decisions(Subject.objects.get()) == []

    def test_another_persons_key_is_refused(
        self, answer: bytes, tmp_path: Path, township: Township, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        thief = Desk.open(tmp_path / "thief", monkeypatch)
        assert code(bring(by_hand(township, thief))) == "approval_invalid"

    def test_it_is_taken_once(self, answer: bytes) -> None:
        assert bring(answer).status_code == 302
        assert code(bring(answer)) == "approval_invalid"
        assert len(service.decisions(Subject.objects.get())) == 1

    def test_it_is_for_that_application_alone(self, answer: bytes) -> None:
        other = Subject.objects.get(pk=file_it(pages=(PNG, PNG)))
        made = replace(by_file.decode_answer(answer), subject=bytes(other.hash))
        assert code(bring(by_file.encode_answer(made))) == "approval_invalid"
        stranger = replace(made, subject=b"s" * 32)
        assert code(bring(by_file.encode_answer(stranger))) == "grant_unknown"

    @pytest.mark.parametrize("garbage", [b"", b"\xa0", b"PK\x03\x04" * 50, b"x" * 100_000])
    def test_garbage_gets_a_clear_answer(self, answer: bytes, garbage: bytes) -> None:
        assert code(bring(garbage)) == "bad_request"
        assert code(bring(answer + b"\0")) == "bad_request"
        assert code(client("geng").post("/approvals/signed", {})) == "bad_request"

    def test_a_roster_that_changed_since_asks_for_a_new_file(
        self, answer: bytes, township: Township
    ) -> None:
        newer = township.change(roster=township.roster)
        authority.import_package(newer.package, root_sha256=sha256(newer.roots[0]).digest())
        assert code(bring(answer)) == "approval_invalid"


class TestCarriers:
    def test_somebody_of_another_village_sees_nothing(self, township: Township, yi: Desk) -> None:
        number = file_it()
        answer = signed(yi, township, fetch(number).content)
        theirs = Township.build(now_ms=now_ms()).roster.persons.values()
        people = {f"s-{one.id}": replace(one, id=f"s-{one.id}") for one in theirs}
        sunset = Village(Roster(1, "sunset", people), Machines(1, {}))
        villages = (*township.authority.villages, sunset)
        made = township.sign(replace(township.authority, villages=villages))
        authority.import_package(made.package, root_sha256=sha256(made.roots[0]).digest())
        assert fetch(number, carrier="s-geng").status_code == 404
        assert bring(answer, carrier="s-geng").status_code == 404
        assert fetch(999).status_code == 404
        assert service.decisions(Subject.objects.get()) == []
        assert bring(answer, carrier="ren").status_code == 302

    def test_nobody_who_is_not_logged_in(self, township: Township, yi: Desk) -> None:
        number = file_it()
        answer = signed(yi, township, fetch(number).content)
        for reply in (
            Client().get(f"/approvals/{number}/to-sign?person=yi"),
            Client().post("/approvals/signed", {"signed": SimpleUploadedFile("x", answer)}),
        ):
            assert reply["Location"].startswith("/login/")
        assert service.decisions(Subject.objects.get()) == []

    def test_nobody_but_who_is_offered(self, township: Township) -> None:
        number = file_it()
        for person in ("jia", "geng", "nobody", "", "yi'"):
            assert code(fetch(number, person)) == "approver_not_entitled"
        assert code(client("geng").get(f"/approvals/{number}/to-sign")) == "approver_not_entitled"

    def test_pages_that_have_not_arrived_are_not_given_out(self, township: Township) -> None:
        number = file_it()
        store._path(sha256(PNG).digest()).unlink()
        assert code(fetch(number)) == "bad_request"

    def test_too_many_pages_for_a_file_are_said(
        self, township: Township, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = file_it()
        monkeypatch.setattr(by_file, "LIMIT", len(PNG))
        answer = fetch(number)
        assert "请用通行密钥" in answer.content.decode()
        assert code(answer) == "bad_request"


def test_a_correction_travels_alike(township: Township, journal: Journal, yi: Desk) -> None:
    stamped = journal.stamp(b"g" * 32, wall_ms=township.now_ms)
    hub.store(journal.written)
    typed = {"state": "lost", "reason": "姓名写错", "replacement": ""}
    client("geng").post(f"/corrections/new/{stamped.hash.hex()}", typed)
    found = Subject.objects.get(kind="correction")
    page = client("yi").get(deciding.page(found)).content.decode()
    assert "去签名作废" not in page
    assert "由 乙二亮 签" in page
    taken = bring(signed(yi, township, fetch(found.pk).content))
    assert taken["Location"] == f"/corrections/{found.pk}/"
    (decided,) = service.decisions(found)
    assert decided.person == "yi"


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
class TestPage:
    @pytest.fixture
    def answers(self, base: Township, yi: Desk) -> Answers:
        listing(base, key(yi), passkeys=True)
        number = file_it()
        said = ask(client("yi"), [f"/applications/{number}/"], ["hub/hub.css"])
        _, page = said[f"/applications/{number}/"]
        ((picture, token),) = re.findall(r'src="(/pages/[^"?]+)\?([^"]+)"', page.decode())
        seen = client("yi").get(f"{picture}?{token}")
        return {**said, picture: (dict(seen.items()), seen.content)}

    def test_the_second_way_stands_below_the_first(self, answers: Answers) -> None:
        path = next(iter(answers))
        for name, size in (("390", SMALL_PHONE), ("1440", DESK)):
            with browsers.chromium() as chromium, chromium.page(size) as page:
                serve(page, answers)
                page.goto(f"http://hub.localhost{path}")
                self.clean(page)
                screenshot(page, f"hub-by-file-{name}")

    def clean(self, page: Page) -> None:
        assert overflow(page) == []
        assert axe(page) == []
        first = page.get_by_role("link", name="去审批签名").bounding_box()
        second = page.locator("#by-file").bounding_box()
        assert first is not None
        assert second is not None
        assert first["y"] < second["y"]


def test_from_the_clerks_form_to_the_inspectors_verdict(
    db: None, settings: Settings, tmp_path: Path, yi: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """One approver signs with the county's program, one with a passkey; the machine stamps."""
    hub.staff_site(settings, tmp_path)
    rig = Rig.build(_folder(tmp_path / "machine"), policy={"log_key": VKEY}, now_ms=now_ms())
    rig.picture = b"a picture"
    rig.township = listing(rig.township, key(yi))
    number = file_it()
    assert bring(signed(yi, rig.township, fetch(number).content)).status_code == 302
    assert granted.granted(DEVICE) == []
    found = Subject.objects.get()
    _, application = by_file.signable(bytes(found.data))
    second = rig.township.approve(application, "secretary", "jia")  # type: ignore[arg-type]
    deciding.take(found, second, now_ms())
    (grant,) = granted.granted(DEVICE)
    rig.clock.wall = now_ms()
    rig.publish(grant)
    rig.stamp(grant)
    capsys.readouterr()
    said = verdict(SealedLog.of(rig).write(tmp_path / "bundle"), capsys)
    assert (said["status"], said["stamps"]) == (0, 1)
    assert application.village == VILLAGE


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
