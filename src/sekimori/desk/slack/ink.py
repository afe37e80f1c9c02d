"""The picture's fonts, colours and marks.

Marks are drawn, not written: the font that comes with the installation has no ✕, and a mark must look alike
everywhere. Each type differs in shape and in lightness, so that the picture can be read without colours.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from sekimori.desk.domain.free_busy import FbType

Box = tuple[float, float, float, float]
Face = ImageFont.FreeTypeFont

PAPER: Final = "#FFFFFF"
TEXT: Final = "#1D2433"
QUIET: Final = "#596377"
LINE: Final = "#CBD3DD"
FAINT: Final = "#F4F5F7"
SATURDAY: Final = "#1F5FBF"
SUNDAY: Final = "#C0392B"
WARNING: Final = "#8A2B12"
COMMON: Final = "#14673F"
CRASH: Final = "#111827"
SUN: Final = "#FFD23F"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """How one type is painted; ``hatched`` fields have slanting lines."""

    fill: str
    mark: str
    hatched: str | None = None


INKS: Final = {
    FbType.FREE: Ink(fill="#E4F3E9", mark="#2E7D4F"),
    FbType.WORKING_ELSEWHERE: Ink(fill="#D3E8F4", mark="#2F7398"),
    FbType.TENTATIVE: Ink(fill="#FBE3A1", mark="#7A5200"),
    FbType.UNKNOWN: Ink(fill="#E3E5EA", mark="#3B4252", hatched="#C5CAD3"),
    FbType.BUSY: Ink(fill="#B23A48", mark="#FFFFFF"),
    FbType.OUT_OF_OFFICE: Ink(fill="#8C2F3B", mark="#FFFFFF", hatched="#9F4450"),
}

COLOURS: Final = (PAPER, TEXT, QUIET, LINE, FAINT, SATURDAY, SUNDAY, WARNING, COMMON, CRASH, SUN)
"""Every colour that is not an ink's."""
WRITTEN: Final = (
    *((letter, PAPER) for letter in (TEXT, QUIET, SATURDAY, SUNDAY, WARNING, COMMON, CRASH)),
    (COMMON, INKS[FbType.FREE].fill),
    (CRASH, SUN),
    *((ink.mark, ground) for ink in INKS.values() for ground in (ink.fill, ink.hatched) if ground),
)
"""What is written on what: letters have soft edges, which nothing else has."""


@lru_cache(maxsize=32)
def font(size: int, weight: str = "Regular") -> Face:
    """Load BIZ UDPGothic, which comes with this package; ``weight`` is Regular or Bold."""
    file = resources.files("sekimori") / "fonts" / f"BIZUDPGothic-{weight}.ttf"
    with resources.as_file(file) as path:
        return ImageFont.truetype(str(path), size)


def write(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, face: Face, *, fill: str, anchor: str) -> None:
    """Write words that pictures have in common: their letters are kept, and cost a fifth the next time."""
    (left, top), letters = _letters(text, face, anchor)
    draw.bitmap((round(at[0]) + left, round(at[1]) + top), letters, fill)


@lru_cache(maxsize=1024)
def _letters(text: str, face: Face, anchor: str) -> tuple[tuple[int, int], Image.Image]:
    """Return the shape of a short text, and where it stands from its anchor."""
    left, top, right, bottom = (round(edge) for edge in face.getbbox(text, anchor=anchor))
    letters = Image.new("L", (max(1, right - left), max(1, bottom - top)), 0)
    ImageDraw.Draw(letters).text((-left, -top), text, fill=255, font=face, anchor=anchor)
    return (left, top), letters


def wrapped(text: str, size: int, weight: str, width: float) -> list[str]:
    """Break a text into lines that fit a width: at a space where there is one, else anywhere, as Japanese does."""
    face, lines = font(size, weight), [""]
    if face.getlength(text) <= width:
        return [text]
    for character in text:
        if face.getlength(lines[-1] + character) > width:
            kept, space, moved = lines[-1].rpartition(" ")
            at_space = bool(space) and moved.isascii()
            lines[-1:] = [kept, moved] if at_space else [lines[-1], ""]
        lines[-1] += character
    return lines


def field(image: Image.Image, box: Box, fb_type: FbType, *, behind: str = FAINT) -> None:
    """Paint the ground of a field; ``behind`` is the colour that its round corners leave."""
    left, top, right, bottom = (round(edge) for edge in box)
    image.paste(_ground((right - left + 1, bottom - top + 1), fb_type, behind), (left, top))


@lru_cache(maxsize=64)
def _ground(size: tuple[int, int], fb_type: FbType, behind: str) -> Image.Image:
    """Make a field's ground: a picture has many fields of a few sizes."""
    ink, (width, height) = INKS[fb_type], size
    ground, shape = Image.new("RGB", size, ink.fill), Image.new("L", size, 0)
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, width - 1, height - 1), radius=8, fill=255)
    if ink.hatched:
        draw = ImageDraw.Draw(ground)
        for offset in range(-height, width, 18):
            draw.line((offset, height, offset + height, 0), fill=ink.hatched, width=5)
    return Image.composite(ground, Image.new("RGB", size, behind), shape)


def mark(draw: ImageDraw.ImageDraw, centre: tuple[float, float], size: float, fb_type: FbType) -> None:
    """Draw a type's mark around a point; ``size`` is its height."""
    x, y, half = *centre, size / 2
    colour, width = INKS[fb_type].mark, max(3, round(size / 9))
    match fb_type:
        case FbType.FREE | FbType.WORKING_ELSEWHERE:
            draw.ellipse((x - half, y - half, x + half, y + half), outline=colour, width=width)
        case FbType.TENTATIVE:
            corners = [(x, y - half), (x + half * 1.1, y + half * 0.9), (x - half * 1.1, y + half * 0.9)]
            draw.polygon(corners, outline=colour, width=width)
        case FbType.UNKNOWN:
            write(draw, (x, y), "？", font(round(size * 1.25), "Bold"), fill=colour, anchor="mm")
        case FbType.BUSY | FbType.OUT_OF_OFFICE:
            draw.line((x - half, y - half, x + half, y + half), fill=colour, width=width)
            draw.line((x - half, y + half, x + half, y - half), fill=colour, width=width)
