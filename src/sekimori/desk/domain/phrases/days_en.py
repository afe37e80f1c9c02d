"""English words for days."""

import re
from typing import Final

from sekimori.desk.domain.phrases import counted, dated, monthly, weekly
from sekimori.desk.domain.phrases.token import Kind, Meaning, Rule

_D: Final = (
    r"mon(?:days?)?|tue(?:s(?:days?)?)?|wed(?:nesdays?)?|thu(?:r(?:s(?:days?)?)?)?|fri(?:days?)?|sat(?:urdays?)?"
    r"|sun(?:days?)?"
)
_WEEKDAY: Final = rf"(?P<weekday>{_D})\.?"
_M: Final = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
_MONTH: Final = rf"(?P<month>{_M})\.?"
_ALONE: Final = r"january|february|july|september|october|november|december"
_ORDINAL: Final = r"(?:st|nd|rd|th)"
_DAY: Final = rf"(?:the\s+)?(?P<day>\d{{1,2}}){_ORDINAL}?"
_END: Final = rf"(?P<end>\d{{1,2}}){_ORDINAL}?"
_YEAR: Final = r"(?:,?\s+(?P<year>\d{4})(?![\d:]))"
_TO: Final = r"\s*(?:-|~|to|through|thru|until|till)\s*"
_COUNT: Final = r"(?P<count>\d{1,4}|an?)"


def _rule(kind: Kind, pattern: str, meaning: Meaning) -> Rule:
    return Rule(kind=kind, pattern=re.compile(rf"(?<![a-z\d])(?:{pattern})(?![a-z\d])"), meaning=meaning)


_DATES: Final = (
    _rule(Kind.STRETCH, rf"{_MONTH}\s+{_DAY}{_TO}{_END}(?!:|\s*[ap]\.?m){_YEAR}?", dated.days_of_month),
    _rule(Kind.STRETCH, rf"{_DAY}{_TO}{_END}\s+(?:of\s+)?{_MONTH}{_YEAR}?", dated.days_of_month),
    _rule(Kind.DATE, rf"{_MONTH}\s*{_DAY}{_YEAR}?(?!:)", dated.date_named),
    _rule(Kind.DATE, rf"{_DAY}\s*(?:of\s+)?{_MONTH}{_YEAR}?", dated.date_named),
    _rule(
        Kind.STRETCH,
        rf"(?:the\s+)?(?P<part>end|beginning|start|first|second)(?:\s+half)?\s+of\s+{_MONTH}{_YEAR}?",
        monthly.part_of(monthly.month_named),
    ),
    _rule(Kind.STRETCH, rf"(?P<part>early|mid|late)[\s-]+{_MONTH}{_YEAR}?", monthly.part_of(monthly.month_named)),
    _rule(Kind.MONTH, rf"{_MONTH}\s+(?P<year>\d{{4}})", monthly.month_named),
    _rule(Kind.MONTH, rf"(?:in|for|during|all|whole|this|next|of)\s+{_MONTH}", monthly.month_named),
    _rule(Kind.MONTH, rf"(?P<month>{_ALONE})", monthly.month_named),
    _rule(Kind.STRETCH, rf"the\s+{_DAY}{_TO}(?:the\s+)?{_END}", dated.monthdays),
    _rule(Kind.MONTHDAY, rf"the\s+(?P<day>\d{{1,2}}){_ORDINAL}", dated.monthday_alone),
    _rule(Kind.MONTHDAY, rf"(?P<day>\d{{1,2}}){_ORDINAL}(?:\s+of\s+(?:the|this)\s+month)?", dated.monthday_alone),
)

_COUNTED: Final = (
    _rule(Kind.DAY, rf"in\s+{_COUNT}\s+(?:business|working)\s+days?", counted.counted("working days")),
    _rule(
        Kind.DAY, rf"{_COUNT}\s+(?:business|working)\s+days?\s+(?:from\s+now|later)", counted.counted("working days")
    ),
    _rule(Kind.DAY, r"(?:the\s+)?next\s+(?:business|working)\s+day", counted.counted("working days")),
    *(
        rule
        for words, unit in (("days?", "days"), ("weeks?", "weeks"), ("months?", "months"))
        for rule in (
            _rule(
                Kind.DAY,
                rf"(?:in\s+)?{_COUNT}\s+{words}(?:'s)?\s+(?:from\s+(?:now|today)|later|time)",
                counted.counted(unit),
            ),
            _rule(Kind.DAY, rf"in\s+{_COUNT}\s+{words}", counted.counted(unit)),
        )
    ),
    _rule(Kind.DAY, r"in\s+a\s+fortnight", counted.week_from("fortnight")),
    _rule(Kind.DAY, rf"{_COUNT}\s+days?\s+ago", counted.counted("days ago")),
    _rule(Kind.DAY, rf"{_COUNT}\s+weeks?\s+ago", counted.counted("weeks ago")),
    _rule(
        Kind.DAY,
        rf"{_COUNT}\s+weeks?\s+from\s+(?:on\s+)?(?:tomorrow|(?:next\s+|this\s+)?{_WEEKDAY})",
        counted.week_from("week"),
    ),
    _rule(Kind.DAY, rf"(?:{_WEEKDAY}|tomorrow)\s+week(?!s)", counted.week_from("week")),
    *(
        _rule(
            Kind.STRETCH,
            rf"(?:the\s+|over\s+the\s+)?(?:next|coming|following)\s+(?P<count>\d{{1,4}})\s+{words}",
            counted.length(unit),
        )
        for words, unit in (("days?", "days"), ("weeks?", "weeks"), ("months?", "months"), ("years?", "years"))
    ),
    *(
        _rule(Kind.LENGTH, rf"(?:for\s+)?{_COUNT}\s+{words}", counted.length(unit))
        for words, unit in (("days?", "days"), ("weeks?", "weeks"), ("months?", "months"), ("years?", "years"))
    ),
)

_WEEKS: Final = (
    _rule(
        Kind.WEEK,
        r"(?<!next\s)(?<!this\s)(?<!the\s)(?:week|wk|cw|kw)\s*(?:no\.?\s*)?(?P<count>\d{1,2})(?![\s-]*(?:[hm:]|[ap]\.?m|\d))",
        weekly.iso_week,
    ),
    _rule(Kind.WEEK, r"(?:the\s+)?week\s+after\s+next", weekly.in_weeks(2)),
    _rule(Kind.STRETCH, r"(?:the\s+)?rest\s+of\s+(?:this|the)\s+week", monthly.rest_of(weekly.in_weeks(0))),
    _rule(
        Kind.STRETCH, r"(?:the\s+)?(?:end|late)\s+(?:of\s+)?next\s+week", weekly.vague_part_of_week(1, (3, 4), (4, 4))
    ),
    _rule(Kind.STRETCH, r"(?:the\s+)?end\s+of\s+(?:this|the)\s+week", weekly.vague_part_of_week(0, (4, 4), (3, 4))),
    _rule(
        Kind.STRETCH,
        r"(?:the\s+)?(?:beginning|start|early)\s+(?:of\s+)?next\s+week|early\s+next\s+week",
        weekly.vague_part_of_week(1, (0, 1), (0, 0)),
    ),
    _rule(Kind.STRETCH, r"(?:mid|middle\s+of)[\s-]+next\s+week", weekly.vague_part_of_week(1, (2, 2), (1, 3))),
    _rule(
        Kind.STRETCH,
        r"(?:on\s+)?weekdays\s+(?:of\s+)?next\s+week|next\s+week(?:'s)?\s+weekdays",
        weekly.part_of_week(1, 0, 4),
    ),
    _rule(
        Kind.STRETCH,
        r"(?:on\s+)?weekdays\s+(?:of\s+)?this\s+week|this\s+week(?:'s)?\s+weekdays",
        weekly.part_of_week(0, 0, 4),
    ),
    _rule(Kind.STRETCH, r"next\s+weekend", weekly.next_weekend),
    _rule(Kind.STRETCH, r"(?:this|the|coming)?\s*weekend", weekly.weekend(0)),
    _rule(Kind.DAY, rf"{_WEEKDAY}\s+(?:of\s+)?next\s+week", weekly.in_weeks(1)),
    _rule(Kind.DAY, rf"{_WEEKDAY}\s+(?:of\s+)?this\s+week", weekly.in_weeks(0)),
    _rule(Kind.DAY, rf"next\s+week(?:'s)?\s+(?:on\s+)?{_WEEKDAY}", weekly.in_weeks(1)),
    _rule(Kind.DAY, rf"this\s+week(?:'s)?\s+(?:on\s+)?{_WEEKDAY}", weekly.in_weeks(0)),
    _rule(Kind.WEEK, r"(?:the\s+)?(?:next|following|coming)\s+week", weekly.in_weeks(1)),
    _rule(Kind.WEEK, r"(?:this|current)\s+week", weekly.in_weeks(0)),
    _rule(Kind.WEEK, r"last\s+week", weekly.in_weeks(-1)),
    _rule(Kind.DAY, rf"next\s+{_WEEKDAY}", weekly.next_weekday),
    _rule(Kind.DAY, rf"(?:the\s+|this\s+)?(?:coming|upcoming)\s+{_WEEKDAY}", weekly.coming_weekday),
    _rule(Kind.DAY, rf"this\s+{_WEEKDAY}", weekly.this_weekday),
)

_MONTHS: Final = (
    *(
        _rule(
            Kind.STRETCH,
            rf"(?:the\s+)?(?P<part>end|beginning|start)\s+of\s+{words}",
            monthly.part_of(monthly.in_months(offset)),
        )
        for words, offset in ((r"next\s+month", 1), (r"(?:this\s+|the\s+)?month", 0))
    ),
    _rule(Kind.STRETCH, r"(?:the\s+)?rest\s+of\s+(?:this|the)\s+month", monthly.rest_of(monthly.in_months(0))),
    _rule(Kind.STRETCH, r"(?:the\s+)?rest\s+of\s+(?:this|the)\s+year", monthly.rest_of(monthly.this_year)),
    _rule(Kind.MONTH, r"(?:the\s+)?month\s+after\s+next", monthly.in_months(2)),
    _rule(Kind.MONTH, r"(?:the\s+)?(?:next|following)\s+month", monthly.in_months(1)),
    _rule(Kind.MONTH, r"(?:this|current)\s+month", monthly.in_months(0)),
)

_NEAR: Final = (
    _rule(Kind.DAY, r"(?:on\s+)?(?:the\s+)?day\s+after\s+tomorrow|overmorrow", counted.in_days(2)),
    _rule(Kind.DAY, r"(?:the\s+)?day\s+before\s+yesterday", counted.in_days(-2)),
    _rule(Kind.DAY, r"tomorrow|tmrw|tmr|tomorow|tommorow|tommorrow", counted.in_days(1)),
    _rule(Kind.DAY, r"today|this(?=\s+(?:morning|afternoon|evening))", counted.in_days(0)),
    _rule(Kind.DAY, r"yesterday", counted.in_days(-1)),
    _rule(Kind.WEEKDAY, _WEEKDAY, weekly.weekday_alone),
)

RULES: Final = (*_DATES, *_COUNTED, *_WEEKS, *_MONTHS, *_NEAR)
"""Read in this order; what an earlier rule took, a later one does not see."""
