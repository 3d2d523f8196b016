"""The look-up of relief, of 100,000 rows: how long a hit, a miss and nonsense take, as the client
of the public site sees it.

Calls `hub` in a process of its own. The limit is the quickest of the three: nobody is to tell them
apart. What each would take without the fixed delay is said beside it.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.report import Line

ROWS: Final = 100_000
ROUNDS: Final = 20
BUDGET: Final = 1.02
"""Of the quickest median: some milliseconds of a computer that does other things, too."""
HIT: Final = {"name": "示例二", "number": "33999919500101001X"}
ASKED: Final = {
    "hit": HIT,
    "miss": {**HIT, "number": "339999195001010029"},
    "malformed": {"name": "%", "number": "1", "code": "0000 0000"},
}


def measure(folder: Path) -> Iterator[Line]:
    """The slowest median as a share of the quickest."""
    settings = {"SEALHUB_STATE": str(folder), "DJANGO_SETTINGS_MODULE": "hub.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "bench.relief_look"],
        env={**os.environ, **settings, "SEALHUB_SITE": "public"},
        check=True,
        stdout=subprocess.PIPE,
    )
    paced, bare = json.loads(done.stdout)
    said = "; ".join(
        f"{name} {paced[name] * 1e3:.1f} ms, of which work {bare[name] * 1e3:.1f} ms"
        for name in ASKED
    )
    ratio = max(paced.values()) / min(paced.values())
    yield Line(f"look-up of relief, of {ROWS} rows: slowest of quickest", ratio, BUDGET, said)


def _main(state: Path) -> None:
    """Fill the hub of the environment, and ask it in turn."""
    import django
    from django.core.management import call_command

    django.setup()
    from hub.config import FILE, Origins
    from hub.init import toml
    from hub.relief import keys, look_views

    text = toml(Origins(*(f"http://{one}.localhost" for one in ("hub", "public", "county"))))
    most = "".join(f"{name} = 100000\n" for name in ("address_day", "key_day", "day"))
    (state / FILE).write_text(f"{text}\n[relief]\n{most}", "utf-8")
    call_command("migrate", verbosity=0)
    keys.ensure(state)
    _fill(keys.load(state))
    paced = _medians()
    bare = replace(look_views.PACE, sleep=lambda _: None)
    look_views.PACE = bare  # type: ignore[misc]
    print(json.dumps([paced, _medians()]))


def _fill(held: tuple[bytes, ...]) -> None:
    from hub.relief import keys
    from hub.relief.models import Batch, Benefit, Household

    batch = Batch.objects.create(kind="benefits", person="gui", at_ms=1, sha256=b"", lines=ROWS)
    where = Household.objects.create(village="sunrise", number="H-1")
    Benefit.objects.bulk_create(
        (
            Benefit(
                batch=batch, village="sunrise", household=where, name="示例二", generation=1,
                index=keys.person(held, HIT["name"], str(at) if at else HIT["number"]),
                project="茶园补助", amount=150_000, day="2026-09-30", source="县财政",
            )
            for at in range(ROWS)
        ),
        batch_size=2000,
    )  # fmt: skip


def _medians() -> dict[str, float]:
    from django.test import Client

    took: dict[str, list[float]] = {name: [] for name in ASKED}
    for _ in range(ROUNDS):
        for name, typed in ASKED.items():
            began = time.perf_counter()
            reply = Client(SERVER_NAME="localhost").post("/relief/", typed)
            took[name].append(time.perf_counter() - began)
            assert (b"1,500.00" in reply.content) == (name == "hit"), name
    return {name: statistics.median(some) for name, some in took.items()}


if __name__ == "__main__":
    _main(Path(os.environ["SEALHUB_STATE"]))
