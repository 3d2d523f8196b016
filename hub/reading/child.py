"""`python -m hub.reading.child PHOTO PAGE…`: reads files, compares their text, prints one line of
JSON; `--text PAGE…` prints the text of each instead. Calls `hub.reading`.

A process of its own with little memory and time: what a picture does to a decoder stays in here.
"""

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

MEMORY: Final = 3 << 30
CPU_S: Final = 120
TEXT: Final = "--text"
MISSING: Final = 3
"""Exit status where no engine is installed."""


def main(arguments: list[str]) -> int:
    """Exit status 0 with a verdict, MISSING, or whatever a limit makes of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    from hub.reading.engine import EngineMissingError

    try:
        said = _texts(arguments[1:]) if arguments[0] == TEXT else _verdict(arguments)
    except EngineMissingError as error:
        print(error, file=sys.stderr)
        return MISSING
    print(json.dumps(said, ensure_ascii=False))
    return 0


def _verdict(paths: list[str]) -> object:
    from hub.reading.look import compare

    photo, *pages = (Path(one).read_bytes() for one in paths)
    return asdict(compare(photo, pages))


def _texts(paths: list[str]) -> object:
    from hub.reading.pages import read

    found = [read(Path(one).read_bytes()) for one in paths]
    return [None if one is None else asdict(one) for one in found]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
