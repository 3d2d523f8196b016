"""What a machine takes in: nothing that is not signed, newer, for it, and whole."""

import os
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from county.authority import AuthorityError
from county.release import missing_signatures, sign_offer
from sealctl.update import staging
from sealctl.update.programs import Programs
from tests.support import releases as rig
from tests.support.contents import DAY, NOW
from tests.support.releases import Medium
from tests.support.township import Keys, Township
from wire.lists import metadata, package, releases
from wire.lists import offer as offers
from wire.lists.offer import NAME
from wire.lists.tufapi import CryptoSigner
from wire.refusals import Refused

TOWN = Township.build()
HERE = rig.here(TOWN)
OFFICERS = TOWN.keys.officers


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return rig.installed(tmp_path / "opt")


@pytest.fixture
def medium(tmp_path: Path) -> Medium:
    (tmp_path / "medium").mkdir()
    return Medium(tmp_path / "medium", TOWN)


def stage(programs: Programs, medium: Medium, here: staging.Here = HERE) -> str:
    return staging.stage(programs, here, medium.folder).version


def refused(programs: Programs, medium: Medium, here: staging.Here = HERE) -> Refused:
    """Why it is not taken in; what ran runs, and nothing waits that did not before."""
    before = trees(programs)
    with pytest.raises(Refused) as found:
        staging.stage(programs, here, medium.folder)
    assert programs.running == "venv-0.1.0"
    assert trees(programs) == before
    return found.value


def trees(programs: Programs) -> list[str]:
    return sorted(path.name for path in programs.folder.glob("releases/*"))


def test_a_release_is_taken_in_beside_what_runs(programs: Programs, medium: Medium) -> None:
    medium.release("0.2.0")
    assert stage(programs, medium) == "0.2.0"
    assert programs.running == "venv-0.1.0"
    tree = programs.folder / "releases/0.2.0"
    assert (tree / "bin/sealctl").stat().st_mode & 0o777 == 0o755
    assert os.access(tree / "bin/python", os.X_OK)
    assert staging.made_ready(programs, HERE).version == "0.2.0"


def test_a_stick_has_a_folder_for_them(programs: Programs, medium: Medium) -> None:
    on_stick = medium.folder / "sealctl/releases"
    on_stick.mkdir(parents=True)
    Medium(on_stick, TOWN).release("0.2.0")
    assert stage(programs, medium) == "0.2.0"


def test_looking_takes_nothing_in(programs: Programs, medium: Medium) -> None:
    medium.release("0.2.0")
    assert staging.look(programs, HERE, medium.folder).version == "0.2.0"
    assert trees(programs) == []


def test_staging_twice_is_as_once(programs: Programs, medium: Medium) -> None:
    medium.release("0.2.0")
    assert stage(programs, medium) == stage(programs, medium) == "0.2.0"


def test_the_newest_of_several_is_taken_and_ten_comes_after_nine(
    programs: Programs, medium: Medium
) -> None:
    names = ("0.9.0", "0.10.0", "0.2.0")
    medium.bring(*(rig.archive(medium.folder, name) for name in names))
    assert stage(programs, medium) == "0.10.0"


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_officers_are_refused(programs: Programs, medium: Medium, count: int) -> None:
    made = rig.archive(medium.folder, "0.2.0")
    offer = medium.bring(made, officers=OFFICERS[:count])
    assert missing_signatures(offer) == 2 - count
    assert refused(programs, medium).code == "release_invalid"


def test_a_bad_signature_is_refused(programs: Programs, medium: Medium) -> None:
    medium.release("0.2.0")
    offer = offers.decode((medium.folder / NAME).read_bytes())
    signature = offer.releases.index(b'"sig":"') + 7
    flipped = b"0" if offer.releases[signature : signature + 1] != b"0" else b"1"
    changed = offer.releases[:signature] + flipped + offer.releases[signature + 1 :]
    (medium.folder / NAME).write_bytes(offers.encode(replace(offer, releases=changed)))
    assert refused(programs, medium).code == "release_invalid"


def test_another_hash_under_the_officers_signatures_is_refused(
    programs: Programs, medium: Medium
) -> None:
    medium.release("0.2.0")
    offer = offers.decode((medium.folder / NAME).read_bytes())
    digest = releases.listed(metadata.read_releases(offer.releases).signed)[0].sha256.hex()
    changed = offer.releases.replace(digest.encode(), b"00" * 32)
    (medium.folder / NAME).write_bytes(offers.encode(replace(offer, releases=changed)))
    assert refused(programs, medium).code == "release_invalid"


def test_another_countys_officers_are_strangers(programs: Programs, medium: Medium) -> None:
    Medium(medium.folder, Township.build()).release("0.2.0")
    assert refused(programs, medium).code == "release_invalid"


def test_the_officers_other_metadata_does_not_pass_for_releases(
    programs: Programs, medium: Medium
) -> None:
    targets = package.decode(TOWN.package).targets
    offer = offers.ReleaseOffer(TOWN.roots, targets)
    (medium.folder / NAME).write_bytes(offers.encode(offer))
    assert refused(programs, medium).code == "release_invalid"


def test_who_is_no_officer_cannot_sign(medium: Medium) -> None:
    draft = medium.bring(rig.archive(medium.folder, "0.2.0"), officers=())
    for stranger in (TOWN.keys.hub, TOWN.keys.holders[0], CryptoSigner.generate_ed25519()):
        with pytest.raises(AuthorityError, match="officer"):
            sign_offer(draft, stranger)


@pytest.mark.parametrize("version", ["0.0.9", "0.1.0"])
def test_an_old_version_is_refused(programs: Programs, medium: Medium, version: str) -> None:
    medium.release(version)
    assert refused(programs, medium).code == "release_old"


def test_an_older_offer_is_refused_though_its_release_is_newer_than_what_runs(
    programs: Programs, medium: Medium
) -> None:
    first = rig.archive(medium.folder, "0.2.0")
    old = medium.bring(first)
    medium.release("0.3.0")
    assert stage(programs, medium) == "0.3.0"
    (medium.folder / NAME).write_bytes(old)
    assert refused(programs, medium).code == "release_old"


def test_what_a_newer_offer_no_longer_names_is_not_activated(
    programs: Programs, medium: Medium
) -> None:
    medium.release("0.2.0")
    stage(programs, medium)
    medium.release("0.3.0")
    stage(programs, medium)
    assert staging.made_ready(programs, HERE).version == "0.3.0"
    assert trees(programs) == ["0.3.0"]


def test_one_version_of_the_offer_has_one_face(programs: Programs, medium: Medium) -> None:
    medium.release("0.2.0")
    stage(programs, medium)
    Medium(medium.folder, TOWN).release("0.3.0")
    found = refused(programs, medium)
    assert (found.code, "two faces" in found.detail) == ("release_invalid", True)


def test_expired_metadata_stages_nothing(programs: Programs, medium: Medium) -> None:
    medium.bring(rig.archive(medium.folder, "0.2.0"), expires_ms=NOW + DAY)
    assert refused(programs, medium, rig.at(HERE, NOW + DAY)).code == "release_expired"


def test_metadata_that_expires_while_it_waits_activates_nothing(
    programs: Programs, medium: Medium
) -> None:
    medium.bring(rig.archive(medium.folder, "0.2.0"), expires_ms=NOW + DAY)
    stage(programs, medium)
    with pytest.raises(Refused, match="release_expired"):
        staging.made_ready(programs, rig.at(HERE, NOW + DAY))


def test_new_officers_sign_on_and_the_old_ones_no_longer(
    programs: Programs, medium: Medium
) -> None:
    medium.release("0.2.0")
    stage(programs, medium)
    fresh = Township.build().keys
    keys = Keys(TOWN.keys.holders, fresh.officers, TOWN.keys.hub)
    rotated = TOWN.rotate(keys)
    later = Medium(medium.folder, rotated)
    later.release("0.3.0")
    assert stage(programs, later) == "0.3.0"
    medium.release("0.4.0")
    assert refused(programs, medium).code == "release_old"


@pytest.mark.parametrize("size", [0, 1, 100, -1])
def test_a_truncated_archive_is_refused(programs: Programs, medium: Medium, size: int) -> None:
    made = medium.release("0.2.0")
    made.write_bytes(made.read_bytes()[:size])
    assert refused(programs, medium).code == "release_damaged"


def test_an_archive_with_something_behind_it_is_refused(programs: Programs, medium: Medium) -> None:
    made = medium.release("0.2.0")
    made.write_bytes(made.read_bytes() + b"more")
    assert refused(programs, medium).code == "release_damaged"


def test_a_missing_archive_or_offer_is_told(programs: Programs, medium: Medium) -> None:
    assert refused(programs, medium).code == "release_none"
    medium.release("0.2.0").unlink()
    assert refused(programs, medium).code == "release_damaged"


@pytest.mark.parametrize("data", [b"", b"garbage", b"\xa0", b"\x9f" * 100_000, b"\0" * 5_000_000])
def test_what_is_no_offer_is_refused(programs: Programs, medium: Medium, data: bytes) -> None:
    (medium.folder / NAME).write_bytes(data)
    assert refused(programs, medium).code == "release_invalid"


def test_a_link_in_place_of_a_file_is_not_followed(programs: Programs, medium: Medium) -> None:
    made = medium.release("0.2.0")
    made.rename(medium.folder / "elsewhere")
    made.symlink_to(medium.folder / "elsewhere")
    assert refused(programs, medium).code == "release_damaged"


@pytest.mark.parametrize(
    "given",
    [
        {"architecture": "arm64" if rig.ARCHITECTURE == "amd64" else "amd64"},
        {"python": "3.99"},
        {"journal": rig.JOURNAL + 1},
        {"journal": rig.JOURNAL - 1},
    ],
)
def test_a_release_for_another_machine_is_refused(
    programs: Programs, medium: Medium, given: dict[str, object]
) -> None:
    """Another architecture, another Python, another version of the journal's tables."""
    medium.bring(rig.archive(medium.folder, "0.2.0", **given))  # type: ignore[arg-type]
    assert refused(programs, medium).code == "release_unfit"


def test_a_release_that_must_not_follow_what_runs_is_refused(
    programs: Programs, medium: Medium
) -> None:
    medium.bring(rig.archive(medium.folder, "0.3.0"), least="0.2.0")
    assert refused(programs, medium).code == "release_unfit"


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: (tree / "bin/sealctl").write_text("#!/bin/sh\nexit 0\n"),
        lambda tree: (tree / "bin/sealctl").chmod(0o644),
        lambda tree: (tree / "bin/sealctl").unlink(),
        lambda tree: (tree / "bin/more").write_text("more"),
        lambda tree: ((tree / "bin/python").unlink(), (tree / "bin/python").symlink_to("/bin/sh")),
        lambda tree: (
            (tree / "bin/sealctl").unlink(),
            (tree / "bin/sealctl").symlink_to("/bin/sh"),
        ),
    ],
    ids=["edited", "mode", "missing", "more", "another python", "link"],
)
def test_a_file_swapped_after_staging_is_noticed(
    programs: Programs, medium: Medium, change: object
) -> None:
    medium.release("0.2.0")
    stage(programs, medium)
    assert callable(change)
    change(programs.folder / "releases/0.2.0")
    with pytest.raises(Refused, match="release_damaged"):
        staging.made_ready(programs, HERE)
    assert staging.staged(programs, HERE) is None
    assert stage(programs, medium) == "0.2.0"
    assert staging.made_ready(programs, HERE).version == "0.2.0"


def test_tree_and_archive_swapped_together_are_noticed(
    programs: Programs, medium: Medium, tmp_path: Path
) -> None:
    medium.release("0.2.0")
    stage(programs, medium)
    files = {**rig.SMALL, "bin/sealctl": b"#!/bin/sh\nexit 0\n"}
    (tmp_path / "other").mkdir()
    other = rig.archive(tmp_path / "other", "0.2.0", files)
    programs.archive("0.2.0").write_bytes(other.read_bytes())
    (programs.folder / "releases/0.2.0/bin/sealctl").write_bytes(files["bin/sealctl"])
    with pytest.raises(Refused, match="not the one that was signed"):
        staging.made_ready(programs, HERE)


def test_compiled_files_of_a_stranger_are_not_kept(programs: Programs, medium: Medium) -> None:
    medium.release("0.2.0")
    stage(programs, medium)
    cache = programs.folder / "releases/0.2.0" / rig.LIBRARY / "sealctl/__pycache__"
    cache.mkdir()
    (cache / "planted.pyc").write_bytes(b"planted")
    staging.made_ready(programs, HERE)
    assert not (cache / "planted.pyc").exists()
    assert list(cache.glob("__init__.*.pyc"))


@pytest.mark.parametrize(
    ("name", "kind", "target"),
    [
        ("../outside", tarfile.REGTYPE, ""),
        ("/outside", tarfile.REGTYPE, ""),
        ("bin/../../outside", tarfile.REGTYPE, ""),
        ("bin/other", tarfile.SYMTYPE, "/etc/passwd"),
        ("bin/hard", tarfile.LNKTYPE, "bin/sealctl"),
        ("bin/device", tarfile.CHRTYPE, ""),
        ("bin/pipe", tarfile.FIFOTYPE, ""),
        ("bin/sealctl", tarfile.REGTYPE, ""),
        ("lib/__pycache__/x.pyc", tarfile.REGTYPE, ""),
    ],
)
def test_an_archive_with_anything_but_plain_files_is_refused_even_signed(
    programs: Programs, medium: Medium, name: str, kind: bytes, target: str
) -> None:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    medium.bring(rig.archive(medium.folder, "0.2.0", more=[member]))
    assert refused(programs, medium).code == "release_damaged"
    assert not (programs.folder.parent / "outside").exists()


def test_two_updates_do_not_meet(programs: Programs, medium: Medium) -> None:
    medium.release("0.2.0")
    with programs.held():
        assert refused(programs, medium).code == "busy"


def test_releases_that_nobody_needs_any_more_are_removed(
    programs: Programs, medium: Medium
) -> None:
    for version in ("0.2.0", "0.3.0", "0.4.0"):
        medium.release(version)
        stage(programs, medium)
    assert trees(programs) == ["0.4.0"]
    assert [path.name for path in programs.update.glob("*.xz")] == ["0.4.0.tar.xz"]
