"""PDF and Word files become pictures of their pages. For the sandbox.

Calls `hub.intake.{pictures,reasons}`, poppler's pdfinfo and pdftoppm, and LibreOffice.
"""

import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hub.intake.pictures import checked
from hub.intake.reasons import Unfit

LONGEST: Final = 2376
"""Pixels of a page's longer side: A4 at 8 to the millimetre, as machines compare it."""
MOST_UNPACKED: Final = 128 << 20
_PAGES: Final = re.compile(rb"^Pages: +([0-9]{1,9})$", re.MULTILINE)


def of_pdf(data: bytes, most: int, folder: Path) -> Iterator[bytes]:
    """Each page as a PNG; raises Unfit."""
    file = folder / "paper.pdf"
    file.write_bytes(data)
    count = _count(file)
    if count > most:
        raise Unfit("file_too_long", f"{count} 页，最多 {most} 页")
    drawn = folder / "page"
    done = _called("pdftoppm", "-png", "-scale-to", str(LONGEST), str(file), str(drawn))
    names = sorted(folder.glob("page-*.png"))
    if done.returncode != 0 or len(names) != count:
        raise Unfit("file_damaged")
    for number, name in enumerate(names, start=1):
        yield checked(name.read_bytes(), number)


def of_word(data: bytes, kind: str, folder: Path) -> bytes:
    """The PDF that LibreOffice makes of it; raises Unfit."""
    if kind == "docx":
        _check_packed(data)
    file = folder / f"paper.{kind}"
    file.write_bytes(data)
    _called(
        "soffice",
        f"-env:UserInstallation=file://{folder}/office",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(file),
    )
    made = folder / "paper.pdf"
    if not made.exists():
        raise Unfit("file_damaged")
    return made.read_bytes()


def _count(file: Path) -> int:
    done = _called("pdfinfo", str(file))
    found = _PAGES.search(done.stdout)
    if found is None or int(found[1]) < 1:
        raise Unfit("file_locked" if b"password" in done.stderr else "file_damaged")
    return int(found[1])


def _check_packed(data: bytes) -> None:
    """No more inside than a paper needs, and a paper inside."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unfit("file_damaged") from error
    if not any(part.filename == "word/document.xml" for part in parts):
        raise Unfit("file_misnamed", "docx")
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unfit("file_too_big")


def _called(*command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, check=False)
