"""Where a key lies: module, token and key, also as a PKCS#11 URI (RFC 7512). Pure.

Calls only `hsm.errors`. Of the URI's attributes those that a holder needs are known; any other is
refused, for it would narrow the choice without effect. A PIN in a URI would stand in the shell's
history: `pin-value` is refused, `pin-source` names a file.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from hsm.errors import TokenError

SCHEME: Final = "pkcs11:"
NEEDED: Final = ("module-path", "token", "object")
KNOWN: Final = (*NEEDED, "type", "pin-source")


@dataclass(frozen=True)
class Place:
    """`module`: the PKCS#11 library; `token` and `label`: labels of the token and of the key."""

    module: str
    token: str
    label: str


def is_uri(text: str) -> bool:
    """Whether the text names a key in a token, and no file."""
    return text.lower().startswith(SCHEME)


def parse(uri: str) -> tuple[Place, Path | None]:
    """The place, and the file of the PIN where the URI names one; raises TokenError."""
    path, _, query = uri[len(SCHEME) :].partition("?")
    found: dict[str, str] = {}
    for part in [*path.split(";"), *query.split("&")]:
        name, equals, value = part.partition("=")
        if not part:
            continue
        if not equals or name not in KNOWN or name in found:
            raise TokenError(
                f"{name}: PKCS#11 地址里不能有，或重复。只可有 {', '.join(KNOWN)}。 "
                f"Not for a PKCS#11 URI here, or twice; only {', '.join(KNOWN)}."
            )
        found[name] = _decoded(value)
    missing = [name for name in NEEDED if not found.get(name)]
    if missing or found.get("type", "private") != "private":
        wanted = "pkcs11:token=T;object=KEY?module-path=/…/module.so"
        raise TokenError(f"PKCS#11 地址不完整。 Not a whole PKCS#11 URI: {wanted}")
    source = found.get("pin-source")
    pin = None if source is None else Path(source.removeprefix("file://").removeprefix("file:"))
    return Place(found["module-path"], found["token"], found["object"]), pin


def _decoded(value: str) -> str:
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError as error:
        raise TokenError("PKCS#11 地址不是 UTF-8。 The PKCS#11 URI is not UTF-8.") from error
