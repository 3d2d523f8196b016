"""`sealctl`, as on a computer that is busy with other tests: `python -m tests.support.patient …`.

A head answers within milliseconds; a thread of pytest in its place may need tenths of a second. So
the driver waits longer for it here, in the order of its real limits. Calls sealctl.cli and
hardware.serial_head.link.
"""

import sys
from typing import Final
from unittest import mock

from hardware.serial_head import link
from sealctl import cli

SLOWNESS: Final = 10

if __name__ == "__main__":
    with (
        mock.patch.object(link, "CALL_MS", link.CALL_MS * SLOWNESS),
        mock.patch.object(link, "TRY_MS", link.TRY_MS * SLOWNESS),
    ):
        sys.exit(cli.main())
