"""Japanese words for days."""

import re
from typing import Final

from sekimori.desk.domain.phrases import counted, dated, monthly, weekly
from sekimori.desk.domain.phrases.token import Kind, Meaning, Rule

_W: Final = "[月火水木金土日]"
_WEEKDAY: Final = rf"(?P<weekday>{_W})曜日?"
_EDGE: Final = r"(?=[\s、。,・()~\-のはにでをが]|から|まで|$)"
_TO: Final = r"\s*(?:~|-|から)\s*"
_MONTH: Final = r"(?<![\d])(?P<month>\d{1,2})月"
_DAY: Final = r"(?P<day>\d{1,2})日(?![後前間])"
_END: Final = r"(?P<end>\d{1,2})日(?![後前間])"
_YEAR: Final = r"(?P<year>\d{4})年(?:\s?)"
_ERA: Final = r"(?:令和|(?<![a-z])r)\s?(?P<era>元|\d{1,2})"
_RELATIVE: Final = r"(?P<relative>再来年|今年|本年|来年|去年|昨年)の?"
_PART: Final = r"の?(?P<part>末|初|頭|上|中|下|前|後)(?:日|めごろ|め|旬|半)?"


def _rule(kind: Kind, pattern: str, meaning: Meaning) -> Rule:
    return Rule(kind=kind, pattern=re.compile(pattern), meaning=meaning)


def _week(words: str, offset: int) -> tuple[Rule, ...]:
    """Return the rules of a week that has a name."""
    either = "(?>(?:曜日?)?)"
    return (
        _rule(Kind.STRETCH, rf"(?:{words})の?(?:土日|週末|末)", weekly.part_of_week(offset, 5, 6)),
        _rule(Kind.STRETCH, rf"(?:{words})の?平日", weekly.part_of_week(offset, 0, 4)),
        _rule(
            Kind.LIST,
            rf"(?:{words})の?(?P<list>{_W}{either}(?:[・、,と]?{_W}{either})*[・、,と]?{_W}(?:曜日?|{_EDGE}))",
            weekly.listed_weekdays(offset),
        ),
        _rule(
            Kind.STRETCH,
            rf"(?:{words})の?(?P<from>{_W}){either}{_TO}(?P<to>{_W})(?:曜日?|{_EDGE})",
            weekly.between_weekdays(offset),
        ),
        _rule(
            Kind.STRETCH, rf"(?:{words})の?(?:前半|初め|はじめ|頭)", weekly.vague_part_of_week(offset, (0, 1), (0, 2))
        ),
        _rule(
            Kind.STRETCH,
            rf"(?:{words})の?(?:半ば|なかば|中頃|中ごろ)",
            weekly.vague_part_of_week(offset, (2, 2), (1, 3)),
        ),
        _rule(Kind.STRETCH, rf"(?:{words})の?(?:後半)", weekly.vague_part_of_week(offset, (3, 4), (2, 4))),
        _rule(Kind.DAY, rf"(?:{words})の?(?P<weekday>{_W})(?:曜日?|{_EDGE})", weekly.in_weeks(offset)),
        _rule(Kind.WEEK, rf"(?:{words})(?:中(?!旬)|いっぱい)?", weekly.in_weeks(offset)),
    )


def _month(words: str, offset: int) -> tuple[Rule, ...]:
    """Return the rules of a month that has a name."""
    return (
        _rule(Kind.DAY, rf"(?:{words})の?{_DAY}", monthly.in_months(offset)),
        _rule(Kind.STRETCH, rf"(?:{words})(?!の?[前後中](?!半|旬)){_PART}", monthly.part_of(monthly.in_months(offset))),
        _rule(Kind.MONTH, rf"(?:{words})(?:中(?!旬)|いっぱい)?", monthly.in_months(offset)),
    )


_DATES: Final = (
    _rule(Kind.DATE, rf"{_YEAR}{_MONTH}\s?{_DAY}", dated.date_named),
    _rule(Kind.DATE, rf"{_ERA}年\s?{_MONTH}\s?{_DAY}", dated.date_named),
    _rule(
        Kind.DATE,
        r"(?<![a-z])r(?P<era>\d{1,2})[./](?P<month>\d{1,2})[./](?P<day>\d{1,2})(?!\d)",
        dated.date_named,
    ),
    _rule(Kind.DATE, rf"{_RELATIVE}{_MONTH}{_DAY}", dated.date_named),
    _rule(Kind.STRETCH, rf"{_MONTH}(?P<day>\d{{1,2}})日?{_TO}{_END}", dated.days_of_month),
    _rule(Kind.DATE, rf"{_MONTH}の?{_DAY}", dated.date_named),
    _rule(
        Kind.STRETCH,
        rf"(?:{_YEAR}|{_RELATIVE})?{_MONTH}(?!の?[前後](?!半)){_PART}",
        monthly.part_of(monthly.month_named),
    ),
    _rule(Kind.MONTH, rf"(?:{_YEAR}|{_ERA}年|{_RELATIVE}){_MONTH}(?:中|いっぱい)?(?!\d)", monthly.month_named),
    _rule(Kind.MONTH, rf"{_MONTH}(?:中|いっぱい)?(?!\d|曜)", monthly.month_named),
)

_COUNTED: Final = (
    _rule(Kind.DAY, r"(?<!\d)(?P<count>\d{1,4})営業日後", counted.counted("working days")),
    _rule(Kind.DAY, r"翌営業日|次の営業日", counted.counted("working days")),
    _rule(Kind.DAY, r"(?<!\d)(?P<count>\d{1,4})日後", counted.counted("days")),
    _rule(Kind.DAY, r"(?<!\d)(?P<count>\d{1,4})日前", counted.counted("days ago")),
    _rule(Kind.DAY, r"(?<!\d)(?P<count>\d{1,3})週間?後", counted.counted("weeks")),
    _rule(Kind.DAY, r"(?<!\d)(?P<count>\d{1,3})週間?前", counted.counted("weeks ago")),
    _rule(Kind.DAY, r"(?<!\d)(?P<count>\d{1,3})(?:か|カ|ヶ|ケ|ヵ|箇)月後", counted.counted("months")),
    _rule(Kind.LENGTH, r"(?<!\d)(?P<count>\d{1,4})日間", counted.length("days")),
    _rule(Kind.LENGTH, r"(?<!\d)(?P<count>\d{1,3})週間?", counted.length("weeks")),
    _rule(Kind.LENGTH, r"(?<!\d)(?P<count>\d{1,3})(?:か|カ|ヶ|ケ|ヵ|箇)月間?", counted.length("months")),
    _rule(Kind.LENGTH, r"(?<![\d和])(?P<count>\d{1,2})年(?:間|分|先まで|(?=$|[\s、の]))", counted.length("years")),
)

_WEEKS: Final = (
    *_week("再々来週|再来々週", 3),
    *_week("再来週|翌々週", 2),
    *_week("来週|翌週|次の週|次週|来しゅう", 1),
    *_week("今週|この週", 0),
    *_week("先々週", -2),
    *_week("先週|前の週", -1),
    _rule(Kind.STRETCH, r"(?:次の|今度の|こんどの)(?:週末|土日)", weekly.next_weekend),
    _rule(Kind.STRETCH, r"週末|土日", weekly.weekend(0)),
    _rule(Kind.DAY, r"週明け", weekly.part_of_week(1, 0, 0)),
    _rule(Kind.DAY, rf"(?:次の?|今度の?|つぎの){_WEEKDAY}", weekly.next_weekday),
)

_MONTHS: Final = (
    *_month("再来月", 2),
    *_month("来月|翌月", 1),
    *_month("今月|当月", 0),
    *_month("先月|前月", -1),
    _rule(Kind.STRETCH, r"(?<![一-龠\d])月(?P<part>末|初|頭)め?", monthly.part_of(monthly.in_months(0))),
    _rule(Kind.STRETCH, r"年末年始", monthly.year_turn),
    _rule(Kind.STRETCH, r"年内", monthly.rest_of(monthly.this_year)),
)

_NAMES: Final = r"(?![香菜美子人花葉奈実海輝])"
_NEAR: Final = (
    _rule(Kind.DAY, r"明々後日|明明後日", counted.in_days(3)),
    _rule(Kind.DAY, r"明後日|翌々日", counted.in_days(2)),
    _rule(Kind.DAY, r"一昨日", counted.in_days(-2)),
    _rule(Kind.DAY, rf"明日{_NAMES}|翌日|明(?=[朝晩])", counted.in_days(1)),
    _rule(Kind.DAY, rf"今日{_NAMES}|本日|当日|今(?=[朝晩夜夕])", counted.in_days(0)),
    _rule(Kind.DAY, r"昨日", counted.in_days(-1)),
    _rule(Kind.WEEKDAY, rf"\((?P<weekday>{_W})(?:曜日?)?(?:・?祝)?\)", weekly.weekday_alone),
    _rule(Kind.WEEKDAY, _WEEKDAY, weekly.weekday_alone),
    _rule(
        Kind.STRETCH,
        rf"(?<![一-龠])(?P<from>{_W}){_TO}(?P<to>{_W})(?=[\s、。,のはにでを]|$)",
        weekly.coming_weekdays,
    ),
    _rule(Kind.STRETCH, rf"(?<![\d/:])(?P<day>\d{{1,2}})日?\s?[~\-]\s?{_END}", dated.monthdays),
    _rule(Kind.MONTHDAY, rf"(?<![\d月/:]){_DAY}", dated.monthday_alone),
)

_AHEAD: Final = r"(?:今後|これから|この先|向こう|むこう|ここ)の?"
RULES: Final = (
    *(
        _rule(Kind.STRETCH, rf"{_AHEAD}(?P<count>\d{{1,4}})(?:{words})", counted.length(unit))
        for words, unit in (
            ("日間?", "days"),
            ("週間?", "weeks"),
            ("[かカヶケヵ箇]月間?", "months"),
            ("年間?", "years"),
        )
    ),
    *_DATES,
    *_COUNTED,
    *_WEEKS,
    *_MONTHS,
    *_NEAR,
)
"""Read in this order; what an earlier rule took, a later one does not see."""
