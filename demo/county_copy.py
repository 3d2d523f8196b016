"""The county's copy of the demo's log, kept up to date while the demo runs.

Calls `inspector.pull` and `county.history`: what `sealinspect pull --log-only` and
`sealcounty history take` do by a timer elsewhere.
"""

import argparse
import threading
from contextlib import ExitStack
from pathlib import Path

from county import pages_config
from county.history.take import take
from county.history.trust import HistoryError, Trust
from demo.state import DemoState
from inspector.findings import NotVerifiedError, UnusableError
from inspector.pull import Pull
from inspector.selection import Selection
from inspector.source import Source
from inspector.supply import Sites

EVERY_S = 3.0


def main(argv: list[str] | None = None) -> int:
    """Pull and take until told to stop; what is wrong is said whenever it changes."""
    parser = argparse.ArgumentParser(prog="demo.county_copy")
    parser.add_argument("--var", type=Path, required=True)
    state = DemoState.load(parser.parse_args(argv).var)
    print("ready", flush=True)
    said = ""
    while True:
        for trust in pages_config.load(state.county_dir / "pages.json").histories:
            if (told := _round(state, trust)) != said:
                said = told
                print(said, flush=True)
        threading.Event().wait(EVERY_S)


def _round(state: DemoState, trust: Trust) -> str:
    folder = state.var / "inspector"
    try:
        with ExitStack() as stack:
            token = (folder / "token").read_text("ascii").strip()
            hub = stack.enter_context(Source(f"http://127.0.0.1:{state.ports['hub']}", token))
            public = stack.enter_context(Source(f"http://127.0.0.1:{state.ports['public']}"))
            pull = Pull(Sites(hub, public), trust.copy, Selection(), log_only=True)
            pull.run(folder / "policy.json")
        return f"{take(trust).size} leaves"
    except (HistoryError, NotVerifiedError, UnusableError, OSError) as error:
        return str(error)


if __name__ == "__main__":
    raise SystemExit(main())
