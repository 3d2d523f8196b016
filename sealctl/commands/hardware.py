"""`sealctl doctor --hardware`: every promise of the drivers, held against the real parts.

Calls `sealctl.{config,drivers,held,show}`, `hardware.conformance` and `sealctl.journal` (reading
only). Whatever opens, moves or erases is done only while the journal says that maintenance is open;
the head counts it, and the next `boot` entry signs what was counted.
"""

import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Final

from sealctl import drivers
from sealctl.config import MachineConfig
from sealctl.held import holding
from sealctl.journal import books
from sealctl.journal.schema import connect
from sealctl.show import Shown

PORTS: Final = (
    "clock",
    "case",
    "slots",
    "head",
    "lock",
    "card_reader",
    "fingerprint",
    "camera",
)
UNITS: Final = {"lockd": frozenset(PORTS) - {"camera", "clock"}, "camerad": frozenset({"camera"})}
"""Who holds the parts otherwise."""
PART_PORTS: Final = {
    "press": ("case", "slots", "head", "lock"),
    "cards": ("card_reader",),
    "fingerprint": ("fingerprint",),
    "camera": ("camera",),
}
"""The ports that a part of machine.toml serves."""
MARKS: Final = {"passed": "✓", "failed": "✗", "not_run": "–"}
NAMES: Final = {"passed": "通过 passed", "failed": "未通过 failed", "not_run": "未做 not run"}


def check(config: MachineConfig, ports: Sequence[str]) -> Shown:
    """Run the checks of these ports, of all where none is named; StartError('busy').

    Where ports are named, a check that is withheld counts as one that did not pass.
    """
    asked = [port for port in PORTS if not ports or port in ports]
    with ExitStack() as held:
        folders = {"lockd": config.pages, "camerad": config.photos}
        for unit, its in UNITS.items():
            if its & set(asked):
                held.enter_context(holding(folders[unit], f"sealctl-{unit}"))
        guarded = under_maintenance(config)
        rows = list(_checked(config, asked, guarded=guarded))
    failed = [row for row in rows if row["verdict"] == "failed"]
    withheld = [row for row in rows if row["withheld"]]
    shown = {"maintenance": guarded, "checks": rows}
    return Shown(shown, _table(rows), ok=not failed and not (ports and withheld))


def under_maintenance(config: MachineConfig) -> bool:
    """Whether two people have begun maintenance by entry; a journal that cannot be read says no."""
    if not config.journal.exists():
        return False
    try:
        connection = connect(config.journal, read_only=True)
        try:
            return books.maintenance(connection)
        finally:
            connection.close()
    except sqlite3.Error as error:
        tell(f"{config.journal}: {error}")
        return False


def tell(line: str) -> None:
    """One line for whoever stands at the machine."""
    print(line, file=sys.stderr, flush=True)


def _checked(
    config: MachineConfig, ports: Sequence[str], *, guarded: bool
) -> Iterator[dict[str, Any]]:
    """Hold the drivers chosen in machine.toml against `hardware.conformance`; a row a check.

    `guarded`: also what opens, moves or erases.
    """
    from hardware.clock import SystemClock
    from hardware.conformance.attended import Attended, row
    from hardware.conformance.run import run
    from hardware.ports import HardwareError

    clock = SystemClock()
    scene, parts = Attended(clock.mono_ms, tell), dict[str, object](clock=clock)
    for part, its in PART_PORTS.items():
        if set(its) & set(ports):
            try:
                made = drivers.part(config, part)
            except HardwareError as error:
                made = error
            if made is not None:
                parts.update(dict.fromkeys(its, made))
    yield from map(row, run(parts, scene, ports=ports, guarded=guarded, begin=scene.begin))


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = []
    for row in rows:
        lines.append(f"{MARKS[row['verdict']]} {row['port']}.{row['check']}: {_both(row['does'])}")
        if row["verdict"] == "failed":
            lines.append(f"    应 expected: {_both(row['expected'])}")
        lines.append(f"    见 seen: {_both(row['seen'])}")
    counted = [
        f"{name} {sum(row['verdict'] == verdict for row in rows)}"
        for verdict, name in NAMES.items()
    ]
    return "\n".join([*lines, ", ".join(counted)])


def _both(words: Mapping[str, str]) -> str:
    return f"{words['zh']} {words['en']}"
