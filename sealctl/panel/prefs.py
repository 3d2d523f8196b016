"""How this screen is to look and sound: large type, silence, helper mode. Calls nothing of ours.

They stand in cookies of the kiosk's browser, so they stay over log-out and idle reset until
somebody switches them back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

CHOICES: Final[Mapping[str, tuple[str, str]]] = {
    "size": ("normal", "large"),
    "voice": ("on", "off"),
    "helper": ("off", "on"),
}
"""Each switch with its two values, what holds before anybody chose first."""

YEAR_S: Final = 365 * 86_400


@dataclass(frozen=True)
class Prefs:
    """`large`: 30 pt text; `quiet`: nothing is spoken unasked; `helper`: two read along."""

    large: bool = False
    quiet: bool = False
    helper: bool = False

    @property
    def body(self) -> str:
        """The classes of the page's body."""
        return " ".join(name for name, on in (("large", self.large), ("helper", self.helper)) if on)


def read(cookies: Mapping[str, str]) -> Prefs:
    """The switches; an unknown value counts as none."""
    helper = cookies.get("helper") == "on"
    return Prefs(
        large=helper or cookies.get("size") == "large",
        quiet=cookies.get("voice") == "off",
        helper=helper,
    )


def chosen(fields: Mapping[str, str]) -> dict[str, str]:
    """The switches that a form sets; those it does not know are left out."""
    return {
        name: fields[name]
        for name, values in CHOICES.items()
        if name in fields and fields[name] in values
    }


POSTED: Final = ("/do/", "/set", "/scan", "/seen")
"""Addresses that answer a form: nobody can be led back to them."""


def back(fields: Mapping[str, str]) -> str:
    """Where the person was: a page of the panel itself, or the start."""
    path = fields.get("back", "/")
    foreign = not path.startswith("/") or path.startswith(("//", "/\\", *POSTED))
    return "/" if foreign or any(ord(one) < 33 for one in path) else path
