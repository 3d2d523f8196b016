"""Draws the print of a round seal: ring, star, name along the arc, in uneven red ink. Calls only
hardware.sim.fonts.
"""

import math

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from hardware.sim.fonts import font

DIAMETER_MM = 40.0
INK = (203, 22, 38)
_FINE = 4  # drawn this much larger, then reduced
_STAR_RADIUS = 0.165  # these four are parts of the diameter
_RING_WIDTH = 0.026
_GLYPH_HEIGHT = 0.155
_GLYPH_MARGIN = 0.050  # between ring and name
_SPAN_DEGREES = 280.0
_PITCH_DEGREES = 24.0

Density = npt.NDArray[np.float32]


def ink_density(name: str, pixels: int, degrees: float, seed: int) -> Density:
    """The print as ink per pixel, 0..1, in a square of `pixels` across, turned clockwise by
    `degrees`.
    """
    size = pixels * _FINE
    die = Image.new("L", (size, size))
    _draw_ring(die)
    _draw_star(die)
    _draw_name(die, name)
    turned = die.rotate(-degrees, Image.Resampling.BICUBIC)
    small = turned.resize((pixels, pixels), Image.Resampling.LANCZOS)
    soft = small.filter(ImageFilter.GaussianBlur(0.4))
    ink: Density = np.asarray(soft, np.float32) / 255.0
    return ink * _unevenness(pixels, seed)


def _draw_ring(die: Image.Image) -> None:
    size = die.width
    edge = size * 0.012
    ImageDraw.Draw(die).ellipse(
        (edge, edge, size - edge, size - edge), outline=255, width=round(size * _RING_WIDTH)
    )


def _draw_star(die: Image.Image) -> None:
    centre, outer = die.width / 2, die.width * _STAR_RADIUS
    points = []
    for corner in range(10):
        radius = outer if corner % 2 == 0 else outer * 0.382
        angle = math.radians(corner * 36 - 90)
        points.append((centre + radius * math.cos(angle), centre + radius * math.sin(angle)))
    ImageDraw.Draw(die).polygon(points, fill=255)


def _draw_name(die: Image.Image, name: str) -> None:
    size, count = die.width, max(len(name), 1)
    pitch = min(_PITCH_DEGREES, _SPAN_DEGREES / count)
    height = size * _GLYPH_HEIGHT
    radius = size * (0.5 - _RING_WIDTH - _GLYPH_MARGIN) - height / 2
    width = min(height * 0.85, 2 * math.pi * radius * pitch / 360 * 0.92)
    for index, character in enumerate(name):
        degrees = (index - (count - 1) / 2) * pitch
        glyph = _glyph(character, round(width), round(height))
        turned = glyph.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
        x = size / 2 + radius * math.sin(math.radians(degrees))
        y = size / 2 - radius * math.cos(math.radians(degrees))
        corner = (round(x - turned.width / 2), round(y - turned.height / 2))
        die.paste(255, corner, turned)


def _glyph(character: str, width: int, height: int) -> Image.Image:
    """One character filling its cell; punctuation keeps its own narrow shape."""
    face = font("seal", height)
    left, top, right, bottom = face.getbbox(character)
    tight = Image.new("L", (max(1, round(right - left)), max(1, round(bottom - top))))
    ImageDraw.Draw(tight).text((-left, -top), character, fill=255, font=face)
    share = min(1.0, tight.width / (0.6 * height))
    cell = Image.new("L", (width, height))
    fitted = tight.resize((max(1, round(width * share)), height), Image.Resampling.LANCZOS)
    cell.paste(fitted, ((width - fitted.width) // 2, 0))
    return cell


def _unevenness(pixels: int, seed: int) -> Density:
    """Cushion and hand: cloudy ink, fine pores, and one side pressed harder."""
    chance = np.random.default_rng(seed)
    cloud = _stretched(chance.normal(0.0, 1.0, (9, 9)), pixels)
    grain = _stretched(chance.normal(0.0, 1.0, (pixels // 2, pixels // 2)), pixels)
    angle = chance.uniform(0, 2 * math.pi)
    across = np.linspace(-1, 1, pixels, dtype=np.float32)
    slope = math.cos(angle) * across[None, :] + math.sin(angle) * across[:, None]
    density = 0.80 + 0.09 * cloud + 0.07 * slope + 0.05 * grain - 0.45 * (grain < -1.7)
    return np.asarray(np.clip(density, 0.0, 1.0), np.float32)


def _stretched(noise: npt.NDArray[np.float64], pixels: int) -> Density:
    image = Image.fromarray(noise.astype(np.float32))
    return np.asarray(image.resize((pixels, pixels), Image.Resampling.BICUBIC), np.float32)
