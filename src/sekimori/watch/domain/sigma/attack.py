"""The technique ids of MITRE ATT&CK, for checking what a rule says of itself."""

from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final

VERSION: Final = "17.0"


@cache
def techniques() -> frozenset[str]:
    """Return every technique and sub-technique id of the Enterprise matrix."""
    text = files("sekimori.watch.domain.sigma").joinpath("attack_techniques.txt").read_text(encoding="utf-8")
    lines = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return frozenset(technique + sub for technique, *subs in lines for sub in ("", *subs))


def nearest(technique: str) -> str | None:
    """Return the known id that looks most like this one."""
    parent = technique.partition(".")[0]
    if parent in techniques():
        return parent
    return next(iter(get_close_matches(technique, sorted(techniques()), 1)), None)
