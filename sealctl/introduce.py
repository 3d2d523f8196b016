"""The record key's side of provisioning, in a process of its own that knows no network.

Calls `sealctl.config` and `sealctl.commands.furnish`. `python -m sealctl.introduce FILE CHALLENGE
REQUEST` makes what is missing of key, journal and counters for the machine.toml FILE, and prints
JSON: alg, public_key, proof, or code and detail.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from sealctl.commands import furnish
from sealctl.config import load
from wire.provisioning.reasons import NotProvisioned


def main(arguments: Sequence[str]) -> int:
    """Exit status 0, 1 where the key cannot be used."""
    file, challenge, request = arguments
    try:
        config = load(Path(file))
        made = furnish.introduce(config, bytes.fromhex(challenge), bytes.fromhex(request))
    except NotProvisioned as refused:
        print(json.dumps({"code": refused.code, "detail": refused.detail}))
        return 1
    print(json.dumps({name: v.hex() if isinstance(v, bytes) else v for name, v in made.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
