"""docs/operators.md names commands that exist, and every refusal there is."""

import argparse
import re
import shlex
import tomllib
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from county import cli as county_cli
from docs.examples import refusals
from hub import cli as hub_cli
from hub.alarms.limits import read
from hub.alarms.table import RULES
from hub.api import limits as port
from hub.audit import periods
from hub.notices import settings as notices
from hub.notices import words
from hub.notices.adapters import KINDS as ADAPTERS
from hub.relief import settings as relief
from inspector import cli as inspector_cli
from sealctl import cli as sealctl_cli
from wire.provisioning.reasons import REASONS
from wire.refusals import REFUSALS

TEXT = (Path(refusals.__file__).parents[1] / "operators.md").read_text("utf-8")
LINES = [
    line for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()
]
PARSERS = {
    "sealctl": sealctl_cli._parser,
    "sealhub": hub_cli._parser,
    "sealcounty": county_cli._parser,
    "sealinspect": inspector_cli._parser,
}
OWN = [line for line in LINES if line.split()[0] in PARSERS]
OTHERS = [line for line in LINES if line.split()[0] not in PARSERS]
TOML = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
SHOWN = ("notices", "port", "relief", "retain")
HOOK = "whsec_" + "A" * 32
SNIPPETS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("line", OWN)
def test_a_command_is_understood_by_its_program(line: str) -> None:
    name, *arguments = shlex.split(line.replace("$ROOT_SHA256", "00" * 32))
    PARSERS[name]().parse_args(arguments)


@pytest.mark.parametrize("line", OTHERS)
def test_other_lines_start_a_module_of_ours_or_the_broker(line: str) -> None:
    words = line.split()
    if words[0] != "mosquitto":
        assert words[:2] == ["python", "-m"]
        assert find_spec(words[2]) is not None


@pytest.mark.parametrize("name", PARSERS)
def test_every_subcommand_is_explained(name: str) -> None:
    shown = {tuple(shlex.split(line))[1:] for line in OWN if line.split()[0] == name}
    for path in _commands(PARSERS[name]()):
        if (name, *path) != ("sealhub", "migrate"):
            assert any(_follows(path, words) for words in shown), path


def test_the_table_of_refusals_is_the_machines_own() -> None:
    assert refusals.embed(TEXT) == TEXT
    codes = re.findall(r"^\| `(\w+)` \| [^|]*<br>", TEXT, re.MULTILINE)
    assert codes == [*REASONS, *REFUSALS]


def test_whoever_sends_people_to_the_township_has_a_row_there() -> None:
    rows = TEXT.split("<!-- calls -->")[1].split("\n\n")[0]
    named = {
        code
        for cell in re.findall(r"^\| (.*?) \|", rows, re.MULTILINE)
        for code in re.findall(r"`(\w+)`", cell)
    }
    sent = {one.code for one in REFUSALS.values() if _sends_to_the_township(one.next_zh)}
    assert named <= REFUSALS.keys()
    assert sent <= named | {"list_missing"}


def test_the_table_of_alarms_is_the_hubs_own() -> None:
    rows = TEXT.split("<!-- alarms -->")[1].split("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \| (\S+) \| (.+) \| (\d+) \|$", rows, re.MULTILINE) == [
        (rule.id, rule.zh, str(rule.after_h or "at once"), str(rule.answer_h))
        for rule in RULES.values()
    ]
    shown = next(tomllib.loads(one)["alarms"] for one in TOML if "[alarms]" in one)
    assert read(shown).rules["unstamped"].after_h == shown["unstamped"]["after_h"]


def test_the_notices_that_are_shown_can_be_set(tmp_path: Path) -> None:
    """And the port's settings, those of relief, and the days of retention."""
    raw: dict[str, Any] = {}
    for one in TOML:
        raw |= {name: part for name, part in tomllib.loads(one).items() if name in SHOWN}
    (tmp_path / "secrets").mkdir()
    secrets = {"https": HOOK, "dingtalk": "token\nSEC0"}
    for target in raw["notices"]["targets"].values():
        file = tmp_path / target["secret_file"]
        file.write_text(secrets[target["kind"]])
        file.chmod(0o600)
    config: Any = SimpleNamespace(state=tmp_path, **raw)
    assert notices.settings(config).backoff_s == notices.BACKOFF_S
    assert port.limits(config) == port.Limits()
    assert periods.days(config).keys() == periods.KINDS.keys()
    shown = replace(relief.settings(config), county="", county_name="")
    assert shown == relief.Settings()
    rows = TEXT.split("### Notices to other systems")[1].split("\n### ")[0]
    assert set(re.findall(r"^\| `(\w+)` ", rows, re.MULTILINE)) >= ADAPTERS.keys()
    for kind in words.KINDS:
        assert f"`{kind}`" in rows


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_a_snippet_runs(snippet: str, tmp_path: Path) -> None:
    code = snippet.replace("/var/lib/sealctl", str(tmp_path / "machine"))
    exec(compile(code, "operators.md", "exec"), {})  # noqa: S102
    assert (tmp_path / "machine/device.csr").read_bytes().startswith(b"-----BEGIN CERTIFICATE REQ")
    assert (tmp_path / "machine/keys/record.pem").stat().st_mode & 0o077 == 0


def _commands(parser: argparse.ArgumentParser) -> list[tuple[str, ...]]:
    """Paths of all subcommands, deepest only."""
    found: list[tuple[str, ...]] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                found += [(name, *rest) for rest in _commands(child) or [()]]
    return found


def _follows(path: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether the words of the path stand next to one another in the command."""
    return any(words[at : at + len(path)] == path for at in range(len(words)))


def _sends_to_the_township(words: str) -> bool:
    return "镇里" in words and "服务中心" not in words
