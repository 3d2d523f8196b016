"""`sealhub retain`: named before it is gone, held by whoever asks, and never back unsaid."""

from collections.abc import Collection
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import IntegrityError, transaction

from hub.alarms.models import Alarm
from hub.append_only import lifted
from hub.blobs import store as blobs
from hub.cases.limits import keep_days
from hub.cases.models import Case, CaseEnd, CaseItem
from hub.clock import now_ms
from hub.config import config as read_config
from hub.devices import authority
from hub.devices.models import ListVersion
from hub.ingest import receipts
from hub.ingest.batch import Batch
from hub.ingest.models import Conflict, Erased, Openings, Record
from hub.ingest.replay import replay
from hub.ingest.waiting import Waiting
from hub.log import store
from hub.log.models import Cosigned, Head, Leaf, Node
from hub.log.sequencer import Sequencer
from hub.operate.fsck.run import examine
from hub.operate.retain import frozen
from hub.operate.retain.run import Retained, preview, retain
from hub.reading.models import Reading
from hub.records import index
from hub.records.models import RecordPerson
from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.policy import read_policy
from inspector.verify import verify
from tests.hub import public_rig
from tests.hub.journal_rig import COUNTERS, Journal, Written
from tests.support.machine import Rig
from tests.support.sealed_log import VKEY, SealedLog
from tests.support.township import Township
from wire import messages, topics
from wire.lists import erased
from wire.lists.erased import DAY_MS
from wire.record.envelope import entry_hash

pytestmark = pytest.mark.django_db(databases=["default", "hotline"])
NAME = "town.example/log"
DEVICE = "sunrise-1"
OLD, NEW = b"the old page", b"the new page"


@pytest.fixture
def config(tmp_path: Path, settings: Any) -> Any:
    settings.STATE = tmp_path
    public_rig.write_config(tmp_path)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "log.pem").write_bytes(pem)
    own = {"state": tmp_path, "log_name": NAME, "log_key": tmp_path / "log.pem"}
    return SimpleNamespace(**own, affairs={}, applications={}, retain={}, site={})


class Town:
    """A stamp of a hundred days ago, or more of them, and one of today; photos may go after 30
    days, openings after 60.
    """

    def __init__(self, config: Any, olds: int = 1, **policy: object) -> None:
        self.config = config
        self.journal = Journal(now_ms=now_ms() - 100 * DAY_MS)
        days = {"photos_days": 30, "openings_days": 60, "quorum": 0, "witnesses": ()}
        self.township: Township = public_rig.township(self.journal, **(days | policy))
        public_rig.publish(self.township, ())
        self.old = self.journal.authorise(bytes(32), before=sha256(OLD).digest())
        for number in range(1, olds):
            self.journal.authorise(bytes([number]) * 32, before=sha256(bytes([number])).digest())
        for _ in range(3):
            self.journal.write("heartbeat", **COUNTERS)
        self.new = self.journal.authorise(b"n" * 32, before=sha256(NEW).digest(), wall_ms=now_ms())
        for photo in (OLD, NEW):
            blobs.put(photo, "photo", DEVICE)
        self.log(self.journal.written)

    def log(self, written: Collection[Written] = (), *, openings: bool = True) -> Batch:
        """What ingest does with it."""
        batch = Batch(authority.machines(), Waiting(), now_ms(), authority.record_keys())
        for one in written:
            batch.add(topics.up(DEVICE, "entry"), messages.encode_entries([one.envelope]))
            if one.openings is not None and openings:
                opened = messages.encode_openings([one.openings])
                batch.add(topics.up(DEVICE, "opening"), opened)
        batch.commit(store.Hashes())
        Sequencer.open(self.config).close()
        return batch

    def retain(self) -> Retained:
        return retain(self.config, now_ms())

    def erase(self) -> Retained:
        """Named, logged, erased."""
        self.retain()
        self.log()
        return self.retain()

    def faults(self) -> list[str]:
        return [one.code for one in examine(self.config) if one.code != "head_unpublished"]


@pytest.fixture
def town(config: Any) -> Town:
    return Town(config)


def _photo(data: bytes) -> bool:
    return blobs.get(sha256(data).digest()) is not None


def _opened(one: Written) -> bool:
    return Openings.objects.filter(entry_hash=one.hash).exists()


def test_what_is_old_is_named_in_the_log_and_then_erased(town: Town) -> None:
    size, count = store.size(), Record.objects.count()
    made = town.retain()
    assert [(one.what, one.first, one.last, one.count) for one in made.planned] == [
        ("photos", 1, 4, 1),
        ("openings", 1, 4, 1),
    ]
    assert (_photo(OLD), _opened(town.old)) == (True, True)
    town.log()
    leaves = [erased.find(data) for data in _leaves()[size:]]
    assert [one.what for one in leaves if one] == ["openings", "photos"]
    assert (_photo(OLD), _opened(town.old)) == (True, True)
    done = town.retain().done
    assert (done.photos, done.openings) == (1, 1)
    assert (_photo(OLD), _opened(town.old)) == (False, False)
    assert (_photo(NEW), _opened(town.new)) == (True, True)
    assert (Record.objects.count(), town.faults()) == (count, [])
    assert town.retain().planned == ()


def _leaves() -> list[bytes]:
    rows = Leaf.objects.order_by("index").values_list("data", flat=True)
    return [bytes(data) for data in rows]


def test_a_dry_run_names_and_erases_nothing(town: Town) -> None:
    assert len(preview(town.config, now_ms()).planned) == 2
    assert not Erased.objects.exists()
    assert _photo(OLD)


def test_a_run_before_ingest_plans_the_same_once(town: Town) -> None:
    assert town.retain().planned == town.retain().planned
    assert Erased.objects.count() == 2
    assert _photo(OLD)


def test_without_the_officers_periods_all_is_kept(config: Any) -> None:
    town = Town(config, photos_days=0, openings_days=0)
    assert town.retain().planned == ()


def test_a_period_that_grew_meanwhile_is_kept(town: Town) -> None:
    """The list that is logged with it says so: ingest does not name it."""
    town.retain()
    policy = replace(town.township.authority.policy, photos_days=400, openings_days=400)
    public_rig.publish(town.township.change(policy=policy), (), version=2)
    town.log()
    assert not any(map(erased.find, _leaves()))
    assert town.retain().planned == ()
    assert not Erased.objects.exists()


def test_nothing_goes_before_the_witnesses_have_seen_that_it_goes(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = replace(authority.policy(), quorum=1)
    monkeypatch.setattr(authority, "policy", lambda: asking)
    made = town.erase()
    assert (made.done.photos, made.waiting) == (0, 2)
    assert _photo(OLD)
    head = store.head()
    assert head is not None
    Cosigned.objects.create(id=1, checkpoint=head.checkpoint, size=head.size, seen_s=1)
    assert town.retain().done.photos == 1
    assert not _photo(OLD)


def _dispute(seq: int) -> None:
    """Another entry claims that place: it is held fast."""
    Conflict.objects.create(device=DEVICE, seq=seq, envelope=b"x", reason="fork", received_ms=1)


def test_around_what_somebody_holds_fast_the_rest_is_named(config: Any) -> None:
    town = Town(config, olds=3)
    _dispute(2)
    spans = {(one.first, one.last, one.count) for one in town.retain().planned}
    assert spans == {(1, 1, 1), (3, 6, 1)}
    town.log()
    assert town.retain().done.openings == 2
    assert _opened(town.journal.written[1])


def test_when_it_is_let_go_it_is_named_too(config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    town = Town(config, olds=3)
    _dispute(2)
    town.erase()
    monkeypatch.setattr("hub.ingest.journal.disputed", lambda _: set())
    assert {(one.first, one.last) for one in town.retain().planned} == {(2, 2)}


def test_what_is_held_between_name_and_erasure_stays(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case that was opened the day after; when it is closed, the erasure goes on."""
    town.retain()
    town.log()
    _dispute(1)
    made = town.retain()
    assert (made.done.photos, made.done.openings, made.waiting) == (0, 0, 2)
    assert _photo(OLD)
    assert _opened(town.old)
    monkeypatch.setattr("hub.ingest.journal.disputed", lambda _: set())
    assert town.retain().done.openings == 1


def test_an_emergency_that_nobody_reviewed_is_held_with_all_that_came_of_it(config: Any) -> None:
    town = Town(config)
    held = public_rig.declare(town.journal, b"e" * 32)
    after = town.journal.authorise(b"e" * 32)
    assert frozen.frozen([held.hash, after.hash]) == set()
    public_rig.store([held, after])
    assert frozen.frozen([held.hash, after.hash, town.old.hash]) == {held.hash, after.hash}


def test_a_holder_that_fails_stops_the_run(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Collection[bytes]) -> Collection[bytes]:
        raise OSError("the cases cannot be read")

    monkeypatch.setattr("hub.ingest.journal.disputed", fails)
    with pytest.raises(OSError, match="cases"):
        town.retain()
    assert _photo(OLD)
    assert not Erased.objects.exists()


def test_a_photo_that_a_newer_entry_names_too_stays(config: Any) -> None:
    town = Town(config)
    town.log([town.journal.authorise(b"m" * 32, before=sha256(OLD).digest(), wall_ms=now_ms())])
    assert town.erase().done.photos == 0
    assert (_photo(OLD), _opened(town.old)) == (True, False)


def test_what_was_read_from_a_photo_goes_with_it(town: Town) -> None:
    Reading.objects.create(
        entry_hash=town.old.hash,
        photo=sha256(OLD).digest(),
        word="differs",
        differences=[["张三的申请", "李四的申请"]],
        read_ms=1,
    )
    town.erase()
    assert Reading.objects.get().differences == []


def test_the_database_itself_lets_nothing_go_that_the_log_does_not_name(town: Town) -> None:
    town.retain()
    with pytest.raises(IntegrityError), transaction.atomic():
        Openings.objects.filter(entry_hash=town.old.hash).delete()
    town.log()
    with pytest.raises(IntegrityError), transaction.atomic():
        Openings.objects.filter(entry_hash=town.new.hash).delete()
    for changed in ({"last_seq": 99}, {"leaf_index": 1}, {"device": "moon-1"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Erased.objects.update(**changed)
    with pytest.raises(IntegrityError), transaction.atomic():
        Erased.objects.all().delete()
    Openings.objects.filter(entry_hash=town.old.hash).delete()


def test_an_erased_opening_that_is_sent_again_does_not_come_back(town: Town) -> None:
    """The machine gets its receipt all the same."""
    town.erase()
    batch = town.log(town.journal.written)
    assert (_opened(town.old), _opened(town.new)) == (False, True)
    told = [
        seq
        for _, payload in receipts.due(batch.due, store.Hashes())
        for seq, _ in messages.decode_receipts(payload)
    ]
    assert 1 in told


def test_an_older_database_learns_from_the_second_store_what_was_erased(town: Town) -> None:
    """The backup was made before the leaf; what it brought back is said, and goes again."""
    town.retain()
    size = store.size()
    town.log()
    with transaction.atomic(), lifted(("log_leaf", "log_node", "ingest_erased")):
        Leaf.objects.filter(index__gte=size).delete()
        for node in Node.objects.all():
            if (node.index + 1) << node.level > size:
                node.delete()
        Erased.objects.all().delete()
        Head.objects.all().delete()
    assert replay(town.config, now_ms()) == 2
    assert sorted(Erased.objects.values_list("what", "first_seq", "last_seq", "done_ms")) == [
        ("openings", 1, 4, None),
        ("photos", 1, 4, None),
    ]
    assert town.faults().count("erased_here") == 2
    assert town.retain().done.openings == 1
    assert town.faults() == []


@pytest.fixture
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A machine that stamped, in a township whose officers say how long things are kept."""
    days = {"log_key": VKEY, "photos_days": 30, "openings_days": 60}
    made = Rig.build(tmp_path_factory.mktemp("machine"), policy=days, now_ms=now_ms())
    made.stamp(made.grant())
    return made


@pytest.mark.parametrize(("days", "gone"), [(40, "photos"), (70, "openings")])
def test_the_inspector_is_told_and_what_remains_still_verifies(
    rig: Rig, config: Any, tmp_path: Path, days: int, gone: str
) -> None:
    """By the inspector's own code, over what the hub has left; not without the leaf."""
    sealed = SealedLog.of(rig)
    authority.import_package(rig.township.package, root_sha256=sha256(sealed.root).digest())
    _publish(sealed)
    for photo in sealed.photos.values():
        blobs.put(photo, "photo", DEVICE)
    later = now_ms() + days * DAY_MS
    for _ in range(3):
        _ingest(sealed, config)
        size = next((n for n, one in enumerate(_leaves()) if erased.find(one)), 0)
        retain(config, later)
    sealed.leaves = _leaves()
    sealed.openings = {bytes(one.entry_hash): bytes(one.data) for one in Openings.objects.all()}
    sealed.photos = {one: data for one in sealed.photos if (data := blobs.get(one)) is not None}
    assert not sealed.photos
    folder = sealed.write(tmp_path / "bundle")
    report = verify(Bundle.open(folder), read_policy(folder / "policy.json"), now_ms=later)
    assert (report.stamps, report.entries) == (1, Record.objects.count())
    assert {one.what for one in report.erased} == {gone}
    folder = replace(sealed, leaves=sealed.leaves[:size]).write(tmp_path / "cut")
    with pytest.raises(NotVerifiedError, match=gone.removesuffix("s")):
        verify(Bundle.open(folder), read_policy(folder / "policy.json"), now_ms=later)


def _publish(sealed: SealedLog) -> None:
    for version, (digest, data) in enumerate(sealed.lists.items(), start=2):
        ListVersion.objects.create(
            device=DEVICE,
            version=version,
            sha256=digest,
            bundle=data,
            published_ms=1,
            expires_ms=2,
            leaf_index=None,
        )


def _ingest(sealed: SealedLog, config: Any) -> None:
    batch = Batch(authority.machines(), Waiting(), now_ms(), authority.record_keys())
    for leaf in sealed.leaves:
        if leaf.startswith(b"\xd2"):
            batch.add(topics.up(DEVICE, "entry"), messages.encode_entries([leaf]))
            opened = sealed.openings.get(entry_hash(leaf))
            if opened is not None:
                batch.add(topics.up(DEVICE, "opening"), messages.encode_openings([opened]))
    batch.commit(store.Hashes())
    Sequencer.open(config).close()


def test_a_case_and_an_alarm_without_an_outcome_hold_what_they_are_about(config: Any) -> None:
    town = Town(config, olds=3)
    first, second, _ = town.journal.written[:3]
    index.step()
    case = Case.objects.create(title="一号案", opener="ren", opened_ms=1)
    grant = bytes(32)
    CaseItem.objects.create(
        case=case, kind="record", entry_hash=first.hash, grant=grant, person="ren", made_ms=1
    )
    alarm = _alarm(second.hash)
    assert frozen.frozen([one.hash for one in town.journal.written]) == {first.hash, second.hash}
    assert {(one.first, one.last) for one in town.retain().planned} == {(3, 6)}
    ended = now_ms() - (keep_days(read_config()) + 1) * DAY_MS
    CaseEnd.objects.create(case=case, outcome="founded", words="ok", person="ren", made_ms=ended)
    Alarm.objects.filter(pk=alarm.pk).update(settled_ms=1)
    assert frozen.frozen([one.hash for one in town.journal.written]) == set()


def test_an_alarm_about_an_application_holds_its_stamps(config: Any) -> None:
    town = Town(config)
    index.step()
    _alarm(None, grant=bytes(32).hex())
    assert frozen.frozen([one.hash for one in town.journal.written]) == {town.old.hash}


def test_who_took_part_is_forgotten_with_the_opening(town: Town) -> None:
    index.step()
    named = RecordPerson.objects.filter(record__entry_hash=town.old.hash)
    assert named.exists()
    town.erase()
    assert not named.exists()
    assert RecordPerson.objects.filter(record__entry_hash=town.new.hash).exists()


def _alarm(entry: bytes | None, **told: str) -> Alarm:
    times = {"since_ms": 1, "raised_ms": 1, "due_ms": 1}
    return Alarm.objects.create(
        rule="machine", cause=bytes(32), device=DEVICE, village="sunrise", entry_hash=entry,
        told=told, **times,
    )  # fmt: skip
