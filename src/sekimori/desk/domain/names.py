"""How typed names are compared."""

import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def plain(text: str) -> str:
    """Fold width and case, and drop what cannot be seen."""
    return visible(text).casefold()


def visible(text: str) -> str:
    """Fold width, and drop what cannot be seen: zero-width, bidirectional and control characters.

    Line breaks and tabs become spaces.
    """
    spaced = "".join(" " if c in "\t\r\n\v\f" else c for c in text)
    folded = unicodedata.normalize("NFKC", spaced)
    return "".join(c for c in folded if unicodedata.category(c) not in _INVISIBLE)


def same_name(first: str, second: str) -> bool:
    """Say whether two spellings are one name; spaces do not count, as between a Japanese family and given name."""
    return _compact(first) == _compact(second) != ""


def _compact(text: str) -> str:
    return "".join(plain(text).split())
