"""What the machine's processes load: each only what its work needs, whatever is installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.imports import ENVIRONMENT, packages
from tests.support.office import OPERATOR, PIN, Office

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("office")]
PICTURES = {"numpy", "cv2", "PIL", "evidence"}
TOWNSHIP = {"django", "hub", "county", "inspector", "sync"}
NETWORK = {"paho", "httpx"}
DRIVERS = {"gpiod", "RPi", "serial", "pymodbus", "picamera2"}
TOKENS = {"hsm"}
LIBRARIES = ("pkcs11._pkcs11", "wire.sig.libcrypto")
"""What reaches for a token, or for OpenSSL. (Where python-pkcs11 is installed, securesystemslib
imports its names; its extension is loaded with the first module.)
"""
FORBIDDEN = {
    "lockd": PICTURES | TOWNSHIP | NETWORK | DRIVERS | TOKENS | {"starlette", "uvicorn", "jinja2"},
    "panel": PICTURES | TOWNSHIP | NETWORK | DRIVERS | TOKENS | {"tuf", "argon2"},
    "camerad": TOWNSHIP | NETWORK | DRIVERS | TOKENS | {"starlette", "uvicorn", "argon2"},
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office.open(tmp_path)
    for name in ("lockd", "camerad"):
        opened.kill(name)
    opened.house.environment = ENVIRONMENT
    for name in FORBIDDEN:
        opened.start(name)
    yield opened
    opened.close()


def test_a_stamp_loads_nothing_that_is_not_needed_for_it(office: Office) -> None:
    office.ready_to_stamp(office.grant())
    office.ask("panel", "stamp")
    office.press()
    office.until("identified")
    office.ask("panel", "logout")
    office.ask("panel", "login", person=OPERATOR, pin=PIN)
    for name, forbidden in FORBIDDEN.items():
        said = (office.folder / "logs" / f"{name}.log").read_text("utf-8")
        loaded = packages(said)
        assert "wire" in loaded, name
        assert loaded & forbidden == set(), name
        assert [one for one in LIBRARIES if f" {one}\n" in said] == [], name
