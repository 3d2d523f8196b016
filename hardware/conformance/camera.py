"""ports.Camera: photos of now, of the size that they say, and never an older one.

Calls only hardware.ports and hardware.conformance. Nothing is decoded: the size stands in the
JPEG's own header.
"""

import struct
from collections.abc import Iterator
from typing import Final

from hardware.conformance.deeds import Words
from hardware.conformance.model import Scene, Seen, Suite, bad, good
from hardware.conformance.press import refused
from hardware.ports import Camera

CAMERA: Final = Suite[Camera]("camera")

FUTURE_MS: Final = 3_600_000
PREVIEW_BYTES: Final = 1 << 20
START: Final = b"\xff\xd8"
SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a start of frame (ISO/IEC 10918-1, table B.1)."""


@CAMERA.check(
    Words("拍一张照片。", "Takes a photo."),
    Words(
        "曝光在要求之后；尺寸与所报一致。",
        "Its exposure began after it was asked for, and its size is the one it names.",
    ),
)
def takes_a_photo_of_now(camera: Camera, scene: Scene) -> Seen:
    asked = scene.mono_ms()
    frame = camera.capture(asked)
    late, size = frame.mono_ms - asked, jpeg_size(frame.jpeg)
    zh = f"晚 {late} 毫秒，图 {size}，报 {frame.width}×{frame.height}。"
    en = f"{late} ms later; {size}, and says {frame.width}×{frame.height}."
    return good(zh, en) if late >= 0 and size == (frame.width, frame.height) else bad(zh, en)


@CAMERA.check(
    Words("接连拍两张。", "Takes two photos, one after the other."),
    Words("第二张曝光更晚。", "The second was exposed later."),
)
def never_shows_the_same_twice(camera: Camera, scene: Scene) -> Seen:
    first = camera.capture(scene.mono_ms())
    second = camera.capture(first.mono_ms + 1)
    later = second.mono_ms - first.mono_ms
    zh, en = f"晚 {later} 毫秒。", f"{later} ms later."
    return good(zh, en) if later > 0 else bad(zh, en)


@CAMERA.check(
    Words("取一张预览。", "Takes a preview."),
    Words("是小幅 JPEG 图。", "It is a small JPEG."),
)
def shows_a_preview(camera: Camera, scene: Scene) -> Seen:
    camera.capture(scene.mono_ms())
    shown = camera.preview()
    size = jpeg_size(shown)
    zh, en = f"{size}，{len(shown)} 字节。", f"{size}, {len(shown)} bytes."
    return good(zh, en) if size is not None and len(shown) <= PREVIEW_BYTES else bad(zh, en)


@CAMERA.check(
    Words("要求一小时以后的照片。", "Asks for a photo exposed an hour from now."),
    Words("几秒后拒绝，不给旧图。", "It refuses after some seconds and gives no older frame."),
)
def gives_no_older_frame(camera: Camera, scene: Scene) -> Seen:
    """Comes last: a camera may be of no use to its process afterwards."""
    if refused(lambda: camera.capture(scene.mono_ms() + FUTURE_MS)):
        return good("已拒绝。", "Refused.")
    return bad("给了一张旧图。", "It gave an older frame.")


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) by the header; None for what is no JPEG."""
    for marker, at in _segments(data):
        if marker in SIZES:
            height, width = struct.unpack_from(">HH", data, at + 3)
            return width, height
    return None


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """(marker, where its length stands) of each whole segment before the picture itself."""
    at = len(START) if data.startswith(START) else len(data)
    while at + 9 <= len(data) and data[at] == 0xFF:
        yield data[at + 1], at + 2
        at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])
