"""What a depot gets of a sheet of machines: labels to print, and a list that holds no token.

Calls `hub.devices.bulk`, `segno` and Django's templates. Both are files for their owner alone;
whoever has a label may join once in that machine's name, from that board.
"""

import csv
import io
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

import segno
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from hub.devices.bulk import Label
from wire.provisioning import token

LABELS: Final = "labels.html"
LIST: Final = "depot.csv"
A_SHEET: Final = 10
"""Labels on one A4 sheet: two beside one another, 99 by 57 mm."""
CHINA: Final = timezone(timedelta(hours=8))
HEADS: Final = ("机号", "村", "村编号", "序列号", "有效至", "核对码")


def write(folder: Path, labels: Sequence[Label], expires_ms: int) -> None:
    """Both files into a folder that holds nothing yet; raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder}: 请用空的文件夹。 Use a folder that holds nothing yet.")
    until = when(expires_ms)
    for name, text in ((LABELS, _printed(labels, until)), (LIST, _listed(labels, until))):
        path = folder / name
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(text, "utf-8", newline="")


def when(ms: int) -> str:
    """A moment in the depot's own time."""
    return f"{datetime.fromtimestamp(ms / 1000, CHINA):%Y-%m-%d %H:%M}"


def _printed(labels: Sequence[Label], until: str) -> str:
    shown = [
        {
            "name": label.row.name,
            "wanted": label.row.wanted,
            "code": label.token.code,
            "qr": _drawn(token.encode(label.token)),
        }
        for label in labels
    ]
    sheets = [shown[at : at + A_SHEET] for at in range(0, len(shown), A_SHEET)]
    return render_to_string("devices/labels.html", {"sheets": sheets, "until": until})


def _drawn(text: str) -> str:
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(drawn)  # noqa: S308 - drawn here, of letters, digits and hyphens


def _listed(labels: Sequence[Label], until: str) -> str:
    """For Excel, which knows UTF-8 by its mark."""
    made = io.StringIO(newline="")
    rows = csv.writer(made)
    rows.writerow(HEADS)
    for label in labels:
        wanted = label.row.wanted
        rows.writerow(
            (wanted.device, label.row.name, wanted.village, wanted.serial, until, label.token.code)
        )
    return "\ufeff" + made.getvalue()
