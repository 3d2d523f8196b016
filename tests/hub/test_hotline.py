"""A villager reports, keeps a code, hears an answer and judges it; what may not be taken is not."""

import logging
from pathlib import Path

import pytest
from django.db import DatabaseError, connections, transaction
from pytest_django.fixtures import Settings

from hub.audit.models import Erasure
from hub.clock import now_ms
from hub.hotline import codes, erasable, file, opening, vault
from hub.hotline.models import (
    Act,
    Case,
    Identity,
    Message,
    Opened,
    Opening,
    Original,
    Verdict,
)
from hub.hotline.quiet import Lines
from hub.hotline.routing import COUNTY, routes
from hub.intake.reasons import TABLE
from hub.operate.fsck import reports
from hub.operate.retain import rows
from tests.hub import papers
from tests.hub.hotline_rig import BOTH, VOICE, WORDS, Reporter, newest, prepare, staff, upload
from tests.hub.journal_rig import Journal
from tests.hub.public_rig import store
from tests.hub.test_intake import HOSTILE, SVG
from tests.support.township import Township
from wire.stamp_code import StampCode

pytestmark = pytest.mark.django_db(databases=BOTH)


@pytest.fixture
def reporter(township: Township, settings: Settings, tmp_path: Path) -> Reporter:
    prepare(tmp_path)
    return Reporter(settings)


def step(number: int, what: str, words: str = "按规定办", **fields: object) -> None:
    path = f"/hotline/{number}/act"
    answer = staff("ren").post(path, {"what": what, "words": words, **fields})
    assert answer.status_code == 302, answer.content.decode()


def answered(number: int, words: str = "已查实，钱已退回。") -> None:
    for what in ("accepted", "forwarded", "closed"):
        step(number, what)
    step(number, "answered", words)


def test_a_report_is_kept_answered_and_judged_by_its_code(reporter: Reporter) -> None:
    code = reporter.report()
    assert "待受理" in reporter.look(code.replace(" ", "-"))
    case = newest()
    assert WORDS in staff("ren").get(f"/hotline/{case.pk}/").content.decode()
    staff("ren").post(f"/hotline/{case.pk}/say", {"words": "是哪一段路？"})
    assert "是哪一段路？" in reporter.look(code)
    reporter.post("/look/say", {"code": code, "words": "村口那一段。"})
    assert "村口那一段。" in staff("ren").get(f"/hotline/{case.pk}/").content.decode()
    answered(case.pk)
    assert "已查实，钱已退回。" in reporter.look(code)
    assert "不满意，再办" in reporter.post("/look/rate", {"code": code, "verdict": "no"})
    step(case.pk, "closed")
    step(case.pk, "answered", "又查了一遍。")
    assert "对再次答复满意吗" in reporter.look(code)
    ended = reporter.post("/look/rate", {"code": code, "verdict": "no"})
    assert ("结束" in ended, "可以向上一级反映" in ended) == (True, True)
    reporter.post("/look/rate", {"code": code, "verdict": "yes"}, 400)
    assert "红牌" in staff("ren").get("/hotline/?state=done").content.decode()


def test_the_code_is_typed_back_before_leaving(reporter: Reporter) -> None:
    code = reporter.report()
    assert "编号抄对了" in reporter.post("/typed/", {"shown": code, "code": code.replace(" ", "")})
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert code in reporter.post("/typed/", {"shown": code, "code": wrong}, 400)


def test_another_code_finds_nothing_and_says_the_same_as_a_wrong_one(reporter: Reporter) -> None:
    reporter.report()
    unknown = reporter.look("1234 5678 9012 3452", 404).replace("1234 5678 9012 3452", "")
    assert unknown == reporter.look("123", 404).replace("123", "", 1).replace(
        'value="123"', 'value=""'
    )


def test_sent_twice_it_is_one_report(reporter: Reporter) -> None:
    fields = reporter.form()
    assert reporter.post("/report/", fields) == reporter.post("/report/", fields)
    assert Case.objects.count() == 1


@pytest.mark.parametrize("concern", [one.id for one in routes().values() if one.to == COUNTY])
def test_of_what_is_for_the_county_nothing_is_taken(reporter: Reporter, concern: str) -> None:
    """Also from a form that was opened for somebody else, and had its concern changed."""
    shown = reporter.get(f"/report/?concern={concern}")
    assert ("<textarea" in shown, "12388" in shown, "/sheet/" in shown) == (False, True, True)
    assert "<textarea" not in reporter.post("/report/", {**reporter.form(), "concern": concern})
    assert (Case.objects.count(), Message.objects.count()) == (0, 0)
    assert "12388" in reporter.get("/sheet/")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"words": " "}, "words"),
        ({"words": "字" * 4001}, "words"),
        ({"words": "\x00"}, "words"),
        ({"who": "named", "name": ""}, "name"),
        ({"who": ""}, "who"),
        ({"accused": "名" * 33}, "accused"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    reporter: Reporter, changes: dict[str, str], field: str
) -> None:
    said = reporter.post("/report/", {**reporter.form(), "phone": "0570 1234567", **changes}, 400)
    assert (f'id="{field}-error"' in said, "0570 1234567" in said) == (True, True)
    assert not Case.objects.exists()


def test_nobody_is_sent_back_to_those_whom_it_is_about(reporter: Reporter, tmp_path: Path) -> None:
    """Where it leads past the township neither its telephone nor its address stands."""
    with (tmp_path / "hub.toml").open("a") as toml:
        toml.write('\n[hotline]\ntownship_address = "示例街 2 号"\n')
        toml.write('[hotline.telephones]\n"镇监察站" = "0570 1234567"\n')
    assert all(
        one in reporter.get("/") for one in ("0570 1234567", "示例街 2 号", "12388", "12345")
    )
    for path in ("/report/?concern=inspection", "/report/?concern=leader", "/sheet/"):
        said = reporter.get(path)
        assert not any(one in said for one in ("0570 1234567", "示例街 2 号")), path
        assert "12388" in said


def test_first_it_asks_whom_it_concerns_and_which_village(reporter: Reporter) -> None:
    assert 'id="concern-error"' in reporter.get("/report/", 400)
    assert 'id="village-error"' in reporter.get("/report/?concern=head&village=moon", 400)
    assert "<textarea" in reporter.get("/report/?concern=township")


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (
            f"stamp:{'ab' * 32}",
            "一次盖章（编号 " + StampCode.of(1, bytes.fromhex("ab" * 32)).spoken,
        ),
        (f"notice:{'ab' * 32}.2", "一份公开内容（编号 abababab，第 2 版）"),
        (f"payment:{'ab' * 32}.2.7", "一份公开内容（编号 abababab，第 2 版）里的第 7 笔"),
    ],
)
def test_it_may_be_attached_to_a_stamp_a_payment_or_a_notice(
    reporter: Reporter, about: str, words: str
) -> None:
    assert words in reporter.get(f"/?about={about}&village=sunrise")
    reporter.report(about=about)
    assert words in staff("ren").get(f"/hotline/{newest().pk}/").content.decode()


@pytest.mark.parametrize("about", ["<script>alert(1)</script>", "stamp:ab12", "notice:林小满"])
def test_what_no_page_of_ours_wrote_is_attached_to_nothing(reporter: Reporter, about: str) -> None:
    assert about not in reporter.get(f"/?about={about}&village=sunrise")
    reporter.report(about=about)
    assert newest().about == ""


def test_the_inspector_opens_the_record_of_a_stamp(reporter: Reporter) -> None:
    journal = Journal()
    stamped = journal.stamp(b"g" * 32)
    store(journal.written)
    reporter.report(about=f"stamp:{stamped.hash.hex()}")
    said = staff("ren").get(f"/hotline/{newest().pk}/").content.decode()
    path = f"/records/{stamped.hash.hex()}/"
    assert f'href="{path}"' in said
    assert staff("ren").get(path).status_code == 200


def test_a_photo_is_drawn_anew_and_its_original_sealed(reporter: Reporter) -> None:
    given = papers.located()
    reporter.report(files=[upload(given, "a.jpg"), upload(VOICE, "b.amr")])
    photo, voice = Original.objects.order_by("pk")
    shown = staff("ren").get(f"/hotline/{newest().pk}/photos/{photo.pk}")
    assert (shown.content[:3], b"Invented Phone" in shown.content) == (b"\xff\xd8\xff", False)
    assert (voice.kind, voice.redrawn) == ("voice", None)
    assert staff("ren").get(f"/hotline/{newest().pk}/photos/{voice.pk}").status_code == 404
    for one in (photo, voice):
        assert b"Invented Phone" not in bytes(one.sealed)
        assert VOICE[:40] not in bytes(one.sealed)


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [(file, make, code) for make, file, code in HOSTILE.values() if file != "a.pdf"],
)
def test_hostile_pictures_are_refused_as_everywhere(
    reporter: Reporter, name: str, make: object, code: str
) -> None:
    assert callable(make)
    said = reporter.post("/report/", {**reporter.form(), "files": [upload(make(), name)]}, 400)
    assert (TABLE[code][0] in said, WORDS in said) == (True, True)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.svg", SVG),
        ("a.png", SVG),
        ("a.html", b"<html><script>alert(1)</script>"),
        ("a.pdf", papers.scan()),
        ("a.docx", papers.packed(a_txt=b"x")),
        ("a.mp3", b"MZ\x90\x00 program"),
        ("a.exe", b"ID3" + bytes(40)),
        ("a.wav", b"RIFF\x00\x00\x00\x00AVI " + bytes(40)),
        ("a.m4a", b"\x00\x00\x00\x18ftypheic" + bytes(40)),
        ("a.mp3", b"ID3" + bytes(10 << 20)),
        ("empty", b""),
    ],
)
def test_what_is_no_photo_and_no_voice_is_not_taken(
    reporter: Reporter, name: str, data: bytes
) -> None:
    said = reporter.post("/report/", {**reporter.form(), "files": [upload(data, name)]}, 400)
    assert 'id="files-error"' in said
    assert not Original.objects.exists()


def asked(number: int) -> str:
    """The inspector asks who reported; the code that he is shown."""
    said = staff("ren").post(f"/hotline/{number}/ask", {"reason": "要当面核实"}).content.decode()
    return said.split('<p class="card">')[1].split("</p>")[0]


def named(reporter: Reporter) -> Case:
    reporter.report(who="named", name="林小满", phone="0570 1234567", elder="林阿婆")
    return newest()


def test_who_reported_is_known_once_a_second_person_granted_it(reporter: Reporter) -> None:
    case = named(reporter)
    code = asked(case.pk)
    reporter.post("/opened/", {"code": code}, 404)
    row = Opening.objects.get()
    assert "要当面核实" in staff("gui").get("/hotline/openings/").content.decode()
    assert staff("ren").get("/hotline/openings/").status_code == 403
    path = f"/hotline/openings/{row.pk}/judge"
    assert staff("ren").post(path, {"verdict": "grant"}).status_code == 403
    assert staff("gui").post(path, {"verdict": "grant"}).status_code == 302
    assert staff("gui").post(path, {"verdict": "grant"}).status_code == 400
    shown = reporter.post("/opened/", {"code": code})
    assert all(one in shown for one in ("林小满", "0570 1234567", "林阿婆"))
    assert "打开" in staff("gui").get("/hotline/openings/?decided").content.decode()
    assert Opened.objects.count() == 1


def test_a_refused_or_old_grant_opens_nothing(reporter: Reporter) -> None:
    case = named(reporter)
    code = asked(case.pk)
    row = Opening.objects.get()
    staff("gui").post(f"/hotline/openings/{row.pk}/judge", {"verdict": "refuse"})
    reporter.post("/opened/", {"code": code}, 404)
    second = asked(case.pk)
    Verdict.objects.create(
        opening=Opening.objects.latest("pk"), person="gui", granted=True, made_ms=1
    )
    reporter.post("/opened/", {"code": second}, 404)
    assert not Opened.objects.exists()


def test_a_voice_as_it_came_goes_the_same_way(reporter: Reporter) -> None:
    reporter.report(files=[upload(VOICE, "a.amr")])
    code, voice = asked(newest().pk), Original.objects.get()
    fields = {"code": code, "number": voice.pk}
    reporter.post("/opened/file", fields, 404)
    row = Opening.objects.get()
    staff("gui").post(f"/hotline/openings/{row.pk}/judge", {"verdict": "grant"})
    assert reporter.post("/opened/file", fields).startswith("#!AMR")
    reporter.post("/opened/file", {**fields, "number": voice.pk + 1}, 404)
    assert Opened.objects.get().original == voice.pk


def test_the_staff_process_cannot_read_who_reported(
    reporter: Reporter, settings: Settings, tmp_path: Path
) -> None:
    """Whoever took it over has all its tables, its code and its settings."""
    case = named(reporter)
    sealed = bytes(Identity.objects.get(case=case).sealed)
    rows = b"".join(table(name) for name in connections["hotline"].introspection.table_names())
    for secret in ("林小满", "0570 1234567", "林阿婆"):
        assert secret.encode() not in rows
        assert secret not in staff("ren").get(f"/hotline/{case.pk}/").content.decode()
    assert settings.SITE == "staff"
    with pytest.raises(vault.VaultError):
        vault.unpack(sealed)
    code = asked(case.pk)
    row = Opening.objects.get()
    Verdict.objects.create(opening=row, person="gui", granted=True, made_ms=now_ms())
    found = opening.find(code, 24, now_ms())
    assert found is not None
    with pytest.raises(vault.VaultError):
        opening.who(found, now_ms())
    (tmp_path / vault.NAME).unlink()
    assert staff("ren").get(f"/hotline/{case.pk}/").status_code == 200


def table(name: str) -> bytes:
    with connections["hotline"].cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608
        return repr(cursor.fetchall()).encode()


def test_nobody_grants_his_own_request_past_the_pages(reporter: Reporter) -> None:
    reporter.report(who="named", name="林小满", files=[upload(VOICE, "a.amr")])
    case = newest()
    asked(case.pk)
    row = Opening.objects.get()
    for wrong in (
        lambda: Verdict.objects.create(opening=row, person="ren", granted=True, made_ms=1),
        lambda: Opened.objects.create(opening=row, made_ms=1),
        lambda: Opening.objects.all().delete(),
        lambda: Message.objects.update(words="另一件事"),
        lambda: Original.objects.update(sealed=b""),
        lambda: Identity.objects.all().delete(),
        lambda: Act.objects.create(case=case, what="lost", made_ms=1),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(using="hotline"):
            wrong()


def test_the_code_is_kept_as_nothing_that_could_be_guessed_fast(reporter: Reporter) -> None:
    code = reporter.report()
    held = bytes(newest().code)
    assert held == codes.kept(code.replace(" ", ""), codes.REPORT)
    assert held != codes.kept(code.replace(" ", ""), codes.OPENING)
    assert file.find(held) == newest()


def test_no_address_and_no_text_stands_in_a_log(reporter: Reporter) -> None:
    try:
        raise ValueError(WORDS)
    except ValueError as error:
        record = logging.LogRecord(
            "django.request", logging.ERROR, __file__, 1, "%s from 192.0.2.7", (WORDS,),
            (type(error), error, error.__traceback__),
        )  # fmt: skip
    said = Lines().format(record)
    assert "ValueError" in said
    assert not any(one in said for one in ("192.0.2.7", WORDS, "from"))


def sees(person: str, case: Case) -> bool:
    """Whether any of his pages shows that report, or that there is one."""
    client = staff(person)
    listed = f"/hotline/{case.pk}/" in client.get("/hotline/").content.decode()
    opened = client.get(f"/hotline/{case.pk}/").status_code == 200
    assert listed == opened
    for what in ("act", "say", "exclude", "ask"):
        fields = {"what": "accepted", "words": "", "who": "", "reason": ""}
        reached = client.post(f"/hotline/{case.pk}/{what}", fields).status_code == 400
        assert reached == opened, what
    return opened


def test_attack_the_accused_inspector_looks_for_the_report_about_him(
    reporter: Reporter, township: Township
) -> None:
    name = township.roster.persons["ren"].name
    reporter.report(accused=f"纪委的 {name[0]} {name[1:]}")
    assert not sees("ren", newest())
    reporter.report()
    assert sees("ren", newest())
    staff("ren").post(f"/hotline/{newest().pk}/exclude", {"who": "ren"})
    assert not sees("ren", newest())


@pytest.mark.parametrize("person", ["yi", "jia", "geng", "wu", "bing", "gui"])
def test_attack_the_villages_staff_and_leaders_look_for_a_report(
    reporter: Reporter, person: str
) -> None:
    reporter.report(concern="head")
    assert not sees(person, newest())


def test_attack_an_accused_superior_learns_and_grants_nothing(
    reporter: Reporter, township: Township
) -> None:
    reporter.report(accused=township.roster.persons["gui"].name, concern="township", village="")
    asked(newest().pk)
    row = Opening.objects.get()
    assert "要当面核实" not in staff("gui").get("/hotline/openings/").content.decode()
    answer = staff("gui").post(f"/hotline/openings/{row.pk}/judge", {"verdict": "grant"})
    assert (answer.status_code, Verdict.objects.count()) == (400, 0)


def test_an_answered_report_goes_when_its_days_are_over_and_its_openings_stay(
    reporter: Reporter,
) -> None:
    open_code = reporter.report()
    code = reporter.report(who="named", name="林小满", files=[upload(VOICE, "a.amr")])
    asked(newest().pk)
    answered(newest().pk)
    year_ms = 365 * rows.DAY_MS
    assert rows.erase({"reports": 30}, now_ms())[0].count == 0
    assert rows.planned({"reports": 30}, now_ms() + year_ms)[0].count == 1
    assert rows.erase({"reports": 30}, now_ms() + year_ms)[0].count == 1
    reporter.look(code, 404)
    assert WORDS in reporter.look(open_code)
    assert (Identity.objects.count(), Original.objects.count(), Opening.objects.count()) == (
        0,
        0,
        1,
    )
    assert Erasure.objects.get().what == "reports"
    with pytest.raises(DatabaseError), transaction.atomic(using="hotline"):
        erasable.erase([newest().pk])


def test_a_spoilt_original_is_found(reporter: Reporter) -> None:
    reporter.report(files=[upload(VOICE, "a.amr")])
    assert list(reports.examine()) == []
    one = Original.objects.get()
    with connections["hotline"].cursor() as cursor:
        cursor.execute("DROP TRIGGER hotline_original_freeze")
    Original.objects.update(sealed=b"another")
    assert [fault.place for fault in reports.examine()] == [f"{newest().pk}/{one.pk}"]
