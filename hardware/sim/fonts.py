"""Chinese type for what the simulator draws, from Debian's font packages. Calls only Pillow."""

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

_FOLDER = Path("/usr/share/fonts")
_NOTO_SC = 2  # the simplified Chinese face inside Noto's collections
_WQY = (_FOLDER / "truetype/wqy/wqy-microhei.ttc", 0)
FACES: dict[str, tuple[tuple[Path, int], ...]] = {
    "seal": ((_FOLDER / "opentype/noto/NotoSerifCJK-Bold.ttc", _NOTO_SC), _WQY),
    "text": ((_FOLDER / "opentype/noto/NotoSerifCJK-Regular.ttc", _NOTO_SC), _WQY),
    "plain": (_WQY, (_FOLDER / "opentype/noto/NotoSansCJK-Regular.ttc", _NOTO_SC)),
}


class FontMissingError(Exception):
    """No Chinese font is installed; the message names the Debian package."""


@lru_cache(maxsize=64)
def font(face: str, pixels: int) -> ImageFont.FreeTypeFont:
    """The first installed face of 'seal', 'text' or 'plain', at this height in pixels."""
    for path, index in FACES[face]:
        if path.exists():
            return ImageFont.truetype(str(path), pixels, index=index)
    raise FontMissingError(
        "没有中文字体 / no Chinese font is installed. 请运行 / please run: "
        "apt install fonts-wqy-microhei"
    )
