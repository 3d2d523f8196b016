"""The Chinese font that a PDF embeds, found on this computer. Calls only `inspector.findings`."""

from pathlib import Path
from typing import Final

from inspector.findings import UnusableError

FONTS: Final = (
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    Path("C:/Windows/Fonts/msyh.ttc"),
    Path("C:/Windows/Fonts/simhei.ttf"),
    Path("/System/Library/Fonts/STHeiti Light.ttc"),
)
"""Where Debian's fonts-wqy-microhei and -zenhei, Windows and macOS have one."""
_BEGINNINGS: Final = (b"\0\1\0\0", b"true", b"OTTO", b"ttcf")
"""First bytes of TrueType, OpenType and collections."""


def find(named: Path | None) -> Path:
    """The font named, or the first that is there; raises UnusableError."""
    found = next((path for path in ((named,) if named else FONTS) if path.is_file()), None)
    if found is None:
        raise UnusableError(
            f"{named or FONTS[0]}: 没有中文字体，请安装 fonts-wqy-microhei，或用 --font 指定。 "
            "No Chinese font: install fonts-wqy-microhei, or name one with --font."
        )
    try:
        with found.open("rb") as file:
            begins = file.read(4)
    except OSError as error:
        raise UnusableError(f"{found}: 字体不能用。 Not a usable font: {error}") from error
    if begins not in _BEGINNINGS:
        raise UnusableError(f"{found}: 字体不能用。 Not a font.")
    return found
