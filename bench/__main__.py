"""`make bench`: prints each ratio with its budget. Exit status 1 where one is exceeded."""

import sys
import tempfile
from pathlib import Path

import django
from django.conf import settings


def main() -> int:
    """Run every measure."""
    if not settings.configured:
        settings.configure()
        django.setup()
    from bench import courier, decision, export, hub_lists, inspect, lockd, provisioning, site
    from bench import relief_look as relief
    from bench import witness as witnessing

    kept = True
    measures = (
        *(decision, lockd, courier, witnessing, provisioning, inspect, hub_lists, export),
        *(site, relief),
    )
    for measure in (one.measure for one in measures):
        with tempfile.TemporaryDirectory() as folder:
            for line in measure(Path(folder)):
                print(line, flush=True)
                kept &= line.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
