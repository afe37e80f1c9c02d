"""Sigma strings: plain text with the wildcards `*` and `?`, and the backslash that makes them plain."""

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from sekimori.watch.domain.sigma.values import (
    CasedText,
    Name,
    Pattern,
    Place,
    Reading,
    Text,
    ValueTest,
    folded_fragment,
)


class Wildcard(Enum):
    """A place in a Sigma string that stands for other text."""

    ANY = "*"
    ONE = "?"


Piece: TypeAlias = str | Wildcard


class Sensitivity(Enum):
    """How letters compare."""

    CASELESS = "caseless"
    CASED = "cased"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class SigmaText:
    """A parsed Sigma string: plain pieces and wildcards, never two plain ones in a row; `written` is its spelling."""

    pieces: tuple[Piece, ...]
    written: str = field(default="", compare=False)

    @classmethod
    def parse(cls, written: str) -> "SigmaText":
        r"""Read a string as written in a rule: `\*`, `\?` and `\\` are plain, any other backslash is itself."""
        pieces: list[Piece] = []
        plain = ""
        characters = iter(written)
        for c in characters:
            if c == "\\":
                following = next(characters, "")
                plain += following if following and following in "*?\\" else c + following
            elif c in "*?":
                pieces += [plain, Wildcard(c)]
                plain = ""
            else:
                plain += c
        return cls(_tidy([*pieces, plain]), written)

    @classmethod
    def plain(cls, text: str) -> "SigmaText":
        """Make a string without wildcards."""
        return cls(_tidy([text]), text)

    @property
    def is_plain(self) -> bool:
        """Whether it stands for exactly one text."""
        return not any(isinstance(piece, Wildcard) for piece in self.pieces)

    @property
    def literal(self) -> str:
        """The plain text, wildcards left out."""
        return "".join(piece for piece in self.pieces if isinstance(piece, str))

    def within(self, place: Place) -> "SigmaText":
        """Let other text stand before or after it, as `contains`, `startswith` and `endswith` do."""
        before = [Wildcard.ANY] if place in {Place.END, Place.INSIDE} else []
        after = [Wildcard.ANY] if place in {Place.START, Place.INSIDE} else []
        return SigmaText(_tidy([*before, *self.pieces, *after]), self.written)

    def test(self, sensitivity: Sensitivity) -> ValueTest:
        """Make the test that this string asks of a value; the simplest that says it."""
        simple = self._simple()
        if simple is None:
            return self._pattern(sensitivity)
        place, text = simple
        match sensitivity:
            case Sensitivity.CASED:
                return CasedText(place, text)
            case Sensitivity.CASELESS:
                return Text(place, text.casefold())
            case Sensitivity.NAME:
                return Name(place, text.casefold())

    def _simple(self) -> tuple[Place, str] | None:
        match self.pieces:
            case ():
                return Place.WHOLE, ""
            case (str(text),):
                return Place.WHOLE, text
            case (str(text), Wildcard.ANY):
                return Place.START, text
            case (Wildcard.ANY, str(text)):
                return Place.END, text
            case (Wildcard.ANY, str(text), Wildcard.ANY):
                return Place.INSIDE, text
            case (Wildcard.ANY,):
                return Place.INSIDE, ""
            case _:
                return None

    def _pattern(self, sensitivity: Sensitivity) -> Pattern:
        source = "".join(_expression(piece, sensitivity) for piece in self.pieces)
        return Pattern(rf"\A{source}\Z", re.DOTALL, _READINGS[sensitivity])


_READINGS = {
    Sensitivity.CASED: Reading.RAW,
    Sensitivity.CASELESS: Reading.FOLDED,
    Sensitivity.NAME: Reading.NAME,
}


def _expression(piece: Piece, sensitivity: Sensitivity) -> str:
    match piece:
        case Wildcard.ANY:
            return ".*"
        case Wildcard.ONE:
            return "."
        case _ if sensitivity is Sensitivity.CASED:
            return re.escape(piece)
        case _ if sensitivity is Sensitivity.CASELESS:
            return re.escape(piece.casefold())
        case _:
            return re.escape(folded_fragment(piece))


def _tidy(pieces: list[Piece]) -> tuple[Piece, ...]:
    tidy: list[Piece] = []
    for piece in pieces:
        if piece == "" or (piece is Wildcard.ANY and tidy and tidy[-1] is Wildcard.ANY):
            continue
        if isinstance(piece, str) and tidy and isinstance(tidy[-1], str):
            tidy[-1] += piece
        else:
            tidy.append(piece)
    return tuple(tidy)
