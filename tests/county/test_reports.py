"""`sealcounty report`: the county reads what was sealed to it, and nothing that was changed."""

from pathlib import Path

import pytest

from county import keys
from county.cli import main
from tests.support import sealed_report
from wire import county_report

FIELDS = {
    "concern": "镇书记、镇长",
    "day": "2026-11-27",
    "accused": "甲某",
    "words": "修路的钱\n对不上。\x1b[2J\u202e",
    "contact": "",
}


@pytest.fixture
def key(tmp_path: Path) -> Path:
    assert main(["report", "key", str(tmp_path / "report.pem")]) == 0
    return tmp_path / "report.pem"


def sealed(key: Path) -> bytes:
    return sealed_report.seal(keys.load_p256(key).public_key(), FIELDS)


def test_the_county_reads_them(
    tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = sealed(key)
    (tmp_path / "reports").write_bytes(county_report.pack([one]))
    assert main(["report", "open", str(tmp_path / "reports"), "--key", str(key)]) == 0
    said = capsys.readouterr().out
    for text in (
        "镇书记、镇长",
        "甲某",
        "修路的钱\n对不上。",
        "匿名",
        county_report.reference(one),
    ):
        assert text in said
    assert not any(control in said for control in ("\x1b", "\u202e"))
    assert len(county_report.point(keys.public_path(key).read_bytes())) == county_report.POINT


def test_a_changed_one_is_said_and_keeps_no_other_back(
    tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt = bytearray(sealed(key))
    spoilt[-1] ^= 1
    (tmp_path / "reports").write_bytes(county_report.pack([bytes(spoilt), sealed(key)]))
    assert main(["report", "open", str(tmp_path / "reports"), "--key", str(key)]) == 1
    said = capsys.readouterr().out
    assert (said.count("打不开"), said.count("对不上")) == (1, 1)


@pytest.mark.parametrize("mode", [0o644, 0o640])
def test_a_key_that_others_can_read_opens_nothing(tmp_path: Path, key: Path, mode: int) -> None:
    (tmp_path / "reports").write_bytes(county_report.pack([sealed(key)]))
    key.chmod(mode)
    assert main(["report", "open", str(tmp_path / "reports"), "--key", str(key)]) == 2


def test_another_file_and_another_key_are_refused(tmp_path: Path, key: Path) -> None:
    (tmp_path / "reports").write_bytes(county_report.pack([sealed(key)])[:-1])
    assert main(["report", "open", str(tmp_path / "reports"), "--key", str(key)]) == 2
    keys.create(tmp_path / "officer.pem")
    (tmp_path / "reports").write_bytes(county_report.pack([]))
    assert (
        main(["report", "open", str(tmp_path / "reports"), "--key", str(tmp_path / "officer.pem")])
        == 2
    )
    assert main(["report", "key", str(key)]) == 2, "a key is never overwritten"
