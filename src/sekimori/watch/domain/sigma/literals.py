"""Texts that must stand in a record's JSON if a tree is to be true: cheap reasons not to look closer."""

import re
from collections.abc import Iterable
from typing import Final, TypeAlias, TypeGuard

from sekimori.watch.domain.sigma.expressions import texts_in
from sekimori.watch.domain.sigma.known_fields import DERIVED
from sekimori.watch.domain.sigma.tree import And, Atom, Elements, Keyword, Not, Or, Quantifier, SameField, Tree
from sekimori.watch.domain.sigma.values import JsonText, Pattern, Place, Provider, Reading, Text, ValueTest

Literals: TypeAlias = frozenset[bytes]
"""Lower-case ASCII; a tree that is true has at least one of them in its record."""

_PLAIN: Final = re.compile(r"[ !#-\[\]-~]+")


def required(tree: Tree) -> Literals | None:
    """Return texts of which a record that answers the tree has one; None where nothing can be said."""
    match tree:
        case And(parts):
            found = [literals for part in parts if (literals := required(part))]
            return max(found, key=_worth) if found else None
        case Or(parts):
            alternatives = [required(part) for part in parts]
            known = [literals for literals in alternatives if literals is not None]
            return frozenset().union(*known) if len(known) == len(alternatives) else None
        case Atom(path, _) | Elements(path, _, _) if path[0:1] and path[0] in DERIVED:
            return None
        case Atom(_, Pattern(source, flags, Reading.RAW)) | Keyword(Pattern(source, flags, Reading.RAW)):
            texts = texts_in(source, flags)
            return None if texts is None else frozenset(text.encode() for text in texts)
        case Atom(_, test) | Keyword(test):
            text = _text(test)
            return None if text is None else frozenset({text})
        case Elements(_, Quantifier.ANY | Quantifier.ALL, part):
            return required(part)
        case Not() | SameField() | Elements():
            return None


def may_stand(literals: Iterable[bytes], json: bytes) -> bool:
    """Say whether one of the literals can stand in a piece of JSON; wrong only on the careful side."""
    # One byte is found ten times as fast as two, so each pair is looked for only behind its first byte.
    if b"\\" in json and (b"\\u" in json or b"\\/" in json):
        return True  # JSON can spell any letter as an escape, and a slash as `\\/`
    if not json.isascii() and _folds_to_ascii(json):
        return True
    lowered = json.lower()
    for literal in literals:  # noqa: SIM110 - `any` costs half as much again here, and this runs for every record
        if literal in lowered:
            return True
    return False


def _folds_to_ascii(json: bytes) -> bool:
    """Say whether case folding may make ASCII of what is not ASCII here.

    It does of sharp and long s, dotted I, the Kelvin sign, ligatures and a few more; these are their first bytes, which
    only rare letters share.
    """
    return (
        b"\xc5" in json
        or b"\xe1" in json
        or b"\xef" in json
        or b"\xc7" in json
        or (b"\xc3" in json and b"\xc3\x9f" in json)
        or (b"\xc4" in json and b"\xc4\xb0" in json)
        or (b"\xe2" in json and b"\xe2\x84" in json)
    )


def _worth(literals: Literals) -> tuple[int, int]:
    return min(map(len, literals), default=0), -len(literals)


def _text(test: ValueTest) -> bytes | None:
    match test:
        case Text(_, text):
            return _longest(text)
        case JsonText(inner) | Provider(inner):
            return _text(inner)
        case _:
            return None


def is_whole_text(test: ValueTest) -> TypeGuard[Text]:
    """Say whether a test is for one whole text that JSON writes letter by letter."""
    return isinstance(test, Text) and test.place is Place.WHOLE and _PLAIN.fullmatch(test.text) is not None


def _longest(text: str) -> bytes | None:
    """Return the longest run of characters that JSON writes as they are and that no folding made of others."""
    return max((run.encode() for run in _PLAIN.findall(text)), key=len, default=None)
