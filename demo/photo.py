"""An invented photo of a finished street lamp, drawn and marked as an example.

Calls only hardware.sim.fonts.
"""

import io

from PIL import Image, ImageDraw

from hardware.sim.fonts import font

WIDTH, HEIGHT = 1200, 800
HORIZON = 470


def jpeg() -> bytes:
    """Evening, hills, a road, a lamp that shines."""
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(picture)
    for y in range(HEIGHT):
        share = min(y / HORIZON, 1)
        line = tuple(round(a + (b - a) * share) for a, b in ((28, 214), (46, 150), (92, 110)))
        draw.line((0, y, WIDTH, y), fill=line)
    for left, top, colour in ((-200, 250, (52, 66, 74)), (420, 300, (44, 57, 60))):
        draw.ellipse((left, top, left + 1000, top + 700), fill=colour)
    draw.rectangle((0, HORIZON + 40, WIDTH, HEIGHT), fill=(58, 74, 52))
    draw.polygon(
        ((470, HORIZON + 40), (560, HORIZON + 40), (980, HEIGHT), (180, HEIGHT)), "#4b4b50"
    )
    for x, foot, tall in ((350, 740, 560), (700, 610, 270), (610, 545, 130)):
        _lamp(draw, x, foot, tall)
    draw.text((24, HEIGHT - 60), "示例图片 · 编造", "white", font("plain", 40))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _lamp(draw: ImageDraw.ImageDraw, x: int, foot: int, tall: int) -> None:
    thick, arm = max(tall // 50, 3), tall // 4
    draw.line((x, foot, x, foot - tall), fill="#20262c", width=thick)
    draw.line((x, foot - tall, x + arm, foot - tall), fill="#20262c", width=thick)
    for size, colour in ((arm // 2, "#c8a45a"), (arm // 4, "#fff2b8")):
        middle = foot - tall + size // 2
        box = (x + arm - size, middle - size // 2, x + arm + size, middle + size // 2)
        draw.ellipse(box, fill=colour)
