"""The bytes of a check that people sign, and the challenge that their passkeys sign for it. Pure.

Calls `wire.cbor` and `hub.checks.rules`. Deterministic CBOR {v, type, device, village, checker,
witness, made, found, log, differs}.
"""

from dataclasses import asdict
from hashlib import sha256
from typing import Any, Final

from hub.checks.rules import Found, Logged, SealFound, SealLogged, lines
from wire import cbor

DOMAIN: Final = "sealhub/check/1"
TYPE: Final = "check"


def encode(
    *,
    device: str,
    village: str,
    checker: str,
    witness: str,
    made_ms: int,
    found: Found,
    log: Logged,
) -> bytes:
    """What was found beside what the log said at that moment."""
    return cbor.encode(
        {
            "v": 1,
            "type": TYPE,
            "device": device,
            "village": village,
            "checker": checker,
            "witness": witness,
            "made": made_ms,
            "found": _plain(found),
            "log": _plain(log),
            "differs": [one.what for one in lines(found, log) if one.differs],
        }
    )


def read(data: bytes) -> tuple[Found, Logged]:
    """What was found and what the log said, of bytes that `encode` made."""
    made: dict[str, Any] = cbor.decode(data)
    found, log = made["found"], made["log"]
    return (
        Found(**{**found, "seals": {k: SealFound(**one) for k, one in found["seals"].items()}}),
        Logged(
            **{
                **log,
                "register": tuple(log["register"]),
                "seals": {k: SealLogged(**one) for k, one in log["seals"].items()},
            }
        ),
    )


def challenge(digest: bytes, person: str) -> bytes:
    """What that person's passkey signs for the document of that SHA-256."""
    return sha256(cbor.encode([DOMAIN, digest, person])).digest()


def _plain(one: Found | Logged) -> dict[str, Any]:
    made = asdict(one)
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in made.items()
    }
