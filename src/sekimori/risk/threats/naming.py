"""Techniques by the names and phrases that reports use instead of ids."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from sekimori.watch.domain import attack

_SPACED_JAPANESE: Final = re.compile(r"(?<=[^\x00-\u2e7f]) +(?=[^\x00-\u2e7f])")
_FEWEST_WORDS: Final = 2


def folded(text: str) -> str:
    """Return a text as phrases are compared: NFKC, without case, without spaces between Japanese characters."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    return _SPACED_JAPANESE.sub("", plain).casefold()


def named(sentence: str) -> Iterator[str]:
    """Yield the ids of the techniques that a sentence names, each once.

    ATT&CK's own names count where they are written as names, with capitals: "Password Spraying". Where several
    techniques share one ("Cloud Accounts"), the parent's name has to stand in the same sentence.
    """
    found: dict[str, None] = {}
    plain = folded(sentence)
    for phrase, technique in _phrases():
        if phrase in plain and not _inside_a_word(phrase, plain):
            found[technique] = None
            plain = plain.replace(phrase, "\0")  # "phishing" is not said once more by "consent phishing"
    written = " ".join(unicodedata.normalize("NFKC", sentence).split())
    for name, techniques in _names().items():
        if name in written and not _inside_a_word(name, written):
            found.update(dict.fromkeys(_meant(techniques, written)))
    yield from found


def _inside_a_word(phrase: str, text: str) -> bool:
    """Say whether a phrase of Latin letters only ever stands in the middle of a longer word."""
    return phrase[0].isascii() and not re.search(rf"(?<![A-Za-z0-9]){re.escape(phrase)}", text)


def _meant(techniques: tuple[str, ...], written: str) -> Iterator[str]:
    if len(techniques) == 1:
        yield techniques[0]
        return
    for technique in techniques:
        parent = attack.table()[technique].parent
        if parent != technique and attack.name_of(parent) in written:
            yield technique


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Return ATT&CK's names of at least two words, with the techniques that bear each."""
    found: dict[str, tuple[str, ...]] = {}
    for technique in attack.table().values():
        if len(technique.name.split()) >= _FEWEST_WORDS:
            found[technique.name] = (*found.get(technique.name, ()), technique.id)
    return found


@cache
def _phrases() -> tuple[tuple[str, str], ...]:
    """Return phrases and what they mean, the longest first."""
    text = files("sekimori.risk.threats").joinpath("terms.txt").read_text(encoding="utf-8")
    lines = (line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    found = [(folded(phrase), technique) for technique, phrases in lines for phrase in phrases.split("|")]
    return tuple(sorted(found, key=lambda each: (-len(each[0]), each)))
