"""The township's end of a stick, without any broker: whatever lies in a machine's folder."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.carrier import take
from hub.carrier.report import Report
from hub.clock import now_ms
from hub.ingest import spool
from stick import files
from stick.files import Source
from sync import held
from tests.hub.journal_rig import COUNTERS, Journal, Written
from tests.support.broker import until
from tests.support.contents import DEVICE
from tests.support.hub import Hub
from wire import messages
from wire.approval import draft
from wire.approval.draft import Draft
from wire.carried import Item
from wire.errors import WireError
from wire.lists.adopt import adopt

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("carrier")]
GRANT = b"g" * 32


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """Ingest and work run; no broker was ever started."""
    made = Hub.build(tmp_path_factory.mktemp("carrier"), now_ms(), broker=False)
    try:
        made.start("ingest")
        made.start("work")
        until(lambda: made.rows("SELECT 1 FROM devices_listversion") != [], "a list is published")
        yield made
    finally:
        made.close()


@dataclass
class Stick:
    """A stick on its way, and the hub at which it arrives."""

    hub: Hub
    folder: Path

    def put(
        self,
        written: Sequence[Written],
        *photos: bytes,
        openings: bool = True,
        device: str = DEVICE,
    ) -> None:
        """What a machine's `sealctl carry` would write."""
        sources = []
        if written:
            entries = messages.encode_entries([one.envelope for one in written])
            sources.append(_source("entries", entries))
        beside = [one.openings for one in written if one.openings is not None]
        if openings and beside:
            sources.append(_source("openings", messages.encode_openings(beside)))
        sources += [_source("photo", one) for one in photos]
        files.put(self.folder, device, "up", sources, made_ms=1)

    def carry(self) -> tuple[int, str]:
        """Exit status and everything that was said."""
        done = self.hub.command("carry", str(self.folder))
        return done.returncode, done.stdout + done.stderr

    def down(self, kind: str, device: str = DEVICE) -> list[bytes]:
        with files.opened(self.folder, device, "down") as found:
            items = found.manifest.items if found.manifest else ()
            read = [found.data(item) for item in items if item.kind == kind]
        return [data for data in read if data is not None]

    def receipts(self) -> dict[int, bytes]:
        return {
            seq: proof
            for data in self.down("receipts")
            for seq, proof in messages.decode_receipts(data)
        }


@pytest.fixture
def stick(hub: Hub, tmp_path: Path) -> Stick:
    return Stick(hub, tmp_path)


def _source(kind: str, data: bytes) -> Source:
    return Source(Item(kind, len(data), hashlib.sha256(data).digest()), lambda: data)


def beats(hub: Hub, count: int = 2) -> list[Written]:
    return [hub.journal.write("heartbeat", **COUNTERS) for _ in range(count)]


def stored(hub: Hub, written: Written) -> bool:
    query = "SELECT 1 FROM ingest_record WHERE entry_hash = ?"
    return hub.rows(query, written.hash) != []


def photo(name: bytes) -> bytes:
    return b"\xff\xd8\xff" + name * 100


def kept(hub: Hub, data: bytes) -> bool:
    name = hashlib.sha256(data).hexdigest()
    return (hub.state / "blobs" / name[:2] / name).exists()


def test_everything_arrives_and_receipts_and_the_list_go_back(hub: Hub, stick: Stick) -> None:
    picture = photo(b"before")
    before = hashlib.sha256(picture).digest()
    written = [*beats(hub), hub.journal.authorise(GRANT, before=before)]
    stick.put(written, picture)
    status, said = stick.carry()
    assert status == 0, said
    assert kept(hub, picture)
    for one in written:
        hub.verify(one, stick.receipts()[one.entry.seq])
    lists = adopt(
        hub.township.pinned(), stick.down("list")[0], device=DEVICE, now_ms=now_ms()
    ).lists
    assert lists is not None
    (word,) = stick.down("held")
    has = held.photos(word, device=DEVICE, ca=hub.state / "tls" / "ca.pem", now_ms=now_ms())
    assert has == {before}


def test_the_same_stick_twice_changes_nothing(hub: Hub, stick: Stick) -> None:
    written = beats(hub)
    stick.put(written)
    assert stick.carry()[0] == 0
    count = hub.rows("SELECT count(*) FROM log_leaf")
    first = set(stick.receipts())
    assert stick.carry()[0] == 0
    assert set(stick.receipts()) == first == {one.entry.seq for one in written}
    assert hub.rows("SELECT count(*) FROM ingest_record WHERE seq = ?", written[0].entry.seq) == [
        (1,)
    ]
    assert hub.rows("SELECT count(*) FROM log_leaf")[0][0] - count[0][0] <= 1  # a renewed list
    assert not list(spool.folder(hub.state).iterdir())


def test_a_forged_entry_is_named_and_the_honest_ones_are_taken(hub: Hub, stick: Stick) -> None:
    honest = beats(hub)
    forger = Journal(now_ms=hub.journal.now_ms)
    forged = [forger.write("heartbeat", **COUNTERS) for _ in range(2)]
    stick.put([*honest, *forged])
    status, said = stick.carry()
    assert status == 1
    assert said.count("was not signed by this machine") == 2
    assert all(stored(hub, one) for one in honest)
    assert not any(stored(hub, one) for one in forged)
    assert stick.receipts().keys() == {one.entry.seq for one in honest}


def test_another_machines_entries_and_an_unknown_machines_folder_are_left(
    hub: Hub, stick: Stick
) -> None:
    other = Journal(device="sunset-1", now_ms=hub.journal.now_ms, signer=hub.journal.signer)
    stick.put([other.authorise(GRANT)])
    stick.put([], device="nobody-1")
    nobody = sorted((stick.folder / "sealctl" / "nobody-1").rglob("*"))
    status, said = stick.carry()
    assert status == 1
    assert "an entry of sunset-1" in said
    assert "of sunset-1" in said.split("Openings not taken")[1]
    assert "nobody-1: on no village's list" in said
    assert sorted((stick.folder / "sealctl" / "nobody-1").rglob("*")) == nobody


def test_a_fork_is_kept_as_a_conflict_and_gets_no_receipt(hub: Hub, stick: Stick) -> None:
    (honest,) = beats(hub, 1)
    stick.put([honest])
    assert stick.carry()[0] == 0
    twin = Journal(now_ms=hub.journal.now_ms, signer=hub.journal.signer)
    twin.written = hub.journal.written[:-1]
    rival = twin.write("heartbeat", unlatches=9, presses=9)
    stick.put([rival])
    assert stick.carry()[0] == 1
    assert stick.receipts() == {}
    query = "SELECT count(*) FROM ingest_conflict WHERE envelope = ?"
    assert hub.rows(query, rival.envelope) == [(1,)]


def test_entries_after_a_gap_wait_for_what_is_missing(hub: Hub, stick: Stick) -> None:
    missing, later = beats(hub, 2)
    stick.put([later])
    status, said = stick.carry()
    assert (status, stick.receipts()) == (1, {})
    assert "1 entries have no receipt" in said
    stick.put([missing, later])
    assert stick.carry()[0] == 0
    assert stored(hub, later)


def test_without_its_openings_an_entry_gets_no_receipt(hub: Hub, stick: Stick) -> None:
    one = hub.journal.authorise(GRANT)
    stick.put([one], openings=False)
    assert stick.carry()[0] == 1
    assert stored(hub, one)
    assert stick.receipts() == {}
    stick.put([one])
    assert stick.carry()[0] == 0


def test_a_photo_that_was_tampered_with_or_belongs_to_nobody_is_not_kept(
    hub: Hub, stick: Stick
) -> None:
    good, spoilt, foreign = photo(b"good"), photo(b"spoilt"), photo(b"foreign")
    written = [
        hub.journal.authorise(GRANT, before=hashlib.sha256(one).digest()) for one in (good, spoilt)
    ]
    stick.put(written, good, spoilt, foreign)
    up = stick.folder / "sealctl" / DEVICE / "up"
    (up / hashlib.sha256(spoilt).hexdigest()).write_bytes(photo(b"SPOILT"))
    status, said = stick.carry()
    assert status == 1
    assert "missing or damaged" in said
    assert "belongs to no entry of this machine" in said
    assert [kept(hub, one) for one in (good, spoilt, photo(b"SPOILT"), foreign)] == [
        True,
        False,
        False,
        False,
    ]
    assert stick.receipts().keys() == {one.entry.seq for one in written}


def test_the_pages_of_a_draft_arrive_on_foot_too(hub: Hub, stick: Stick) -> None:
    page = photo(b"page")
    name = hashlib.sha256(page).digest()
    begun = Draft("residence", "seal-committee", "林小满", "居住证明", "学校报名", 1, (name,))
    data = draft.encode(begun)
    stick.put(
        [hub.journal.write("drafted", item="residence", pages=1, draft=data, operator="wu")], page
    )
    status, said = stick.carry()
    assert status == 0, said
    assert kept(hub, page)


def test_links_and_rubbish_in_the_place_of_files_do_no_harm(hub: Hub, stick: Stick) -> None:
    stick.put(beats(hub))
    up = stick.folder / "sealctl" / DEVICE / "up"
    for path in up.iterdir():
        if len(path.name) == 64:
            path.unlink()
            path.symlink_to("/etc/passwd")
    status, said = stick.carry()
    assert status == 1
    assert "missing or damaged" in said
    files.put(stick.folder, DEVICE, "up", [_source("entries", b"\xff" * 1000)], made_ms=1)
    assert "cannot be read" in stick.carry()[1]
    stick.put(hub.journal.written[-2:])
    assert stick.carry()[0] == 0


def test_a_stick_without_a_machine_is_a_sentence(hub: Hub, stick: Stick) -> None:
    status, said = stick.carry()
    assert status == 1
    assert "no machine's folder" in said
    assert "cannot be used" in hub.command("carry", str(stick.folder / "nowhere")).stderr


def test_an_ingest_that_does_not_run_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take, "WAIT_S", 0.0)
    path = spool.put(tmp_path, DEVICE, "entry", b"x", 1)
    report = Report(DEVICE)
    take._await([path], report)
    assert "sealhub ingest" in report.problems[0].en


def test_nobody_carries_a_status(tmp_path: Path) -> None:
    with pytest.raises(WireError, match="topic"):
        spool.put(tmp_path, DEVICE, "status", b"x", 1)
    (spool.folder(tmp_path)).mkdir()
    (spool.folder(tmp_path) / f"1.{DEVICE}.status").write_bytes(b"x")
    (spool.folder(tmp_path) / f"2.{DEVICE}.entry.new").write_bytes(b"x")
    (spool.folder(tmp_path) / "notes.txt").write_bytes(b"x")
    assert list(spool.waiting(tmp_path)) == []
