"""A time of the clock as it is typed, and what it can mean: 3時 may be 15:00 or 3:00, 12時 noon or midnight."""

import re
from dataclasses import dataclass
from typing import Final

from sekimori.desk.domain.hours import MINUTES_A_DAY

NOON: Final = 12 * 60
_LIKELY_MORNING: Final = 8
"""From this hour on a bare hour is one of the morning; before, people may well mean the afternoon."""

_MORNING: Final = {"午前", "朝", "早朝", "a"}
_NIGHT: Final = {"夜", "晩", "深夜", "夜中"}
_SMALL_HOURS: Final = {"深夜", "夜中"}

TIME: Final = (
    r"(?P<{p}next>翌日?の?)?"
    r"(?:(?P<{p}half>午前|午後|早朝|朝|お?昼|夕方|深夜|夜中|夜|晩)の?\s?)?"
    r"(?:(?<![\d:/.])(?P<{p}hour>\d{{1,2}})"
    r"(?:(?P<{p}unit>時)(?!間)(?:(?P<{p}min>\d{{1,2}})分(?![間後])|(?P<{p}thirty>半))?"
    r"|:(?P<{p}colon>\d{{2}})(?::00)?(?![\d:])|(?![\d:/.年月日週分]|か月|営業日|時))(?:頃|ごろ|ちょうど)?"
    r"(?:\s?(?P<{p}ampm>[ap])\.?m(?![a-z])\.?|\s?(?P<{p}clock>o'?clock))?"
    r"|(?P<{p}noon>正午|(?<![a-z])(?:noon|midday)(?![a-z]))|(?P<{p}midnight>(?<![a-z])midnight(?![a-z])))"
)
"""A pattern for a time; fill in a prefix for the names of its groups."""


class NoSuchTimeError(ValueError):
    """The words name a time that no clock shows, such as 25時 or 10:75."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A time as typed: minutes since midnight it can mean, the likeliest first.

    ``bare`` says that nothing but a number was typed; ``open_half`` that it may be of either half of the day;
    ``twenty_four`` that it counts to 24; ``next_day`` that the following day was said.
    """

    minutes: tuple[int, ...]
    bare: bool = False
    open_half: bool = False
    twenty_four: bool = False
    next_day: bool = False


def typed(match: re.Match[str], prefix: str) -> Typed:
    """Return what the time in a match can mean.

    Raises:
        NoSuchTimeError: no clock shows it.
    """
    if match[f"{prefix}noon"]:
        return Typed(minutes=(NOON,))
    if match[f"{prefix}midnight"]:
        return Typed(minutes=(MINUTES_A_DAY, 0))
    hour, minute = int(match[f"{prefix}hour"]), _minute(match, prefix)
    if hour > 24 or minute > 59 or hour * 60 + minute > MINUTES_A_DAY:
        raise NoSuchTimeError
    half = match[f"{prefix}half"] or match[f"{prefix}ampm"]
    padded = match[f"{prefix}hour"].startswith("0")
    exact = padded or bool(match[f"{prefix}colon"] and hour >= _LIKELY_MORNING)
    hours = _with_half(hour, half) if half else ((hour,) if exact else _without_half(hour))
    return Typed(
        minutes=tuple(h * 60 + minute for h in hours if h * 60 + minute <= MINUTES_A_DAY),
        bare=not (half or match[f"{prefix}unit"] or match[f"{prefix}colon"] or match[f"{prefix}clock"]),
        open_half=not half and not exact and 0 < hour <= 12,
        twenty_four=hour > 12,
        next_day=bool(match[f"{prefix}next"]),
    )


def _minute(match: re.Match[str], prefix: str) -> int:
    if match[f"{prefix}thirty"]:
        return 30
    return int(match[f"{prefix}min"] or match[f"{prefix}colon"] or 0)


def _with_half(hour: int, half: str) -> tuple[int, ...]:
    if hour > 12:
        return (hour,)
    if hour == 12:
        return _twelve(half)
    if half in _MORNING or (half in _SMALL_HOURS and hour < 6):
        return (hour,)
    if half.endswith("昼"):
        return (hour + 12,) if hour < 5 else (hour,)
    return (hour + 12,)


def _twelve(half: str) -> tuple[int, ...]:
    if half in _NIGHT:
        return (24,)
    if half in {"午前", "午後"}:  # 午後12時 is midnight by the law of 1872, and noon to most who write it
        return (12, 24) if half == "午後" else (12, 0)
    return (0, 24) if half == "a" else (12,)


def _without_half(hour: int) -> tuple[int, ...]:
    if hour == 12:
        return (12, 24)
    return (hour + 12, hour) if 0 < hour < _LIKELY_MORNING else (hour,)
