"""The port as it is served, held against its own description by schemathesis."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from hub.api import openapi
from hub.api.limits import MOST_A_MINUTE
from hub.clock import now_ms
from hub.config import FILE
from tests.support import contents
from tests.support.broker import listening, until
from tests.support.hub import Hub
from tests.support.paced import together
from tests.support.ports import free_port

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("api-served")]

OFFICES = ("township.inspector",)
EXAMPLES = 8
PHASES = (Phase.generate,)
SCHEMA = schemathesis.openapi.from_dict(openapi.document())
OPERATIONS = [one.ok() for one in SCHEMA.get_all_operations() if isinstance(one, Ok)]
SPENT = (
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    made = Hub.build(tmp_path_factory.mktemp("served"), now_ms(), broker=False)
    try:
        yield made
    finally:
        made.close()


def figures(hub: Hub, **numbers: int) -> None:
    """What the township's hub.toml says of the port from now on."""
    file = hub.state / FILE
    before = file.read_text("utf-8").partition("\n[port]\n")[0]
    lines = "".join(f"{name} = {number}\n" for name, number in numbers.items())
    file.write_text(f"{before}\n[port]\n{lines}", "utf-8")


@pytest.fixture(scope="module")
def served(hub: Hub) -> tuple[str, str]:
    """(address, token) of a hub's staff site under gunicorn, with records in it; it may be asked as
    often as there can be.
    """
    people = {**hub.township.roster.persons, "ren": contents.person("ren", OFFICES)}
    roster = replace(hub.township.roster, persons=people)
    hub.import_package(hub.township.change(roster=roster))
    stamps = [sys.executable, "-m", "tests.support.recorded", "5"]
    subprocess.run(stamps, env=hub.environment, check=True, timeout=60)
    figures(hub, token_minute=MOST_A_MINUTE, stranger_minute=MOST_A_MINUTE)
    token = hub.run("token", "new", "schemathesis", "--person", "ren").strip()
    port = free_port()
    hub.start("serve", "--listen", f"127.0.0.1:{port}")
    until(lambda: listening(port), f"the site answers: {hub.said('serve')}")
    address = f"http://127.0.0.1:{port}"
    assert httpx.get(f"{address}/healthz").status_code == httpx.codes.OK
    return address, token


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda one: one.name.lower())
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_every_answer_is_as_the_description_says(
    operation: Any, mode: GenerationMode, served: tuple[str, str]
) -> None:
    """Whether what is asked is as the description says, or not."""
    address, token = served
    headers = {"Authorization": f"Bearer {token}"}

    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=PHASES)
    @given(case=operation.as_strategy(generation_mode=mode))
    def held(case: Any) -> None:
        case.call_and_validate(base_url=address, headers=headers)

    if mode is GenerationMode.POSITIVE or operation.query or operation.path_parameters:
        held()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_too_often_is_said_as_the_description_says(
    operation: Any, hub: Hub, served: tuple[str, str]
) -> None:
    """Also when a minute ends between two questions."""
    figures(hub, token_minute=1)
    token = hub.run("token", "new", operation.label, "--person", "ren").strip()
    headers = {"Authorization": f"Bearer {token}"}

    @settings(max_examples=1, deadline=None, database=None, derandomize=True, phases=PHASES)
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def held(case: Any) -> None:
        answers = (case.call(base_url=served[0], headers=headers) for _ in range(3))
        refused = next(one for one in answers if one.status_code == httpx.codes.TOO_MANY_REQUESTS)
        assert refused.json()["code"] == "too_often"
        case.validate_response(refused, checks=SPENT)

    held()


def test_processes_admit_no_more_together(hub: Hub) -> None:
    assert together(hub.environment, "token", 130) == 130


def test_the_description_is_served_as_it_is(served: tuple[str, str]) -> None:
    assert httpx.get(f"{served[0]}/api/v1/openapi.json").json() == openapi.document()


def test_an_export_is_streamed_and_its_hash_is_told(served: tuple[str, str]) -> None:
    address, token = served
    headers = {"Authorization": f"Bearer {token}"}
    taken = httpx.post(f"{address}/api/v1/exports", headers=headers, json={"since": "2000-01-01"})
    assert taken.headers["Content-Type"] == "application/x-tar"
    assert taken.content.startswith(b"records.csv")
