"""Kanji numerals and English number words as digits, where something is counted; names keep theirs."""

import re
from typing import Final

_DIGITS: Final = "〇一二三四五六七八九"
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_COUNTED: Final = r"(?=年|月(?!曜)|日|時|分|週|[かカヶケヵ箇]月|営業日|半)"
_PLACES: Final = "三日月|四日市|五日市|十日町|廿日市|八日市|六日町|二日市|一日市|千日前|一分一厘"
_KANJI: Final = re.compile(
    rf"(?P<place>{_PLACES})|(?<![一-龠々ァ-ヶ])(?P<number>[〇零一二三四五六七八九十百千]+){_COUNTED}"
)
_AFTER_UNIT: Final = re.compile(
    rf"(?<=[年月日時分前後和週第来今末曜で])(?P<number>[〇零一二三四五六七八九十百千]+){_COUNTED}"
)

_WORDS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNTED_EN: Final = r"(?=[\s-]+(?:hours?|hrs?|minutes?|mins?|days?|weeks?|months?|years?|o'clock|business|working)\b)"
_ENGLISH: Final = re.compile(rf"(?<![a-z])(?:{'|'.join(_WORDS)}){_COUNTED_EN}")


def with_digits(words: str) -> str:
    """Write counted numbers in digits: 十一月二十五日 becomes 11月25日, two weeks becomes 2 weeks."""
    words = _KANJI.sub(lambda m: m["place"] or str(number(m["number"])), words)
    words = _AFTER_UNIT.sub(lambda m: str(number(m["number"])), words)
    return _ENGLISH.sub(lambda m: str(_WORDS.index(m[0]) + 1), words)


def number(kanji: str) -> int:
    """Return what kanji numerals count, written by place (二〇二六) or with units (二千二十六)."""
    digits = kanji.replace("零", "〇")
    if not any(unit in digits for unit in _UNITS):
        return int("".join(str(_DIGITS.index(digit)) for digit in digits))
    total, open_digit = 0, 0
    for character in digits:
        if character in _UNITS:
            total += max(open_digit, 1) * _UNITS[character]
            open_digit = 0
        else:
            open_digit = _DIGITS.index(character)
    return total + open_digit
