"""What a report says: techniques with the sentence each came from, who did it, and when."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sekimori.risk.threats.naming import named
from sekimori.risk.threats.passages import Passage, Place, Report
from sekimori.watch.domain import attack

_ID: Final = re.compile(r"(?<![A-Za-z0-9])[Tt](\d{4})(?:[./](\d{3}))?(?![0-9A-Za-z])")
_SENTENCE: Final = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+(?=[A-Z0-9\"'(\[「])")
_WEATHER_AND_BEASTS: Final = (
    "Blizzard|Typhoon|Sandstorm|Sleet|Tempest|Tsunami|Flood|Hail|Heron|"
    "Spider|SPIDER|Panda|PANDA|Bear|BEAR|Kitten|KITTEN|Chollima|CHOLLIMA"
)
_ACTOR: Final = re.compile(
    r"\b(?:APT[ -]?\d{1,3}|UNC\d{4}|FIN\d{1,2}|TA\d{3,4}|Storm-\d{4}|DEV-\d{4}"
    r"|(?:Operation|Campaign) [A-Z]\w+(?: [A-Z]\w+)?"
    rf"|[A-Z][a-z]+ (?:{_WEATHER_AND_BEASTS}))\b"
    r"|(?:オペレーション|作戦|キャンペーン) ?[「『]([^」』\s]{2,30})[」』]"
    r"|[「『]([^」』\s]{2,30})[」』](?:作戦|キャンペーン)"
)
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH: Final = "|".join(f"{month}|{month[:3]}" for month in _MONTHS)
_DATES: Final = (
    re.compile(r"(?P<y>20\d\d)-(?P<m>\d\d)(?:-(?P<d>\d\d))?(?!\d)"),
    re.compile(r"(?P<y>20\d\d)\s*年\s*(?P<m>\d{1,2})\s*月(?:\s*(?P<d>\d{1,2})\s*日)?"),
    re.compile(rf"\b(?P<d>\d{{1,2}}) (?P<n>{_MONTH})\.? (?P<y>20\d\d)\b", re.IGNORECASE),
    re.compile(rf"\b(?P<n>{_MONTH})\.? (?:(?P<d>\d{{1,2}}),? )?(?P<y>20\d\d)\b", re.IGNORECASE),
)
_LONGEST: Final = 300


class By(StrEnum):
    """How a report speaks of a technique: by its id, by an id that ATT&CK retired, or by name only."""

    ID = "id"
    RETIRED_ID = "retired_id"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One place where a report speaks of a technique; ``written`` is the retired id where it used one."""

    technique: str
    by: By
    sentence: str
    place: Place
    written: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An id that cannot be used: ATT&CK has none such, or retired it without a successor."""

    place: Place
    written: str
    nearest: str | None = None

    def __str__(self) -> str:
        if self.written in attack.retired():
            return f"{self.place}: {self.written} was deprecated by ATT&CK, and nothing replaces it"
        meant = f'; did you mean "{self.nearest}"?' if self.nearest else ""
        return f"{self.place}: {self.written} is no technique of ATT&CK {attack.VERSION}{meant}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What one report says. Dates are ISO, to the day or the month, in order."""

    report: Report
    mentions: tuple[Mention, ...]
    doubts: tuple[Doubt, ...]
    actors: tuple[str, ...]
    dates: tuple[str, ...]


def extract(report: Report) -> Extract:
    """Read the techniques, actors and dates out of a report."""
    mentions: list[Mention] = []
    doubts: dict[str, Doubt] = {}
    actors = dict.fromkeys(actor for actor in report.actors if actor)
    dates: set[str] = set()
    for passage in report.passages:
        for sentence in _sentences(passage):
            plain = unicodedata.normalize("NFKC", sentence)
            mentions += _mentions(sentence, plain, passage, doubts)
            actors.update(dict.fromkeys(_actors(plain)))
            dates.update(_dates(plain))
    return Extract(
        report=report,
        mentions=tuple(dict.fromkeys(mentions)),
        doubts=tuple(doubts.values()),
        actors=tuple(actors),
        dates=tuple(sorted(dates)),
    )


def _sentences(passage: Passage) -> Iterator[str]:
    """Yield the sentences of a passage; ids beside the text come with its first."""
    sentences = [part.strip() for part in _SENTENCE.split(passage.text) if part and part.strip()]
    if passage.ids:
        first = sentences[0] if sentences else ""
        sentences[:1] = [" ".join([first, *(f"[{id_}]" for id_ in passage.ids)]).strip()]
    yield from sentences


def _ids(text: str) -> list[str]:
    spaced = text.replace("/techniques/", " ")
    return [f"T{found[1]}" + (f".{found[2]}" if found[2] else "") for found in _ID.finditer(spaced)]


def _mentions(sentence: str, plain: str, passage: Passage, doubts: dict[str, Doubt]) -> Iterator[Mention]:
    shown = sentence if len(sentence) <= _LONGEST else f"{sentence[: _LONGEST - 2]} …"
    seen: set[str] = set()
    for written in dict.fromkeys(_ids(plain)):
        gone = attack.retired().get(written)
        technique = gone.by if gone else written
        if technique is None or technique not in attack.table():
            doubts.setdefault(
                written, Doubt(place=passage.place, written=written, nearest=None if gone else attack.nearest(written))
            )
            continue
        seen.add(technique)
        yield Mention(
            technique=technique,
            by=By.RETIRED_ID if gone else By.ID,
            sentence=shown,
            place=passage.place,
            written=written if gone else None,
        )
    for technique in named(plain):
        if technique not in seen and not any(each.startswith(f"{technique}.") for each in seen):
            yield Mention(technique=technique, by=By.NAME, sentence=shown, place=passage.place)


def _actors(plain: str) -> Iterator[str]:
    for found in _ACTOR.finditer(plain):
        yield found[1] or found[2] or found[0]


def _dates(plain: str) -> Iterator[str]:
    for form in _DATES:
        every = list(form.finditer(plain))
        plain = form.sub(" ", plain)  # what is a day is not a month once more
        for found in every:
            parts = found.groupdict()
            month = _month(parts["n"]) if parts.get("n") else int(parts["m"])
            day = int(parts["d"]) if parts.get("d") else None
            try:
                date(int(parts["y"]), month, day or 1)
            except ValueError:
                continue
            yield f"{parts['y']}-{month:02}" + (f"-{day:02}" if day else "")


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(name.casefold()))
