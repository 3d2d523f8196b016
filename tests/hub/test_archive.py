"""Ready, stamped, filed away: each page says so, and what was filed away is stamped no more."""

from hub.applications import inbox
from hub.applications.granted import granted, revision
from hub.applications.limits import Limits
from hub.applications.models import Act
from hub.approvals.models import Subject
from hub.clock import now_ms
from hub.records import index
from tests.hub import papers
from tests.hub import public_rig as hub
from tests.hub.flow_rig import approved, client, page, person
from tests.hub.journal_rig import Journal
from tests.hub.test_again import send
from tests.support.contents import DEVICE
from tests.support.township import Township


def stamp(journal: Journal, found: Subject) -> None:
    """The machine stamps it once more."""
    known = len(journal.written)
    journal.stamp(bytes(found.hash), wall_ms=now_ms())
    hub.store(journal.written[known:])
    index.step()


def listed(found: Subject) -> str:
    rows = inbox.of(person("geng"), Limits(), now_ms()).ended
    return next(row.state for row in rows if row.id == found.pk)


def archive(name: str, found: Subject, words: str = "第3盒第12号") -> int:
    answer = client(name).post(f"/applications/{found.pk}/archive", {"words": words})
    return int(answer.status_code)


def test_each_state_is_shown_and_what_is_filed_away_leaves_the_machines_list(
    township: Township, journal: Journal
) -> None:
    found = approved(township, impressions=2)
    path = f"/applications/{found.pk}/"
    assert (listed(found), archive("geng", found)) == ("approved", 409)
    stamp(journal, found)
    assert listed(found) == "approved"
    assert "已盖 1 次，共 2 次" in page("geng", "/")
    stamp(journal, found)
    assert listed(found) == "stamped"
    assert "已盖完" in page("geng", path)
    before = revision(DEVICE)
    assert (len(granted(DEVICE)), archive("wu", found)) == (1, 302)
    assert (granted(DEVICE), revision(DEVICE) > before) == ([], True)
    assert "归档：第3盒第12号" in page("geng", path)
    assert (listed(found), archive("geng", found)) == ("archived", 409)


def test_only_the_villages_staff_file_it_away_and_say_where(
    township: Township, journal: Journal
) -> None:
    found = approved(township)
    stamp(journal, found)
    assert [archive(name, found) for name in ("gui", "ren")] == [409, 409]
    assert [archive("geng", found, words) for words in ("", "长" * 201)] == [400, 400]
    assert not Act.objects.exists()
    assert "放在哪里" not in page("ren", f"/applications/{found.pk}/")


def test_a_void_stamp_is_made_up_for_by_an_application_that_says_what_changed(
    township: Township, journal: Journal
) -> None:
    old = approved(township)
    assert "盖错了，重办一份" not in page("geng", f"/applications/{old.pk}/")
    stamp(journal, old)
    assert "盖错了，重办一份" in page("geng", f"/applications/{old.pk}/")
    assert "盖错了，重办一份" not in page("wu", f"/applications/{old.pk}/")
    address = send(papers.PAPER, purpose="办社保", again=str(old.pk))
    assert "原来“子女入学”，现在“办社保”" in page("yi", address)
    made = Subject.objects.latest("id")
    stamped = next(one for one in journal.written if one.entry.kind == "stamped")
    form = page("geng", f"/corrections/new/{stamped.hash.hex()}")
    assert f'<option value="{bytes(made.hash).hex()}" selected>' in form.replace("\n", "")
