"""`sealhub blobs` with invented grants: `python -m tests.sync.blob_site LISTEN`.

The grants are the files `granted/<device>/*` of the state folder, each an application's bytes.
"""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from hub.serve import run
from wire.lists.grants import Grant


def granted(device: str) -> list[Grant]:
    """What the hub would put on the machine's list."""
    folder = Path(os.environ["SEALHUB_STATE"]) / "granted" / device
    return [Grant(file.read_bytes(), ()) for file in folder.glob("*")]


def machines() -> dict[str, None]:
    """Every machine of the village."""
    return dict.fromkeys(("sunrise-1", "sunrise-2"))


def main(listen: str) -> None:
    """Serve until SIGTERM."""
    os.environ["SEALHUB_SITE"] = "blobs"
    os.environ["DJANGO_SETTINGS_MODULE"] = "hub.settings"
    settings.INSTALLED_APPS = ["django.contrib.staticfiles", "hub.blobs"]
    django.setup()
    from hub.blobs import views

    views.GRANTED = "tests.sync.blob_site.granted"  # type: ignore[misc]
    views.MACHINES = "tests.sync.blob_site.machines"  # type: ignore[misc]
    call_command("migrate", "blobs", verbosity=0)
    run(listen, "blobs")


if __name__ == "__main__":
    main(*sys.argv[1:])
