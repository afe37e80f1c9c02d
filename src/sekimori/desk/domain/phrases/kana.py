"""Words for time that are typed in kana, written as everybody else writes them."""

import re
from typing import Final

_TENS: Final = {"にじゅう": 20, "さんじゅう": 30, "よんじゅう": 40, "ごじゅう": 50, "じゅう": 10, "じゅっ": 10}
_ONES: Final = {
    "いち": 1, "いっ": 1, "に": 2, "さん": 3, "よん": 4, "よ": 4, "し": 4, "ご": 5, "ろく": 6, "ろっ": 6,
    "なな": 7, "しち": 7, "はち": 8, "はっ": 8, "きゅう": 9, "く": 9,
}  # fmt: skip
_UNITS: Final = {
    "じかん": "時間", "じ": "時", "ふん": "分", "ぷん": "分", "がつ": "月", "にち": "日",
    "しゅうかん": "週間", "かげつ": "か月", "ねん": "年",
}  # fmt: skip
_DAYS: Final = {
    "ついたち": 1, "ふつか": 2, "みっか": 3, "よっか": 4, "いつか": 5, "むいか": 6, "なのか": 7, "ようか": 8,
    "ここのか": 9, "とおか": 10, "はつか": 20,
}  # fmt: skip
_WORDS: Final = {
    "さらいしゅう": "再来週", "らいしゅう": "来週", "こんしゅう": "今週", "せんしゅう": "先週", "しゅうまつ": "週末",
    "さらいげつ": "再来月", "らいげつ": "来月", "こんげつ": "今月", "げつまつ": "月末",
    "しあさって": "明々後日", "あさって": "明後日", "あした": "明日", "おととい": "一昨日",
    "げつようび": "月曜日", "かようび": "火曜日", "すいようび": "水曜日", "もくようび": "木曜日",
    "きんようび": "金曜日", "どようび": "土曜日", "にちようび": "日曜日",
    "げつよう": "月曜", "すいよう": "水曜", "もくよう": "木曜", "きんよう": "金曜", "どよう": "土曜",
    "元日": "1月1日", "元旦": "1月1日", "大晦日": "12月31日",
    "つぎの": "次の", "こんどの": "今度の", "ごぜんちゅう": "午前中", "ほんじつ": "本日", "みょうにち": "明日",
}  # fmt: skip

_KANA: Final = "ぁ-んァ-ヶー"
_WORD: Final = re.compile("きのう(?!ち|え)|" + "|".join(_WORDS))
_TODAY: Final = re.compile(rf"(?<![{_KANA}一-龠])(?:きょう(?![こうたへ])|(?P<morrow>あす(?![かなみ])))")
_HALF: Final = re.compile(rf"(?<![{_KANA}])ご(?:(?P<morning>ぜん)|ご)(?=[\s\dいにさよしごろなはきくじの、まか]|$)")
_START: Final = r"(?P<before>^|[\s、。,()~\-]|午前|午後|[の月年日週曜時朝夜]|から|は|で)"
_COUNT: Final = re.compile(
    rf"{_START}(?P<tens>{'|'.join(_TENS)})?(?P<ones>{'|'.join(_ONES)})?(?P<digits>\d+)?"
    rf"(?P<unit>{'|'.join(_UNITS)}|時間?|分|月|日|週間|か月)(?P<half>はん(?![{_KANA}]*さん))?(?P<later>ご(?!ろ))?"
)
_DIGIT_UNIT: Final = re.compile(rf"(?P<digits>\d+)(?P<unit>{'|'.join(_UNITS)})(?P<half>はん)?(?P<later>ご(?!ろ))?")
_DAY: Final = re.compile(rf"{_START}(?P<day>{'|'.join(_DAYS)})(?P<later>ご(?!ろ)|後)?(?P<long>かん|間)?")
_ROUNDS: Final = 3


def with_kanji(words: str) -> str:
    """Write kana words for days, hours and counted things in kanji and digits: さんじはん becomes 3時半."""
    words = _WORD.sub(lambda m: _WORDS.get(m[0], "昨日"), words)
    words = _TODAY.sub(lambda m: "明日" if m["morrow"] else "今日", words)
    if not re.search("[ぁ-ん]", words):
        return words
    words = _HALF.sub(lambda m: "午前" if m["morning"] else "午後", words)
    words = _DIGIT_UNIT.sub(lambda m: m["digits"] + _unit(m), words)
    for _round in range(_ROUNDS):  # what one round wrote is where the next may start
        words = _DAY.sub(_day, _COUNT.sub(_counted, words))
    return words


def _counted(match: re.Match[str]) -> str:
    tens, ones = match["tens"], match["ones"]
    if match["digits"] or not (tens or ones):
        return match[0]
    count = (_TENS[tens] if tens else 0) + (_ONES[ones] if ones else 0)
    return f"{match['before']}{count}{_unit(match)}"


def _unit(match: re.Match[str]) -> str:
    unit = _UNITS.get(match["unit"], match["unit"])
    return unit + ("半" if match["half"] else "") + ("後" if match["later"] else "")


def _day(match: re.Match[str]) -> str:
    later, long = match["later"], match["long"]
    if match["day"] == "いつか" and not (later or long or match["before"] in {"月", "日"}):
        return match[0]  # "some day"
    return f"{match['before']}{_DAYS[match['day']]}日{'後' if later else ''}{'間' if long else ''}"
