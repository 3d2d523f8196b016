"""Several processes that ask under one name at once: `python -m tests.support.paced NAME MOST`.

Calls `hub.api.pace` and Django, for the hub of SEALHUB_STATE. Each asks MOST times, in one minute,
and prints how often it was admitted.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

import django

PROCESSES: Final = 3
NOW_MS: Final = 1_790_000_000_000


def together(environment: Mapping[str, str], name: str, most: int) -> int:
    """How often all of them were admitted."""
    command = [sys.executable, "-m", "tests.support.paced", name, str(most)]
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(PROCESSES)
    ]
    return sum(int(one.communicate(timeout=60)[0]) for one in started)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "hub.settings"
    django.setup()
    from hub.api.pace import Pace

    own, most = Pace(), int(sys.argv[2])
    print(sum(own.ask(sys.argv[1], most, NOW_MS) is None for _ in range(most)))
