"""A picture in our colours comes out in them: flat colours as they were, letters nearly."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageColor, ImageDraw

from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.slack import ink
from sekimori.desk.slack.png import encode

COLOURS = sorted({*ink.COLOURS, *(each.fill for each in ink.INKS.values()), *(each.mark for each in ink.INKS.values())})
BARELY_SEEN = 12


def read(png: bytes) -> Image.Image:
    with Image.open(BytesIO(png)) as image:
        assert (image.format, image.mode, image.info) == ("PNG", "P", {})
        return image.convert("RGB")


@pytest.mark.parametrize("colour", COLOURS)
def test_a_flat_colour_stays_what_it_is(colour):
    assert read(encode(Image.new("RGB", (3, 2), colour))).getcolors() == [(6, ImageColor.getrgb(colour))]


@pytest.mark.parametrize(("letter", "ground"), ink.WRITTEN)
def test_letters_stay_as_soft_as_they_were(letter, ground):
    image = Image.new("RGB", (120, 60), ground)
    ImageDraw.Draw(image).text((4, 4), "予定8月", font=ink.font(26), fill=letter)
    extremes = ImageChops.difference(image, read(encode(image))).getextrema()
    assert max(most for _least, most in extremes) <= BARELY_SEEN


def test_hatching_keeps_both_its_colours():
    image = Image.new("RGB", (80, 80), ink.PAPER)
    ink.field(image, (0, 0, 79, 79), FbType.UNKNOWN, behind=ink.PAPER)
    unknown = ink.INKS[FbType.UNKNOWN]
    wanted = {ImageColor.getrgb(colour) for colour in (ink.PAPER, unknown.fill, unknown.hatched)}
    assert {colour for _count, colour in read(encode(image)).getcolors()} == wanted
