"""What can be reached from inside a unit's sandbox. Calls `tests.systemd.container`."""

import json
from pathlib import Path
from typing import TypedDict

from tests.systemd.container import Container

UNITS = Path(__file__).parents[2] / "systemd/system"
PROBE = Path(__file__).with_name("probe.py")


class Found(TypedDict):
    """What the probe printed."""

    network: str
    can: list[str]


def probed(container: Container, name: str, more: str = "", beside: str = "") -> Found:
    """What the probe found in the sandbox of a unit, whose command it takes the place of; another
    unit may run beside it.
    """
    unit = f"sealctl-{name}.service"
    (container.root / "opt/probe.py").write_bytes(PROBE.read_bytes())
    container.overrule(
        unit,
        f"{more}[Service]\nType=oneshot\nWatchdogSec=0\nRestart=no\nExecStopPost=\nExecStart=\n"
        f"ExecStart=/usr/bin/python3 /opt/probe.py\nStandardOutput=file:/root/{name}.json\n",
    )
    sockets = [path.name for path in UNITS.glob("*.socket")]
    # Sockets first: a connection that nobody answered would start its service once more.
    container.run("systemctl", "stop", *sockets)
    container.run("systemctl", "stop", "sealctl-*.service")
    container.run("systemctl", "daemon-reload")
    # By name: a pattern leaves out what is inactive, and with it its count of starts.
    container.run("systemctl", "reset-failed", *sockets, unit, "sealctl-panel.service")
    container.run("systemctl", "start", *sockets)
    if beside:
        container.run("systemctl", "start", f"sealctl-{beside}.service")
    container.run("systemctl", "start", unit)
    container.overrule(unit, "")
    found: Found = json.loads((container.root / f"root/{name}.json").read_text())
    return found


def network(container: Container, name: str) -> str:
    """The network namespace of a process that runs."""
    process = container.show(f"sealctl-{name}.service", "MainPID")
    return container.run("readlink", f"/proc/{process}/ns/net").strip()
