"""machine.toml: a wrong line is named with the values allowed, and nothing falls back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealctl.config import ConfigError, Part, load
from sealctl.toml_lines import line_of

GOOD = f"""\
device = "sunrise-1"
[county]
root = "root.json"
root_sha256 = "{"ab" * 32}"
[panel]
host = "127.0.0.1"
port = 8703
[hardware.press]
driver = "sim"
[hardware.camera]
driver = "sim"
[hub]
mqtt_host = "127.0.0.1"
"""


def _load(folder: Path, text: str) -> object:
    path = folder / "machine.toml"
    path.write_text(text, "utf-8")
    return load(path)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "machine.toml"
    path.write_text(GOOD, "utf-8")
    config = load(path)
    assert config.device == "sunrise-1"
    assert config.root_sha256 == b"\xab" * 32
    assert {part: one.driver for part, one in config.hardware.items()} == {
        "press": "sim",
        "camera": "sim",
        "cards": "none",
        "scanner": "none",
        "fingerprint": "none",
    }


@pytest.mark.parametrize(
    ("good", "wrong", "line", "words"),
    [
        ("port = 8703", "port = 0", 7, ("panel.port", "1 to 65535")),
        ("port = 8703", 'port = "8703"', 7, ("panel.port", "1 to 65535")),
        ("port = 8703", "port = true", 7, ("panel.port", "1 to 65535")),
        ("port = 8703\n", "", 5, ("panel.port", "缺少")),
        ("port = 8703", "prot = 8703", 7, ("panel.prot", "No such setting", "host, phone, port")),
        ('device = "sunrise-1"', 'device = ""', 1, ("device", "a text")),
        ("ab" * 32, "ab" * 31, 4, ("root_sha256", "64 hex digits")),
        (
            '[hardware.press]\ndriver = "sim"',
            '[hardware.press]\ndriver = "gpio"',
            9,
            ("hardware.press.driver", "'gpio'", "one of sim, serial, gpiod, rpi-gpio, modbus"),
        ),
        (
            '[hardware.camera]\ndriver = "sim"',
            '[hardware.camera]\ndriver = "sim"\nwidht = 3',
            12,
            ("hardware.camera.widht", "No such setting"),
        ),
        (
            "[hardware.camera]",
            "[hardware.eyes]",
            10,
            ("hardware.eyes", "camera, cards, fingerprint, press, scanner"),
        ),
        ("[panel]", "[pannel]", 5, ("pannel", "No such setting", "panel")),
    ],
)
def test_a_wrong_setting_is_named_with_its_line(
    tmp_path: Path, good: str, wrong: str, line: int, words: tuple[str, ...]
) -> None:
    assert good in GOOD
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, GOOD.replace(good, wrong, 1))
    said = str(caught.value)
    assert f"line {line}:" in said
    for word in words:
        assert word in said


BARE = """driver = "gpiod"
chip = "pinctrl-bcm2711"
slot = 1
tag = "none"
max_on_ms = 10000
coil = "LOCK"
latch = 27
press = 22
case = 23
"""


def _bare(text: str) -> str:
    return GOOD.replace('[hardware.press]\ndriver = "sim"\n', f"[hardware.press]\n{text}")


def test_a_bare_machine_is_described_with_its_wires(tmp_path: Path) -> None:
    path = tmp_path / "machine.toml"
    path.write_text(_bare(BARE), "utf-8")
    press = load(path).hardware["press"]
    assert press.driver == "gpiod"
    assert press.settings["coil"] == "LOCK"
    assert press.settings["active_low"] == ("latch", "press", "case")


@pytest.mark.parametrize(
    ("good", "wrong", "line", "words"),
    [
        ('coil = "LOCK"', "coil = 4096", 14, ("press.coil", "name or its number")),
        ("slot = 1", "slot = 0", 11, ("press.slot", "1 to 64")),
        ("max_on_ms = 10000\n", "", 8, ("press.max_on_ms", "missing")),
        ("press = 22", 'press = 22\nbias = "up"', 17, ("press.bias", "pull_up, pull_down")),
        ("press = 22", 'press = 22\nactive_low = ["x"]', 17, ("active_low", "coil, latch")),
        ("press = 22", "press = 22\nport = 1", 17, ("press.port", "No such setting", "chip")),
    ],
)
def test_a_wrong_wire_is_named_with_its_line(
    tmp_path: Path, good: str, wrong: str, line: int, words: tuple[str, ...]
) -> None:
    assert good in BARE
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, _bare(BARE.replace(good, wrong, 1)))
    assert all(word in str(caught.value) for word in (f"line {line}:", *words))


@pytest.mark.parametrize(
    ("part", "driver", "settings"),
    [
        ("cards", "rdm6300", {"port": "/dev/a"}),
        ("cards", "line", {"port": "/dev/a", "baud": 9600}),
        ("scanner", "line", {"port": "/dev/a", "baud": 115_200}),
        ("fingerprint", "r30x", {"port": "/dev/a", "baud": 57_600, "address": 0xFFFF_FFFF}),
        ("fingerprint", "sim", {}),
    ],
)
def test_readers_are_described_each_by_its_driver(
    tmp_path: Path, part: str, driver: str, settings: dict[str, object]
) -> None:
    lines = "".join(f"{key} = {value!r}\n".replace("'", '"') for key, value in settings.items())
    path = tmp_path / "machine.toml"
    path.write_text(f'{GOOD}[hardware.{part}]\ndriver = "{driver}"\n{lines}', "utf-8")
    found = load(path).hardware[part]
    assert found.driver == driver
    assert {**found.settings, **settings} == found.settings


@pytest.mark.parametrize(
    ("section", "line", "words"),
    [
        ('[hardware.cards]\ndriver = "usb"', 15, ("one of none, sim, rdm6300, line",)),
        ('[hardware.cards]\ndriver = "rdm6300"', 14, ("hardware.cards.port", "missing")),
        ('[hardware.cards]\ndriver = "none"\nport = "x"', 16, ("port", "No such setting")),
        ('[hardware.scanner]\ndriver = "rdm6300"', 15, ("one of none, sim, line",)),
        ("[hardware.scanner]", 14, ("hardware.scanner.driver", "missing")),
        ('[hardware.fingerprint]\ndriver = "r30"', 15, ("one of none, sim, r30x",)),
        (
            '[hardware.fingerprint]\ndriver = "r30x"\nport = "x"\nbaud = 1',
            17,
            ("baud", "9600, 19200"),
        ),
    ],
)
def test_a_wrong_reader_is_named_with_its_line(
    tmp_path: Path, section: str, line: int, words: tuple[str, ...]
) -> None:
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, f"{GOOD}{section}\n")
    assert all(word in str(caught.value) for word in (f"line {line}:", *words))


@pytest.mark.parametrize("part", ["press", "camera"])
def test_a_part_without_a_driver_is_refused_not_guessed(tmp_path: Path, part: str) -> None:
    text = GOOD.replace(f'[hardware.{part}]\ndriver = "sim"\n', "")
    with pytest.raises(ConfigError, match=rf"hardware\.{part}: 缺少"):
        _load(tmp_path, text)


@given(st.lists(st.sampled_from(["", "# note", "x = 1", "y = 2"]), max_size=6))
def test_lines_are_counted_from_one_whatever_stands_before(lines: list[str]) -> None:
    text = "\n".join([*lines, "[a.b]", "key = 1"])
    assert line_of(text, "a.b.key") == len(lines) + 2
    assert line_of(text, "a.b.other") == len(lines) + 1


TOKEN = """\
[keys]
record = "pkcs11"
module = "/usr/lib/m.so"
token = "village"
label = "record"
"""


def test_the_record_key_is_a_file_unless_another_is_chosen(tmp_path: Path) -> None:
    path = tmp_path / "machine.toml"
    path.write_text(GOOD, "utf-8")
    assert load(path).record == Part("file", {"suite": "EdDSA"})
    path.write_text(f'{GOOD}[keys]\nrecord = "file"\n', "utf-8")
    assert load(path).record == Part("file", {"suite": "EdDSA"})
    path.write_text(f'{GOOD}[keys]\nrecord = "file"\nsuite = "SM2"\n', "utf-8")
    assert load(path).record == Part("file", {"suite": "SM2"})
    path.write_text(f"{GOOD}{TOKEN}", "utf-8")
    assert load(path).record.driver == "pkcs11"
    assert load(path).record.settings["pin_file"] == "keys/token.pin"
    assert load(path).next_record is None
    path.write_text(f'{GOOD}{TOKEN}pin_file = "/run/pin"\n', "utf-8")
    assert load(path).record.settings["pin_file"] == "/run/pin"
    path.write_text(f'{GOOD}{TOKEN}[keys.next]\nrecord = "file"\nsuite = "SM2"\n', "utf-8")
    assert load(path).record.driver == "pkcs11"
    assert load(path).next_record == Part("file", {"suite": "SM2"})


@pytest.mark.parametrize(
    ("section", "line", "words"),
    [
        ("[keys]", 14, ("keys.record", "missing", "one of file, pkcs11")),
        ('[keys]\nrecord = "tpm"', 15, ("keys.record", "'tpm'", "one of file, pkcs11")),
        ('[keys]\nrecord = "file"\nsuite = "ES256"', 16, ("keys.suite", "one of EdDSA, SM2")),
        ('[keys]\nrecord = "file"\ntoken = "t"', 16, ("keys.token", "only record, suite")),
        (TOKEN.replace('label = "record"\n', ""), 14, ("keys.label", "missing", "a text")),
        (TOKEN.replace('"village"', "7"), 17, ("keys.token", "a text")),
        (f'{TOKEN}suite = "ES256"', 19, ("keys.suite", "only label, module, pin_file, record")),
        (f'{TOKEN}[keys.next]\nrecord = "file"\nlabel = "x"', 21, ("keys.next.label", "suite")),
        (f"{TOKEN}next = 1", 19, ("keys.next", "missing")),
        (f'{TOKEN}pin = "1234"', 19, ("keys.pin", "No such setting", "pin_file")),
    ],
)
def test_a_wrong_record_key_is_named_with_its_line(
    tmp_path: Path, section: str, line: int, words: tuple[str, ...]
) -> None:
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, f"{GOOD}{section}\n")
    assert all(word in str(caught.value) for word in (f"line {line}:", *words))
    assert "1234" not in str(caught.value)
