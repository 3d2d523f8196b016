"""A machine whose record key lies in a token, or is an SM2 key: it stamps, the inspector believes
it, and without its key it opens nothing.
"""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hsm import token
from inspector.cli import main as inspect
from sealctl import cli
from sealctl.config import Part
from sealctl.errors import StartError
from sealctl.lockd.changes import Changes
from sealctl.lockd.core import JournalFailedError
from sealctl.lockd.pages import Pages
from sealctl.lockd.server import answer
from sealctl.lockd.verb import Served
from sealctl.lockd.verbs import ROLES
from sealctl.session.model import Mode
from tests.sealctl.test_config import GOOD
from tests.sealctl.test_keys import SM2, TOKEN
from tests.support.imports import ENVIRONMENT, packages
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.office import Office
from tests.support.sealed_log import VKEY, SealedLog
from tests.support.soft_token import KEY, MODULE, SoftToken
from tests.support.soft_token import PIN as TOKEN_PIN
from wire.record import envelope
from wire.refusals import Refused
from wire.sig import PUBLIC_BYTES, PublicKey

SECTION = f"""\
[keys]
record = "pkcs11"
module = "{MODULE}"
token = "village"
label = "{KEY}"
"""


@pytest.fixture
def soft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    pin = tmp_path / "keys" / "token.pin"
    pin.parent.mkdir()
    pin.write_text(TOKEN_PIN)
    pin.chmod(0o600)
    return SoftToken.make(tmp_path / "soft")


@pytest.fixture
def rig(tmp_path: Path, soft: SoftToken) -> Rig:
    made = Rig.build(tmp_path, record=TOKEN)
    made.picture = b"a sheet"
    return made


def ask(rig: Rig, role: str, verb: str, **arguments: Any) -> Any:
    served = Served(rig.core, Changes(), Pages(rig.config.pages))
    request = {"id": 1, "verb": verb, "args": arguments}
    return asyncio.run(answer(served, ROLES[role], request))


@pytest.mark.parametrize(
    ("record", "suites", "number"), [(TOKEN, ("EdDSA", "ES256"), -7), (SM2, ("SM2",), -66002)]
)
def test_an_inspector_believes_its_stamps(
    tmp_path: Path, soft: SoftToken, record: Part, suites: tuple[str, ...], number: int
) -> None:
    rig = Rig.build(tmp_path, record=record, policy={"log_key": VKEY, "suites": suites})
    rig.stamp(rig.grant())
    rig.restart()
    assert [one.kind for one in rig.entries()][-4:] == ["authorised", "stamped", "relocked", "boot"]
    log = SealedLog.of(rig)
    assert inspect(["verify", str(log.write(tmp_path / "bundle"))]) == 0
    name = {-7: "ES256", -66002: "SM2"}[number]
    assert {envelope.parse(one).alg for one in log.leaves if one[:1] == b"\xd2"} == {name}
    log.leaves[-1] = log.leaves[-1][:-1] + bytes([log.leaves[-1][-1] ^ 1])
    assert inspect(["verify", str(log.write(tmp_path / "bent"))]) == 1


def test_without_its_token_it_opens_nothing_and_ends(rig: Rig, soft: SoftToken) -> None:
    grant = rig.grant()
    rig.ready_to_stamp(grant)
    soft.pull()
    rig.core.stamp()
    assert rig.core.session.refusal == ("signer_unavailable", "")
    assert rig.body.memory.unlatches == 0
    with pytest.raises(JournalFailedError) as failed:
        rig.core.tick()
    assert "pulled out" in str(failed.value.__cause__)
    with pytest.raises(StartError) as again:
        rig.restart()
    assert (again.value.code, again.value.final) == ("signer_unavailable", False)
    soft.push()
    rig.restart()
    rig.stamp(grant)
    assert rig.body.memory.unlatches == 1


def test_pulled_while_the_lock_is_open_it_ends_and_says_afterwards_what_was(
    rig: Rig, soft: SoftToken
) -> None:
    rig.ready_to_stamp(rig.grant())
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.OPEN)
    soft.pull()
    rig.clock.advance(200)
    assert rig.body.press()
    with pytest.raises(JournalFailedError):
        rig.run(lambda core: core.session.mode is Mode.IDLE)
    soft.push()
    rig.restart()
    assert rig.kinds() == ["interrupted"]


def test_who_asks_then_is_told_so(rig: Rig, soft: SoftToken) -> None:
    soft.pull()
    reply = ask(rig, "panel", "login", person=OPERATOR, pin=PIN)
    assert reply["error"]["code"] == "signer_unavailable"
    assert rig.core.session.mode is Mode.IDLE


def test_a_list_that_allows_no_such_key_is_not_adopted(
    tmp_path: Path, soft: SoftToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Officers' tools refuse to sign one; so does the machine, whoever made it."""
    monkeypatch.setattr("county.authority.problems", lambda *_: [])
    with pytest.raises(Refused, match="of the suite ES256"):
        Rig.build(tmp_path, record=TOKEN, policy={"suites": ("EdDSA", "SM2")})


@pytest.mark.parametrize(
    ("section", "alg"),
    [("", "EdDSA"), ('[keys]\nrecord = "file"\nsuite = "SM2"\n', "SM2"), (SECTION, "ES256")],
)
def test_the_command_makes_the_key_once_and_shows_its_public_half(
    tmp_path: Path, soft: SoftToken, capsys: pytest.CaptureFixture[str], section: str, alg: str
) -> None:
    (tmp_path / "machine.toml").write_text(GOOD + section)
    command = ["--config", str(tmp_path / "machine.toml"), "--json", "record-key"]
    assert cli.main(command) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert cli.main([*command, "--new"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["alg"], len(made["public_key"]) // 2) == (alg, PUBLIC_BYTES[alg])
    assert cli.main(command) == 0
    assert json.loads(capsys.readouterr().out) == made
    assert cli.main([*command, "--new"]) == 2


@pytest.fixture
def office(tmp_path: Path, soft: SoftToken) -> Iterator[Office]:
    made = token.make_key(soft.place(), TOKEN_PIN)
    opened = Office.open(tmp_path, readers=SECTION, key=PublicKey("ES256", made.public))
    yield opened
    opened.close()


@pytest.mark.processes
@pytest.mark.xdist_group("office")
def test_lockd_stamps_with_it_and_ends_when_it_is_pulled(
    office: Office, soft: SoftToken, capfd: pytest.CaptureFixture[str]
) -> None:
    office.kill("lockd")
    office.house.environment = ENVIRONMENT
    office.start("lockd")
    office.ready_to_stamp(office.grant())
    office.ask("panel", "stamp")
    office.press()
    office.until("identified")
    assert office.kinds()[-3:] == ["authorised", "stamped", "relocked"]
    lockd = next(one for one in office.house.processes if one.name == "lockd").popen
    soft.pull()
    assert office.refused("panel", "choose", grant=bytes(32)) == "signer_unavailable"
    assert lockd is not None
    assert lockd.wait(20) == 1
    said = (office.folder / "logs" / "lockd.log").read_text("utf-8")
    assert "pulled out" in said
    assert "hsm" in packages(said)
    assert " pkcs11._pkcs11\n" in said
    command = ["--config", str(office.folder / "machine.toml"), "lockd"]
    assert cli.main(command) == 1
    assert "[signer_unavailable]" in capfd.readouterr().err
    soft.push()
    (office.folder / "keys" / "token.pin").write_text("000000")
    started = subprocess.run(
        [*office._command("lockd")], capture_output=True, text=True, check=False, timeout=60
    )
    assert (started.returncode, "Traceback" in started.stderr) == (2, False)
    assert "not tried again" in started.stderr
