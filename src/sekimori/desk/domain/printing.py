"""Prints a question as a phrase with exactly one meaning, in Japanese or English."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.names import plain
from sekimori.desk.domain.phrases.padding import unsupported
from sekimori.desk.domain.phrases.people import people_of, protected_spans
from sekimori.desk.domain.phrases.spelling import spelled
from sekimori.desk.domain.phrases.times import find_times
from sekimori.desk.domain.policy import Language
from sekimori.desk.domain.question import Question

NOON: Final = 12 * 60
_WEEKDAYS_JA: Final = "月火水木金土日"
_WEEKDAYS_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def printed(question: Question, language: Language) -> str:
    """Print a question; law: read on whatever day, in the same zone, the phrase is that question again.

    A name that could be taken for other words is put in quotation marks.
    """
    names = _names([name.reveal() for name in (question.name, *question.others)], language)
    if language is Language.JA:
        parts = (
            names,
            _days_ja(question),
            _hours(question.hours, "午前", "午後", "〜"),
            _length_ja(question),
        )
    else:
        parts = (
            names,
            _days_en(question),
            _hours(question.hours, "morning", "afternoon", "-"),
            _length_en(question),
        )
    return " ".join(part for part in parts if part)


def _names(names: Sequence[str], language: Language) -> str:
    shown = [_shown(name) for name in names]
    bare = _listed([f"{name}さん" for name in shown] if language is Language.JA else shown, language)
    if _reads_back(bare, names):
        return bare
    quoted = [f"「{name}」さん" if language is Language.JA else f'"{name}"' for name in shown]
    return _listed([n.upper() if n.startswith("<@") else q for n, q in zip(names, quoted, strict=True)], language)


def _shown(name: str) -> str:
    if name.startswith("<@"):
        return name.upper()
    return name.title() if name.isascii() and plain(name.title()) == name else name


def _listed(names: Sequence[str], language: Language) -> str:
    return ("と" if language is Language.JA else " and ").join(names)


def _reads_back(text: str, names: Sequence[str]) -> bool:
    words = spelled(text)
    read, protected = people_of(words, []), protected_spans(words)
    if unsupported(words) or find_times(words, protected).spans:
        return False
    return list(read.names) == list(names) and not (read.extra or read.unread)


def _days_ja(question: Question) -> str:
    first, last = question.first, question.last
    start = f"{first.year:04}年{_short_ja(first)}"
    if first == last:
        return start
    return f"{start}〜{'' if first.year == last.year else f'{last.year:04}年'}{_short_ja(last)}"


def _short_ja(day: date) -> str:
    return f"{day.month}月{day.day}日({_WEEKDAYS_JA[day.weekday()]})"


def _days_en(question: Question) -> str:
    first, last = question.first, question.last
    return _long_en(first) if first == last else f"{_long_en(first)} to {_long_en(last)}"


def _long_en(day: date) -> str:
    return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]} {day.year:04}"


def _hours(hours: Hours, morning: str, afternoon: str, to: str) -> str:
    match hours.opens, hours.closes:
        case (0, 1440):
            return ""
        case (0, 720):
            return morning
        case (720, 1440):
            return afternoon
        case opens, closes:
            return f"{_clock(opens)}{to}{_clock(closes)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _length_ja(question: Question) -> str:
    hours, minutes = _length(question.duration)
    return (f"{hours}時間" if hours else "") + (f"{minutes}分" if minutes else "")


def _length_en(question: Question) -> str:
    hours, minutes = _length(question.duration)
    spelt = (f"{hours} hour{'s' if hours > 1 else ''}" if hours else "", f"{minutes} min" if minutes else "")
    return " ".join(part for part in spelt if part)


def _length(duration: timedelta | None) -> tuple[int, int]:
    return divmod((duration or timedelta()) // timedelta(minutes=1), 60)
