"""What retention erased is said and holds; what was withheld is no erasure, whatever is said."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.cli import main
from inspector.erased import check_seen
from inspector.findings import NotVerifiedError
from inspector.ledger import Ledger
from tests.inspector import storied
from tests.inspector.test_report import table
from tests.inspector.test_show import shown
from tests.inspector.test_verify import place_of, resign, signer_of, verdict
from tests.inspector.test_verify_rules import places
from tests.support.contents import DEVICE
from tests.support.machine import Rig
from tests.support.sealed_log import SealedLog
from wire.lists import erased
from wire.lists.erased import DAY_MS, OPENINGS, PHOTOS, ErasedLeaf, Span
from wire.record.entry import Time
from wire.record.envelope import entry_hash

Capsys = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """Photos may go after a day, openings after two."""
    return storied.machine(tmp_path_factory.mktemp("machine"), photos_days=1, openings_days=2)


@pytest.fixture
def log(rig: Rig) -> SealedLog:
    return SealedLog.of(rig)


def leaf(rig: Rig, what: str, *, at: int | None = None, span: Span | None = None) -> bytes:
    """That it is erased of all entries, three days after the last one."""
    when = rig.clock.wall + 3 * DAY_MS if at is None else at
    return erased.leaf(ErasedLeaf(what, when, (span or Span(DEVICE, 1, len(rig.entries())),)))


def erase_photos(log: SealedLog, rig: Rig, **said: Any) -> None:
    log.photos.clear()
    log.leaves.append(leaf(rig, PHOTOS, **said))


def erase_openings(log: SealedLog, rig: Rig) -> None:
    """All but those of emergencies, which last."""
    erase_photos(log, rig)
    lasting = {entry_hash(log.leaves[one]) for one in places(log, rig, "emergency")}
    log.openings = {name: data for name, data in log.openings.items() if name in lasting}
    log.leaves.append(leaf(rig, OPENINGS))


def test_photos_that_were_erased_are_counted_and_said(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    before = verdict(log.write(tmp_path / "before"), capsys)
    erase_photos(log, rig)
    said = verdict(log.write(tmp_path / "after"), capsys)
    (told,) = said["erased"]
    assert (said["status"], said["stamps"], before["erased"]) == (0, before["stamps"], [])
    assert (told["leaf"], told["what"], told["count"]) == (len(log.leaves) - 1, "photos", 14)
    words = f"erased by retention on 2026-11-08, named in leaf {told['leaf']}"
    assert words in said["text"]
    assert f"日志第 {told['leaf']} 叶写明" in said["text"]


def test_openings_that_were_erased_leave_all_else_verified(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    """Approvals, numbers, emergencies and corrections are judged without the operator's name."""
    names = ("entries", "stamps", "emergencies", "outside", "corrected", "open")
    before = verdict(log.write(tmp_path / "before"), capsys)
    erase_openings(log, rig)
    said = verdict(log.write(tmp_path / "after"), capsys)
    assert said["status"] == 0, said
    assert [said[name] for name in names] == [before[name] for name in names]
    assert {one["what"] for one in said["erased"]} == {"openings"}


def test_a_stamp_without_a_grant_is_found_without_its_opening(
    rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    log = SealedLog.of(rig)
    resign(log, rig, place_of(log, rig, "authorised"), signer_of(rig), grant=b"g" * 32)
    erase_openings(log, rig)
    assert verdict(log.write(tmp_path), capsys)["code"] == "grant"


def _unsaid(log: SealedLog, rig: Rig) -> None:
    log.photos.clear()


def _photos_for_openings(log: SealedLog, rig: Rig) -> None:
    log.openings.pop(entry_hash(log.leaves[place_of(log, rig, "authorised")]))
    log.leaves.append(leaf(rig, PHOTOS))


def _too_early(log: SealedLog, rig: Rig) -> None:
    erase_photos(log, rig, at=rig.clock.wall + DAY_MS // 2)


def _before_any_list(log: SealedLog, rig: Rig) -> None:
    """No list stands before the leaf that would allow it."""
    log.photos.clear()
    log.leaves.insert(0, leaf(rig, PHOTOS))


def _of_another_machine(log: SealedLog, rig: Rig) -> None:
    erase_photos(log, rig, span=Span("moon-1", 1, 999))


def _of_other_entries(log: SealedLog, rig: Rig) -> None:
    erase_photos(log, rig, span=Span(DEVICE, 1, 2))


def _there_and_changed(log: SealedLog, rig: Rig) -> None:
    erase_photos(log, rig)
    for name in SealedLog.of(rig).photos:
        log.photos[name] = b"another picture"


def _of_an_emergency(log: SealedLog, rig: Rig) -> None:
    log.openings.pop(entry_hash(log.leaves[place_of(log, rig, "emergency")]))
    log.leaves.append(leaf(rig, OPENINGS))


def _in_years(log: SealedLog, rig: Rig) -> None:
    """Old enough by a date that nobody has seen yet."""
    erase_photos(log, rig, at=rig.clock.wall + 36_500 * DAY_MS)


LIES: dict[str, tuple[Callable[[SealedLog, Rig], None], str]] = {
    "photos erased and not named": (_unsaid, "photo"),
    "an opening erased where photos are named": (_photos_for_openings, "opening"),
    "photos erased before their time": (_too_early, "erased"),
    "photos erased before a list allows it": (_before_any_list, "erased"),
    "another machine's photos named": (_of_another_machine, "photo"),
    "other entries named": (_of_other_entries, "photo"),
    "a photo named and exchanged": (_there_and_changed, "photo"),
    "an emergency's opening erased": (_of_an_emergency, "opening"),
    "an erasure of years to come": (_in_years, "erased"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_about_erasing(
    name: str, log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    bend, code = LIES[name]
    bend(log, rig)
    said = verdict(log.write(tmp_path), capsys)
    assert (said["status"], said["code"]) == (1, code), said


def test_a_machine_that_saw_the_leaf_knows_that_it_is_dated_later(rig: Rig, tmp_path: Path) -> None:
    at = rig.clock.wall + 30 * DAY_MS
    ledger = Ledger(tmp_path / "ledger")
    ledger.name_erased(5, erased.decode(leaf(rig, PHOTOS, at=at)))
    one = replace(rig.entries()[0], time=Time(rig.clock.wall, "witnessed", 0))
    check_seen(one, 5, "before the leaf", ledger)
    with pytest.raises(NotVerifiedError, match="leaf 5"):
        check_seen(one, 6, "sunrise-1 #9", ledger)
    check_seen(replace(one, time=Time(at, "witnessed", 0)), 6, "later", ledger)
    ledger.close()


def test_one_entry_is_shown_with_what_was_erased(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    place = places(log, rig, "authorised")[0]
    erase_photos(log, rig)
    said = shown(log.write(tmp_path / "photos"), place, capsys)
    assert said["status"] == 0
    assert f"named in leaf {len(log.leaves) - 1}" in json.dumps(said["checks"])
    erase_openings(log, rig)
    said = shown(log.write(tmp_path / "openings"), place, capsys)
    assert said["status"] == 0, said
    assert f"named in leaf {len(log.leaves) - 1}" in json.dumps(said["checks"])
    log.leaves.pop()
    assert shown(log.write(tmp_path / "withheld"), place, capsys)["status"] == 1


def test_a_report_says_what_nobody_could_look_at(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    erase_openings(log, rig)
    out = tmp_path / "out"
    assert main(["report", str(log.write(tmp_path / "bundle")), "--out", str(out)]) == 0
    capsys.readouterr()
    page = (out / "report.html").read_text("utf-8")
    assert f"日志第 {len(log.leaves) - 1} 叶写明" in page
    assert {row["盖印员"] for row in table(out, "stamps")} == {"—（—）"}


def pulled(log: SealedLog, folder: Path, capsys: Capsys, *more: str) -> dict[str, Any]:
    """Pulled from a folder that has what the township has left."""
    policy = folder / "policy.json"
    out = ["--from-folder", str(log.write(folder)), "--policy", str(policy), *more]
    assert main(["pull", *out, "--json", str(folder / "bundle")]) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def test_a_pull_misses_nothing_that_was_erased(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    log.photos.clear()
    assert pulled(log, tmp_path / "withheld", capsys)["missing"] == 1
    erase_photos(log, rig)
    assert pulled(log, tmp_path / "erased", capsys)["missing"] == 0
    assert verdict(tmp_path / "erased/bundle", capsys)["status"] == 0


@pytest.mark.parametrize("erase", [erase_photos, erase_openings])
def test_a_range_brings_the_leaf_from_far_behind_it(
    erase: Callable[[SealedLog, Rig], None],
    log: SealedLog,
    rig: Rig,
    tmp_path: Path,
    capsys: Capsys,
) -> None:
    """With the list that allows it; a range that lacks nothing brings no more than itself."""
    end = str(len(log.leaves))
    log.leaves += log.leaves[:1] * 600
    pulled(log, tmp_path / "whole", capsys, "--to", end)
    assert not (tmp_path / "whole/bundle/tile/entries/002.p").exists()
    assert len(list((tmp_path / "whole/bundle").glob("tile/entries/*"))) == 1
    erase(log, rig)
    pulled(log, tmp_path / "later", capsys, "--to", end)
    said = verdict(tmp_path / "later/bundle", capsys)
    assert said["status"] == 0, said
    assert said["erased"]
