"""`sealctl`: what staff and operators ask of a machine, and how its processes are started.

Calls `sealctl.commands`, one module an area, and `sealctl.show`. Exit status: 0, 1 for a refusal, 2
for bad input.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from sealctl import show
from sealctl.commands import (
    acceptance,
    answers,
    carry,
    custody,
    doctor,
    drop,
    enrolment,
    image,
    processes,
    provision,
    record_key,
    stamping,
    update,
)
from sealctl.commands.parts import Run
from sealctl.config import ConfigError
from sealctl.errors import StartError
from sealctl.link import LinkError
from wire.errors import WireError
from wire.provisioning import reasons
from wire.provisioning.reasons import NotProvisioned
from wire.refusals import to_dict

DEFAULT: Final = Path("/etc/sealctl/machine.toml")
AREAS: Final[tuple[Callable[[Any], None], ...]] = (
    stamping.add,
    carry.add,
    doctor.add,
    enrolment.add,
    custody.add,
    answers.add,
    record_key.add,
    provision.add,
    image.add,
    acceptance.add,
    drop.add,
    update.add,
    processes.add,
)
"""In the order of the help."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of the command."""
    options = _parser().parse_args(arguments)
    run: Run = options.run
    try:
        done = run(options)
    except LinkError as error:
        print(show.refusal(error.refusal, as_json=options.json), file=sys.stderr)
        return 1
    except NotProvisioned as error:
        said = reasons.to_dict(error.code, error.detail)
        print(show.refusal(said, as_json=options.json), file=sys.stderr)
        return 1
    except StartError as error:
        print(
            show.refusal(to_dict(error.code, error.detail), as_json=options.json), file=sys.stderr
        )
        return 2 if error.final else 1
    except (ConfigError, OSError, WireError) as error:
        print(error, file=sys.stderr)
        return 2
    if isinstance(done, int):
        return done
    print(show.as_json(done.data) if options.json else done.text)
    return 0 if done.ok else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sealctl", description="印章智控机 the seal machine")
    parser.add_argument("--config", type=Path, default=DEFAULT, help="machine.toml")
    parser.add_argument("--json", action="store_true", help="for programs")
    commands = parser.add_subparsers(dest="command", required=True)
    for add in AREAS:
        add(commands)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
