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

from hub.api import openapi
from hub.clock import now_ms
from tests.support import contents
from tests.support.broker import listening, until
from tests.support.hub import Hub
from tests.support.ports import free_port

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("api-served")]

OFFICES = ("township.inspector",)
EXAMPLES = 8
PHASES = (Phase.generate,)
SCHEMA = schemathesis.openapi.from_dict(openapi.document())
OPERATIONS = [one.ok() for one in SCHEMA.get_all_operations() if isinstance(one, Ok)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """(address, token) of a hub's staff site under gunicorn, with records in it."""
    hub = Hub.build(tmp_path_factory.mktemp("served"), now_ms(), broker=False)
    try:
        people = {**hub.township.roster.persons, "ren": contents.person("ren", OFFICES)}
        roster = replace(hub.township.roster, persons=people)
        hub.import_package(hub.township.change(roster=roster))
        stamps = [sys.executable, "-m", "tests.support.recorded", "5"]
        subprocess.run(stamps, env=hub.environment, check=True, timeout=60)
        token = hub.run("token", "new", "schemathesis", "--person", "ren").strip()
        port = free_port()
        hub.start("serve", "--listen", f"127.0.0.1:{port}")
        until(lambda: listening(port), f"the site answers: {hub.said('serve')}")
        address = f"http://127.0.0.1:{port}"
        assert httpx.get(f"{address}/healthz").status_code == httpx.codes.OK
        yield address, token
    finally:
        hub.close()


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


def test_the_description_is_served_as_it_is(served: tuple[str, str]) -> None:
    assert httpx.get(f"{served[0]}/api/v1/openapi.json").json() == openapi.document()


def test_an_export_is_streamed_and_its_hash_is_told(served: tuple[str, str]) -> None:
    address, token = served
    headers = {"Authorization": f"Bearer {token}"}
    taken = httpx.post(f"{address}/api/v1/exports", headers=headers, json={"since": "2000-01-01"})
    assert taken.headers["Content-Type"] == "application/x-tar"
    assert taken.content.startswith(b"records.csv")
