"""The MQTT topics between a machine and its township. Calls only `wire.errors`.

`seal/v1/{device}/up/{entry,opening,status,answer}`, `seal/v1/{device}/down/{list,receipt,command}`;
a device is named by the common name of its certificate. No topic can open a lock.
"""

import re
from dataclasses import dataclass
from typing import Final

from wire.errors import WireError

PREFIX: Final = "seal/v1"
UP: Final = ("entry", "opening", "status", "answer")
DOWN: Final = ("list", "receipt", "command")

_TOPIC: Final = re.compile(rf"{PREFIX}/([a-z0-9][a-z0-9-]{{2,31}})/(up|down)/([a-z]+)")


@dataclass(frozen=True)
class Topic:
    """One parsed topic: whose, which way, and what."""

    device: str
    way: str
    what: str


def up(device: str, what: str) -> str:
    """A topic on which the machine speaks; `what` is one of UP, or `+` to subscribe to all."""
    return f"{PREFIX}/{device}/up/{what}"


def down(device: str, what: str) -> str:
    """A topic on which the hub speaks to one machine; `what` is one of DOWN."""
    return f"{PREFIX}/{device}/down/{what}"


def parse(topic: str) -> Topic:
    """Strict inverse of `up` and `down`; raises WireError('topic')."""
    found = _TOPIC.fullmatch(topic)
    if found is None or found[3] not in (UP if found[2] == "up" else DOWN):
        raise WireError("topic", topic[:100])
    return Topic(found[1], found[2], found[3])
