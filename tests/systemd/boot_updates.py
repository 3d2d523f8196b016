"""Releases on a machine under real systemd: `make test-systemd`, which alone collects this file.

The release is the one that `scripts/release` builds, under other version numbers.
"""

import io
import json
import os
import tarfile
from pathlib import Path

from county.release import draft_offer, sign_offer
from tests.support.contents import YEAR
from tests.support.office import poll
from tests.systemd.boot_units import booted, machine
from tests.systemd.machine import Machine
from wire.lists.offer import NAME, file_name
from wire.record import entry, envelope

__all__ = ["booted", "machine"]

RELEASE = Path(os.environ["SEALCTL_RELEASE"])
LOCKD = "sealctl/lockd/server.py"


def test_a_machine_comes_up_and_asks_for_releases(machine: Machine) -> None:
    machine.container.run("systemctl", "start", "sealctl.target")
    poll(machine.served)
    for unit in ("sealctl-settle.service", "sealctl-update-auto.timer"):
        assert machine.container.active(unit)
    machine.container.run("systemctl", "start", "sealctl-update-auto.service")


def test_a_release_whose_lockd_ends_at_once_is_put_back_by_itself(machine: Machine) -> None:
    bring(machine, "0.2.0", 1, {LOCKD: b"raise SystemExit(1)\n"})
    sealctl(machine, "update", "stage", "/mnt/releases")
    said = sealctl(machine, "update", "activate", status=1)
    assert "[release_failed]" in said
    assert running(machine) == "venv-0.1.0"
    poll(machine.served)
    assert versions(machine)[-2:] == ["config 0.2.0", "boot 0.1.0"]
    for part in ("lockd", "camerad", "panel", "syncd"):
        assert machine.container.active(f"sealctl-{part}.service"), part


def test_a_release_that_was_put_back_is_not_tried_again_by_itself(machine: Machine) -> None:
    machine.container.run("systemctl", "start", "sealctl-update-auto.service")
    assert running(machine) == "venv-0.1.0"
    assert versions(machine)[-1] == "boot 0.1.0"


def test_a_good_release_stands_and_the_timer_is_enough(machine: Machine) -> None:
    bring(machine, "0.3.0", 2, {})
    sealctl(machine, "update", "stage", "/mnt/releases")
    machine.container.run("systemctl", "start", "sealctl-update-auto.service")
    journal = machine.container.journal("sealctl-update-auto.service")
    assert running(machine) == "releases/0.3.0", journal
    poll(machine.served)
    assert versions(machine)[-2:] == ["config 0.3.0", "boot 0.3.0"]
    machine.ready_to_stamp(machine.grant())
    machine.ask("panel", "stamp")
    machine.press()
    machine.until("identified")
    machine.ask("panel", "logout")


def test_a_trial_that_is_killed_is_put_back(machine: Machine) -> None:
    """And one that a power cut ended, by the next start."""
    container = machine.container
    bring(machine, "0.4.0", 3, {})
    sealctl(machine, "update", "stage", "/mnt/releases")
    (container.root / "opt/sealctl/update/next").write_text("releases/0.4.0")
    container.run("systemctl", "start", "--no-block", "sealctl-update.service")
    poll(lambda: running(machine) == "releases/0.4.0")
    container.signal("sealctl-update.service", "KILL")
    poll(lambda: running(machine) == "releases/0.3.0")
    poll(lambda: not container.active("sealctl-update.service"))
    poll(machine.served)
    container.run("systemctl", "stop", "sealctl.target", "sealctl-*.service", "sealctl-*.timer")
    note = {"was": "releases/0.3.0", "now": "releases/0.4.0", "parts": [], "boot": "another"}
    (container.root / "opt/sealctl/update/trial").write_text(json.dumps(note))
    container.run("ln", "-sfn", "releases/0.4.0", "/opt/sealctl/venv")
    container.run("systemctl", "start", "sealctl.target")
    poll(machine.served)
    assert running(machine) == "releases/0.3.0"


def test_nobody_but_root_changes_the_programs(machine: Machine) -> None:
    for user in ("lockd", "camerad", "syncd", "panel"):
        probe = ("setpriv", f"--reuid=sealctl-{user}", "--clear-groups")
        machine.container.run(*probe, "ln", "-sfn", "releases", "/opt/sealctl/venv", check=False)
        machine.container.run(*probe, "touch", "/opt/sealctl/update/next", check=False)
    assert running(machine) == "releases/0.3.0"
    assert not (machine.container.root / "opt/sealctl/update/next").exists()


def sealctl(machine: Machine, *words: str, status: int = 0) -> str:
    """What the command says, by which it ends with that status."""
    shown = f'"$@" 2>&1; test $? = {status} && echo as expected'
    said = machine.container.run("sh", "-c", shown, "sh", "sealctl", *words, check=False)
    assert said.endswith("as expected\n"), said
    return said


def running(machine: Machine) -> str:
    return machine.container.run("readlink", "/opt/sealctl/venv").strip()


def versions(machine: Machine) -> list[str]:
    """Kind and version of each entry that names one."""
    rows = machine.ask("console", "journal", after=0, limit=256)
    found = [entry.decode(envelope.parse(row["envelope"]).payload) for row in rows]
    return [f"{one.kind} {one.body['version']}" for one in found if one.kind in ("boot", "config")]


def bring(machine: Machine, version: str, offer: int, changed: dict[str, bytes]) -> None:
    """A folder in the container with a signed release, newer than those before."""
    folder = machine.container.root / "mnt/releases"
    folder.mkdir(parents=True, exist_ok=True)
    made = renamed(RELEASE, folder, version, changed)
    former = (folder / NAME).read_bytes() if offer > 1 else None
    town = machine.township
    draft = draft_offer(
        [made],
        authority=town.package,
        former=former,
        least="0.0.0",
        expires_ms=town.now_ms + YEAR,
    )
    for officer in town.keys.officers[:2]:
        draft = sign_offer(draft, officer)
    (folder / NAME).write_bytes(draft)


def renamed(release: Path, folder: Path, version: str, changed: dict[str, bytes]) -> Path:
    """The archive under another version, files exchanged by the end of their names."""
    with tarfile.open(release) as source:
        facts = json.load(source.extractfile("release.json") or io.BytesIO())
        facts["version"] = version
        path = folder / file_name(version, facts["architecture"], facts["python"])
        with tarfile.open(path, "w:xz", preset=0) as target:
            for member in source:
                file = source.extractfile(member) if member.isreg() else None
                if file is None:
                    target.addfile(member)
                    continue
                data = file.read()
                for name, other in changed.items():
                    if member.name.endswith("/" + name):
                        data = other
                if member.name == "release.json":
                    data = json.dumps(facts).encode()
                if member.name.endswith("/sealctl-0.1.0.dist-info/METADATA"):
                    data = data.replace(b"\nVersion: 0.1.0\n", f"\nVersion: {version}\n".encode())
                member.size = len(data)
                target.addfile(member, io.BytesIO(data))
    return path
