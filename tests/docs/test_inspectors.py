"""docs/inspectors.md names commands that exist, options that are read, tables that are written."""

import json
import re
import shlex
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from docs.examples import port, text
from hub.api import openapi
from inspector import cli
from inspector.report.figures import PATTERNS
from inspector.report.options import read_options
from inspector.report.run import CHECKPOINT, PAGE, PAPER

TEXT = (Path(text.__file__).parents[1] / "inspectors.md").read_text("utf-8")
LINES = [
    line for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()
]


@pytest.mark.parametrize("line", LINES)
def test_a_command_is_understood_by_its_program(line: str) -> None:
    name, *arguments = shlex.split(line)
    if name == "curl":
        assert _is_of_the_port(arguments)
    elif name not in ("tar", "sha256sum"):
        assert name == "sealinspect"
        cli._parser().parse_args(arguments)


def test_the_table_of_the_port_is_the_hubs_own() -> None:
    assert port.embed(TEXT) == TEXT


def test_the_options_are_read(tmp_path: Path) -> None:
    (block,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "options.json").write_text(block)
    assert vars(read_options(tmp_path / "options.json")).keys() == json.loads(block).keys()
    assert sum(table.marked is not None for table in PATTERNS) == len(json.loads(block))


def _is_of_the_port(arguments: list[str]) -> bool:
    """Whether the description has that address, and takes what is asked there."""
    address = urlsplit(next(one for one in arguments if one.startswith("https://")))
    if address.path == "/api/v1/openapi.json":
        return True
    known = openapi.document()["paths"][address.path]
    if "POST" in arguments:
        body = json.loads(arguments[arguments.index("--data") + 1])
        schema = known["post"]["requestBody"]["content"]["application/json"]["schema"]
        return bool(body.keys() <= schema["properties"].keys())
    return parse_qs(address.query).keys() <= {one["name"] for one in known["get"]["parameters"]}


def test_the_files_of_a_report_are_named() -> None:
    for name in (PAGE, PAPER, CHECKPOINT):
        assert f"| `{name}` |" in TEXT
