"""Brings a typed text into one spelling: width, case, dashes, what cannot be seen, marks, emoji, numerals."""

import re
import unicodedata
from typing import Final

from sekimori.desk.domain.names import plain
from sekimori.desk.domain.phrases.kana import with_kanji
from sekimori.desk.domain.phrases.numerals import with_digits

_SHORTCODE: Final = re.compile(r":(?=[a-z_+])[a-z0-9_+'\-]{2,40}:(?::skin-tone-\d:)?")
_LINK: Final = re.compile(r"<(?!@[uw][a-z0-9]+>)[^<>]{0,200}>")
_MARKS: Final = re.compile(r"[*_`|\\^]+|^\s*>+")
_WAVES: Final = re.compile(r"[〜～∼→⇒]|->|=>")
_DASHES: Final = re.compile(r"[‐‑‒–—―−─]+|(?<=[\d時分日月曜)])ー(?=\s*\d|[月火水木金土日])")
_QUOTED: Final = re.compile(r"([「『\"“][^「」『』\"“”]{1,40}[」』\"”])")
"""A name in quotation marks stays as it was typed."""
_PICTURES: Final = {"So", "Sk", "Sm"}


def spelled(text: str) -> str:
    """Return a text in the one spelling that the patterns of this package read."""
    words = _WAVES.sub("~", plain(text))
    words = _DASHES.sub("-", words)
    words = _SHORTCODE.sub(" ", _LINK.sub(" ", words))
    words = _MARKS.sub(" ", words)
    words = "".join(" " if _is_picture(c) else c for c in words)
    pieces = _QUOTED.split(re.sub(r"\s+", " ", words))
    return "".join(piece if number % 2 else _counted(piece) for number, piece in enumerate(pieces)).strip()


def _counted(words: str) -> str:
    return with_digits(with_kanji(words))


def _is_picture(character: str) -> bool:
    if character.isascii():
        return False
    return unicodedata.category(character) in _PICTURES or "\ufe00" <= character <= "\ufe0f"
