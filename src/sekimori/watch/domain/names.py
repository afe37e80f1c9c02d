"""Names as rules compare them: the vendor's dashes, spaces and full stops do not count."""

import unicodedata
from functools import lru_cache

_MINUS = "\u2212"


@lru_cache(maxsize=8192)
def normalised_name(text: str) -> str:
    """Return a name in the form in which names are compared.

    NFKC, every dash as ``-``, runs of white space as one space, no space or full stop at the end, case folded.
    Law: normalising twice changes nothing.
    """
    # Entra: "Update application \u2013 Certificates and secrets management " has an en dash and a trailing space;
    # the unified audit log ends most names with a full stop, but not that one.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    dashed = "".join("-" if unicodedata.category(c) == "Pd" or c == _MINUS else c for c in folded)
    return " ".join(dashed.split()).rstrip(". ")
