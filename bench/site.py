"""The villagers' pages of a township of 999 villages over 12 months: all of them, and one.

Calls `hub` in a process of its own. All matters are there: stamps, what the example catalogue asks
to be published (71 editions a village, 8 rows each, a question to every tenth), services. Paper and
voice are not measured: they are made beside, one file at a time, and count as there.
The limit is what the same disk and processor need for the same bytes: hashing and writing every
file that is made. A whole regeneration is one in which each page that may change is rendered again
and none is written, as when a day begins; the limit writes all the same.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

from bench.report import Line

VILLAGES, MONTHS, STAMPS = 998, 12, 2
"""With the rig's own village as many as a package of the officers holds (2,000 files). Stamps are
those of a village in a month; the pages of each of them are there, and are kept.
"""
ALL_S, ONE_S = 60, 0.2
BUDGET_ALL, BUDGET_ONE = 10.0, 20.0
"""Of the limit. Pages that read the database row by row are beyond them at once."""
ROUNDS = 5


def measure(folder: Path) -> Iterator[Line]:
    """A whole regeneration, and one village with another stamp and another notice."""
    found = _made(folder, VILLAGES)
    bare = f"the limit, {found['files']:.0f} files: {found['bare']:.1f} s"
    yield Line(
        f"pages of {VILLAGES + 1} villages × {MONTHS} months",
        found["all"] / found["bare"],
        BUDGET_ALL,
        f"{found['all']:.1f} s of {ALL_S}; {bare}",
    )
    bare = f"the limit: {found['bare_one'] * 1e3:.1f} ms"
    said = f"{found['one'] * 1e3:.0f} ms of {ONE_S * 1e3:.0f}; {bare}"
    yield Line("pages of one changed village", found["one"] / found["bare_one"], BUDGET_ONE, said)


def _made(state: Path, villages: int) -> dict[str, float]:
    settings = {"SEALHUB_STATE": str(state), "DJANGO_SETTINGS_MODULE": "hub.settings"}
    command = [sys.executable, "-m", "bench.site", str(villages)]
    done = subprocess.run(
        command, env={**os.environ, **settings}, check=True, stdout=subprocess.PIPE
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _main(villages: int) -> None:
    """Fill the hub of the environment and build its site."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from bench import site_affairs, site_filled
    from hub.clock import now_ms
    from hub.config import config
    from hub.disclosing import build
    from hub.site.folder import Folder
    from hub.site.settings import settings

    town = site_filled.fill(villages, MONTHS, STAMPS)
    site_filled.services()
    site_affairs.fill(town.villages, MONTHS, now_ms())
    with mock.patch("hub.site.qr.svg", return_value=b"<svg/>"):
        build(config(), now_ms())
        site_filled.slow_made()
    root = settings(config()).folder
    took: dict[str, float] = {"all": _timed(lambda: build(config(), now_ms() + site_filled.DAY_MS))}
    folder = Folder(root, settings(config()).beside)
    kept = {path for owner in folder.owners() for path in folder.lasting(owner)}
    pages = [one for one in root.rglob("*") if one.is_file()]
    own = [one for one in pages if one.relative_to(root).as_posix() not in kept]
    took["files"] = len(own)
    took["bare"] = _timed(lambda: _written(own, root.parent / "bare"))
    ones = []
    for _ in range(ROUNDS):
        town.stamp()
        site_affairs.published(town.village, now_ms())
        ones.append(_timed(lambda: build(config(), now_ms() + site_filled.DAY_MS)))
    village = [one for one in own if one.is_relative_to(root / "v" / town.village)]
    took["one"] = sorted(ones)[ROUNDS // 2]
    took["bare_one"] = _timed(lambda: _written(village, root.parent / "bare-one"))
    print(json.dumps(took))


def _written(files: list[Path], folder: Path) -> None:
    """The same bytes again, hashed and put in place as the site's are."""
    for number, one in enumerate(files):
        data = one.read_bytes()
        hashlib.sha256(data).hexdigest()
        path = folder / str(number // 50) / f"{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_bytes(data)
        beside.replace(path)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    _main(int(sys.argv[1]))
