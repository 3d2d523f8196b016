"""The public site of a test's hub, built into a folder and read from there.

Calls `hub.disclosing` and the test's hub. `logged` puts a journal's entries into a real log.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hub.clock import now_ms
from hub.config import config
from hub.disclosing import Built, build
from hub.init import new_key
from hub.log.sequencer import Sequencer
from hub.site.settings import settings
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal, Written

SHARED = ("site/site.css", "site/site.js")
"""What every page loads, below static/."""


def keys(folder: Path) -> None:
    """The hub.toml of public_rig, and the log's key."""
    hub.write_config(folder)
    new_key(folder / "keys" / "log.pem")


def log(written: Iterable[Written]) -> None:
    """These entries, stored and in the hub's log."""
    some = list(written)
    hub.store(some)
    with Sequencer.open(config()) as sequencer:
        sequencer.append([one.envelope for one in some])


@dataclass(frozen=True)
class Site:
    """`root` is what a file server would give out."""

    root: Path

    def build(self, *, afresh: bool = False, at_ms: int | None = None) -> Built:
        if not config().site_key.exists():
            new_key(config().site_key)
        return build(config(), now_ms() if at_ms is None else at_ms, afresh=afresh)

    def text(self, path: str) -> str:
        """A file; the page of a folder for a path that ends with /, or is empty."""
        whole = f"{path}index.html" if not path or path.endswith("/") else path
        return (self.root / whole).read_text("utf-8")

    def __contains__(self, path: str) -> bool:
        return (self.root / path).is_file()

    def files(self) -> list[str]:
        found = (one for one in self.root.rglob("*") if one.is_file())
        return sorted(str(one.relative_to(self.root)) for one in found)


def site() -> Site:
    """That of the hub whose state the settings name."""
    return Site(settings(config()).folder)


def made(journal: Journal) -> Site:
    """Built, with all that the journal holds."""
    log(journal.written)
    found = site()
    found.build()
    return found
