"""Hands for the simulated machine: lay paper, pull the lever, hold a card. Calls sealctl.link."""

from pathlib import Path
from typing import Any

from demo.paper import DOCUMENTS, png
from sealctl.link import ask


class Body:
    """The simulated body's socket, as the people around the machine use it."""

    def __init__(self, sock: Path) -> None:
        self._sock = sock

    def snapshot(self) -> dict[str, Any]:
        """Counters, lock, case and paper; raises LinkError when the body is gone."""
        found: dict[str, Any] = ask(self._sock, "snapshot")
        return {**found, "stamp": f"{found['unlatches']}-{found['presses']}-{found['paper']}"}

    def picture(self) -> bytes:
        """What lies on the tray, as JPEG."""
        return bytes(ask(self._sock, "picture")["jpeg"])

    def lay(self, name: str) -> None:
        """Lay one of the demo's papers; raises KeyError for one that does not exist."""
        ask(self._sock, "lay", png=png(DOCUMENTS[name]))

    def act(self, act: str, value: str) -> None:
        """What a form of the demo's page asks for; what it does not know changes nothing."""
        if act == "lay" and value in DOCUMENTS:
            self.lay(value)
        elif act in ("clear", "press"):
            ask(self._sock, act)
        elif act == "card" and value:
            ask(self._sock, "card", text=f"demo:{value}")
        elif act == "touch" and value:
            ask(self._sock, "touch", finger=value)
        elif act in ("case_open", "case_close"):
            ask(self._sock, "case", open=act == "case_open")
