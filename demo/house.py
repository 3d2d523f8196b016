"""The demo's processes in their order: witness, broker, hub, county, machine.

Calls demo.processes and demo.state.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from demo.processes import DemoError, Process, Supervisor, listening
from demo.state import DemoState

AUTO_PRESS_MS = 400


def processes(state: DemoState) -> Iterator[Process]:
    """Every process of the house, in the order in which they start."""
    yield from _witness(state)
    yield from _township(state)
    yield from _county(state)
    yield from _machine(state)


def environment(state: DemoState) -> dict[str, str]:
    """What the children find in their environment; no secrets."""
    return {"SEALHUB_STATE": str(state.hub_dir), "PYTHONUNBUFFERED": "1"}


def supervisor(state: DemoState) -> Supervisor:
    """A supervisor that logs beside the state."""
    return Supervisor(state.var / "logs", environment(state))


def start(state: DemoState, house: Supervisor) -> None:
    """Start everything; DemoError when a port is taken or a process does not come up."""
    for name, port in state.ports.items():
        if listening(port):
            raise DemoError(
                f"端口被占用 port {port} ({name}) is taken: "
                "stop what uses it, or run with --base-port"
            )
    for process in processes(state):
        _put_aside(house.logs / f"{process.name}.log")
        house.start(process)


def _put_aside(log: Path) -> None:
    """An earlier run's log says nothing about this one."""
    if log.exists():
        log.replace(log.with_suffix(".log.1"))


def _township(state: DemoState) -> Iterator[Process]:
    ports = state.ports
    broker = ["mosquitto", "-c", str(state.broker_dir / "mosquitto.conf")]
    yield Process("mosquitto", broker, lambda: listening(ports["mqtt"]))
    yield Process("cosign", _hub("cosign"), lambda: _says(state, "cosign", "ready"))
    yield Process("ingest", _hub("ingest"), lambda: _says(state, "ingest", "ready"))
    yield Process("work", _hub("work"), lambda: _says(state, "work", "ready"))
    yield Process("alarms", _hub("alarms"), lambda: _says(state, "alarms", "ready"))
    yield Process("site", _hub("site"), lambda: _says(state, "site", "ready"))
    yield Process(
        "blobs",
        _hub("blobs", "--listen", f"127.0.0.1:{ports['blobs']}"),
        lambda: listening(ports["blobs"]),
    )
    yield Process(
        "enrol",
        _hub("enrol", "--listen", f"127.0.0.1:{ports['enrol']}"),
        lambda: listening(ports["enrol"]),
    )
    yield Process("hub", _demo("hub_site", state, "hub"), lambda: listening(ports["hub"]))
    yield Process(
        "public",
        _hub("public", "--listen", f"127.0.0.1:{ports['public']}"),
        lambda: listening(ports["public"]),
    )
    yield Process(
        "hotline",
        _hub("hotline", "--listen", f"127.0.0.1:{ports['hotline']}"),
        lambda: listening(ports["hotline"]),
    )


def _witness(state: DemoState) -> Iterator[Process]:
    port = state.ports["witness"]
    where = ["--state", str(state.witness_dir), "--listen", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "county.cli", "witness", "serve", *where]
    yield Process("witness", command, lambda: listening(port))


def _county(state: DemoState) -> Iterator[Process]:
    port = state.ports["county"]
    yield Process("county", _demo("county_site", state, "county"), lambda: listening(port))
    copy = [sys.executable, "-m", "demo.county_copy", "--var", str(state.var)]
    yield Process("copy", copy, lambda: _says(state, "copy", "ready"))


def _machine(state: DemoState) -> Iterator[Process]:
    run = state.machine_dir / "run"
    config = ["--config", str(state.machine_config)]
    sim = ["-m", "hardware.sim.server", "--state", str(state.machine_dir)]
    press = ["--auto-press-ms", str(AUTO_PRESS_MS)]
    yield Process("body", [sys.executable, *sim, *press], lambda: _socket(run / "body.sock"))
    yield Process(
        "lockd",
        [sys.executable, "-m", "sealctl.cli", *config, "lockd"],
        lambda: _socket(run / "console.sock"),
    )
    yield Process(
        "camerad",
        [sys.executable, "-m", "sealctl.cli", *config, "camerad"],
        lambda: _socket(run / "preview.sock"),
    )
    yield Process("syncd", [sys.executable, "-m", "sealctl.cli", *config, "syncd"], lambda: True)
    _speak(state)
    yield Process(
        "panel",
        [sys.executable, "-m", "sealctl.cli", *config, "panel"],
        lambda: listening(state.ports["panel"]),
    )
    people = _demo("people_site", state, "people")
    yield Process("people", people, lambda: listening(state.ports["people"]))


def _speak(state: DemoState) -> None:
    """Make the panel's clips the first time; without espeak-ng it stays silent and says so."""
    folder = state.machine_dir / "clips"
    if not folder.exists():
        command = [sys.executable, "-m", "sealctl.panel.clips", str(folder)]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False)


def _hub(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "hub.cli", *arguments]


def _demo(module: str, state: DemoState, port: str) -> list[str]:
    return [
        *(sys.executable, "-m", f"demo.{module}"),
        *("--var", str(state.var), "--port", str(state.ports[port])),
    ]


def _says(state: DemoState, name: str, word: str) -> bool:
    log = state.var / "logs" / f"{name}.log"
    return log.exists() and word in log.read_text("utf-8", "replace")


def _socket(path: Path) -> bool:
    """Whether somebody answers there; an earlier run's socket may lie there without anybody."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
