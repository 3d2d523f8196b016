"""One application from its filing to the county's witness, as inspectors read it."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from hub.applications import status
from hub.approvals import service
from hub.blobs import store as blobs
from hub.clock import moment, now_ms
from hub.cosign.shown import Witnessed
from hub.devices import authority
from hub.ingest.models import Record
from hub.reading.models import Reading
from hub.records import index, timeline
from tests.hub import public_rig as hub
from tests.hub.alarm_rig import approve
from tests.hub.journal_rig import Journal
from tests.support.contents import CHAIR, DEVICE
from tests.support.township import Township
from wire.lists.content import Band

pytestmark = pytest.mark.django_db
UNSEEN = Witnessed(needed=False)


@pytest.fixture
def township(settings: Settings, tmp_path: Path, journal: Journal) -> Township:
    hub.staff_site(settings, tmp_path)
    made = hub.township(journal)
    journal.now_ms = made.now_ms + 60_000
    return made


def press(journal: Journal, grant: bytes, *, pressed: int = 1, before: bytes | None = None) -> None:
    """One opening with that many presses by the head's counter, and one picture after."""
    named: dict[str, Any] = {} if before is None else {"before": before}
    seq = journal.authorise(grant, unlatches=1, presses=1, **named).entry.seq
    counters = {"unlatches": 2, "presses": 1 + pressed}
    journal.write(
        "stamped",
        authorised=seq,
        grant=grant,
        after=bytes(32),
        findings=["new_impression"],
        **counters,
    )
    journal.write("relocked", authorised=seq, **counters)


def kept(journal: Journal) -> None:
    hub.store(journal.written)
    while index.step():
        pass


def test_the_story_tells_who_signed_what_when(journal: Journal, township: Township) -> None:
    filed = approve(township, impressions=2)
    grant = bytes(filed.subject.hash)
    hub.publish(township, [])
    press(journal, grant)
    press(journal, grant)
    kept(journal)
    story = timeline.story(grant, Witnessed(needed=True, size=6, at=moment(1)))
    assert story is not None
    assert (story.wanted, story.made) == (2, 2)
    assert [(one.zh, one.who) for one in story.events if one.row is None] == [
        ("提交申请", "庚七晨（geng）"),
        ("村委会主任签名同意", "乙二亮（yi）"),
        ("村党组织书记签名同意", "甲一明（jia）"),
        ("写进清单第 1 版", ""),
        ("全部入册，到第 5 号，回执已发", ""),
        ("县级已见证", ""),
    ]
    kinds = [one.row.entry.kind for one in story.events if one.row is not None]
    assert kinds == ["authorised", "stamped", "relocked"] * 2
    assert [one.uneven for one in story.presses] == [False, False]
    assert [(one.name, one.held) for one in story.pages] == [(bytes(range(32)).hex(), False)]


def test_the_story_names_the_office_of_a_step_that_a_band_demands(
    journal: Journal, township: Township
) -> None:
    catalogue = township.authority.catalogue
    banded = replace(catalogue.items["residence"], bands=(Band(500, (CHAIR,), resolution=False),))
    changed = replace(catalogue, items={**catalogue.items, "residence": banded})
    later = township.change(catalogue=changed)
    authority.import_package(later.package, root_sha256=sha256(later.roots[0]).digest())
    filed = approve(later, steps=0, amount=50_000)
    standing = status.standing(filed.subject, now_ms())
    given = later.approve(standing.application, "chair", "ding")
    service.submit(
        filed.subject, given, entitled=standing.waiting, lists=standing.lists, now_ms=now_ms()
    )
    story = timeline.story(bytes(filed.subject.hash), UNSEEN)
    assert story is not None
    assert ("股份经济合作社社长签名同意", "丁四朗（ding）") in [
        (one.zh, one.who) for one in story.events
    ]


def test_what_is_not_in_the_log_or_not_seen_says_so(journal: Journal, township: Township) -> None:
    grant = b"g" * 32
    press(journal, grant)
    kept(journal)
    story = timeline.story(grant, Witnessed(needed=True, size=2, at=moment(1)))
    assert story is not None
    assert story.application is None
    assert (story.events[-1].zh, story.events[-1].grave) == ("尚待县级见证", True)
    hub.store([journal.write("interrupted", authorised=1, returned=False, unlatches=2, presses=2)],
              logged=False)  # fmt: skip
    index.step()
    story = timeline.story(grant, UNSEEN)
    assert story is not None
    assert story.events[-1].zh == "等待入册"
    assert timeline.story(b"h" * 32, UNSEEN) is None


@pytest.mark.parametrize(("pressed", "uneven"), [(1, False), (0, True), (2, True)])
def test_presses_are_held_against_pictures(
    journal: Journal, township: Township, pressed: int, *, uneven: bool
) -> None:
    press(journal, b"g" * 32, pressed=pressed)
    kept(journal)
    story = timeline.story(b"g" * 32, UNSEEN)
    assert story is not None
    (one,) = story.presses
    assert (one.presses, one.pictures, one.uneven) == (pressed, 1, uneven)


def test_the_page_shows_photos_and_texts_beside_one_another(
    journal: Journal, township: Township
) -> None:
    filed = approve(township)
    grant = bytes(filed.subject.hash)
    photo = blobs.put(b"\xff\xd8\xff before", "photo", DEVICE)
    press(journal, grant, pressed=2, before=photo)
    kept(journal)
    Reading.objects.create(
        entry_hash=journal.written[0].hash,
        photo=photo,
        word="differs",
        differences=[["租金〔1,000〕元", "租金〔9,000〕元"]],
        read_ms=1,
    )
    client = Client()
    hub.sign_in(client, "ren")
    reply = client.get(f"/records/stamps/{grant.hex()}/")
    page = reply.content.decode()
    for words in (
        *("居住证明", "批准 1 次，已盖 1 次", "2 次", "与按压次数不一致", "批准的第 1 页"),
        *("租金〔9,000〕元", "与批准的页一致", f"/records/photos/{photo.hex()}", "照片未收到"),
    ):
        assert words in page, words
    assert reply["Cache-Control"] == "private, no-store"
    name = bytes(Record.objects.get(seq=1).entry_hash).hex()
    assert f"/records/stamps/{grant.hex()}/" in client.get(f"/records/{name}/").content.decode()
    assert client.get(f"/records/stamps/{'0' * 64}/").status_code == 404
    for person in ("jia", "gui"):
        hub.sign_in(client, person)
        assert client.get(f"/records/stamps/{grant.hex()}/").status_code == 403
