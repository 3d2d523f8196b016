"""`sealcounty` at the command line: a whole ceremony with files, and plain words for mistakes."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from county import ceremony, keys, root_sheet
from county.authority import draft_authority
from county.cli import main
from county.township import Township as Authority
from tests.support.contents import DAY
from tests.support.township import Township
from wire.lists import metadata

HOLDERS = ("holder1", "holder2", "holder3")
OFFICERS = ("officer1", "officer2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with everybody's keys."""
    for name in (*HOLDERS, *OFFICERS, "hub"):
        assert run("key", "new", tmp_path / name) == 0
    return tmp_path


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def init(folder: Path, file: str = "root.json", *more: object) -> int:
    holders = [word for name in HOLDERS for word in ("--holder", folder / f"{name}.pub")]
    officers = [word for name in OFFICERS for word in ("--officer", folder / f"{name}.pub")]
    needed = ("--holders-needed", 2, "--officers-needed", 2, "--online", folder / "hub.pub")
    return run("root", "init", folder / file, *holders, *officers, *needed, *more)


def sign(folder: Path, holder: str, file: str = "root.json", *more: object) -> int:
    return run("root", "sign", folder / file, "--key", folder / holder, *more)


def test_a_root_is_drafted_and_signed_by_two_of_three(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(folder) == 0
    assert sign(folder, "holder1") == 0
    assert "还缺 1 个签名" in capsys.readouterr().out
    assert sign(folder, "holder3") == 0
    root = (folder / "root.json").read_bytes()
    assert sha256(root).hexdigest() in capsys.readouterr().out
    assert ceremony.missing_signatures(root) == 0


def test_a_root_is_rotated_by_former_and_new_holders(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init(folder)
    sign(folder, "holder1")
    sign(folder, "holder2")
    run("key", "new", folder / "holder4")
    former = ("--former", folder / "root.json")
    change = ("--drop-holder", folder / "holder3.pub", "--add-holder", folder / "holder4.pub")
    assert run("root", "rotate", folder / "root2.json", *former, *change) == 0
    told = capsys.readouterr().out
    for name, verb in (("holder3", "is out"), ("holder4", "is in")):
        assert f"{keys.load_public(folder / f'{name}.pub').keyid[:16]} {verb}" in told
    assert sign(folder, "holder4", "root2.json", *former) == 0
    assert "还缺" in capsys.readouterr().out
    assert sign(folder, "holder1", "root2.json", *former) == 0
    assert sign(folder, "holder2", "root2.json", *former) == 0
    second = (folder / "root2.json").read_bytes()
    assert metadata.read_root(second).signed.version == 2
    assert ceremony.missing_signatures(second, (folder / "root.json").read_bytes()) == 0


def test_who_is_not_in_the_root_cannot_be_dropped(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init(folder)
    words = ("--former", folder / "root.json", "--drop-holder", folder / "officer1.pub")
    assert run("root", "rotate", folder / "root2.json", *words) == 2
    assert "not in the former root" in capsys.readouterr().err
    assert not (folder / "root2.json").exists()


def test_a_root_is_read_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(folder)
    sign(folder, "holder1")
    capsys.readouterr()
    assert run("root", "show", folder / "root.json") == 0
    told = capsys.readouterr().out
    assert "3 人中须 2 人" in told
    assert told.count("has signed") == 1
    assert "还缺 1 个签名" in told
    digest = sha256((folder / "root.json").read_bytes()).hexdigest()
    assert digest in told.replace(" ", "")
    sign(folder, "holder2")
    run("root", "rotate", folder / "root2.json", "--former", folder / "root.json")
    capsys.readouterr()
    assert run("root", "show", folder / "root2.json") == 0
    assert "2 missing of its own holders" in capsys.readouterr().out


def test_the_sheet_carries_the_hash_for_people_and_for_machines(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init(folder)
    sign(folder, "holder1")
    assert run("root", "print", folder / "root.json", "--out", folder / "paper") == 2
    assert "not fully signed" in capsys.readouterr().err
    sign(folder, "holder2")
    assert run("root", "print", folder / "root.json", "--out", folder / "paper") == 0
    root = (folder / "root.json").read_bytes()
    digest = sha256(root).hexdigest()
    assert (folder / "paper" / "root.json").read_bytes() == root
    assert (folder / "paper" / "root-sha256.txt").read_text() == f"{digest}\n"
    sheet = (folder / "paper" / "root.html").read_text("utf-8")
    shown = sheet.split('class="digest">')[1].split("</div>")[0]
    assert re.sub(r"<br>|\s", "", shown) == digest
    assert root_sheet.svg(digest) in sheet


def test_a_foreign_signature_leaves_the_draft_as_it_was(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init(folder)
    before = (folder / "root.json").read_bytes()
    assert sign(folder, "officer1") == 2
    assert "root key" in capsys.readouterr().err
    assert (folder / "root.json").read_bytes() == before


def test_officers_sign_their_package(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(folder)
    sign(folder, "holder1")
    sign(folder, "holder2")
    (folder / "authority.cbor").write_bytes(package_of(folder))
    for officer in OFFICERS:
        assert run("authority", "sign", folder / "authority.cbor", "--key", folder / officer) == 0
    assert "Fully signed" in capsys.readouterr().out
    assert run("authority", "sign", folder / "authority.cbor", "--key", folder / "hub") == 2
    assert "officer" in capsys.readouterr().err


def package_of(folder: Path) -> bytes:
    """A draft whose offices are in force by the computer's own clock."""
    now_ms = int((folder / "root.json").stat().st_mtime * 1000)
    return draft_authority(
        authority_at(now_ms),
        roots=[(folder / "root.json").read_bytes()],
        hub_key=keys.load_public(folder / "hub.pub"),
        version=1,
        now_ms=now_ms,
        expires_ms=now_ms + DAY,
    )


def authority_at(now_ms: int) -> Authority:
    return Township.build(now_ms=now_ms).authority


@pytest.mark.parametrize("content", [b"", b"garbage"])
def test_unusable_files_end_in_one_sentence(
    folder: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "broken").write_bytes(content)
    assert sign(folder, "holder1", "broken") == 2
    assert run("authority", "sign", folder / "broken", "--key", folder / "officer1") == 2
    assert sign(folder, "holder1", "missing") == 2
    errors = capsys.readouterr().err
    assert len(errors.strip().splitlines()) == 3
    assert "Traceback" not in errors


def test_an_address_is_host_and_port(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("pages", "--listen", "8702", "--config", "county.toml")
    assert "HOST:PORT" in capsys.readouterr().err
