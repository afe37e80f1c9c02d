"""Every sentence the desk says in Slack, in Japanese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.domain.policy import Language, PersonTerms
from sekimori.desk.domain.ports import Problem
from sekimori.desk.domain.question import Unclear
from sekimori.desk.slack.holiday_wording import holiday_in

MARKS: Final[Mapping[FbType, str]] = {
    FbType.FREE: "○",
    FbType.WORKING_ELSEWHERE: "○",
    FbType.TENTATIVE: "△",
    FbType.UNKNOWN: "？",
    FbType.BUSY: "✕",
    FbType.OUT_OF_OFFICE: "✕",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language's sentences; the fields in braces are filled in where they are used."""

    language: Language
    title: str
    refused: str
    not_recorded: str
    failed: str
    nothing_left: str
    some_unknown: str
    all_unknown: str
    because: Mapping[Problem, str]
    unclear: Mapping[Unclear, str]
    candidates: str
    example: str
    kinds: Mapping[FbType, str]
    legend: Mapping[str, str]
    morning: str
    afternoon: str
    record: str
    as_of: str
    weekdays: tuple[str, ...]
    day_format: str
    holiday_format: str
    nothing_on: str

    def name(self, person: PersonTerms) -> str:
        """Return how a person is called: by a Latin name in English where there is one."""
        latin = next((name for name in person.names if name.isascii()), person.names[0])
        return latin if self.language is Language.EN else f"{person.names[0]}さん"

    def day(self, day: date) -> str:
        """Write a day with its weekday."""
        return self.day_format.format(month=day.month, day=day.day, weekday=self.weekdays[day.weekday()])

    def headed_day(self, day: date) -> str:
        """Write a day for the head of a column: a holiday is marked as one."""
        written, holiday = self.day(day), holiday_in(self.language, day)
        return written if holiday is None else self.holiday_format.format(day=written.removesuffix(")"))

    def headed_weekday(self, day: date) -> str:
        """Write a weekday for the head of a narrow column."""
        holiday = self.language is Language.JA and holiday_in(self.language, day)
        return self.weekdays[day.weekday()] + ("・祝" if holiday else "")

    def named_day(self, day: date) -> str:
        """Write a day for a line of its own: a holiday with its name."""
        holiday = holiday_in(self.language, day)
        return self.headed_day(day) if holiday is None else f"{self.headed_day(day)} {holiday}"

    def days(self, first: date, last: date) -> str:
        """Write a stretch of days."""
        return self.day(first) if first == last else f"{self.day(first)}–{self.day(last)}"


JA: Final = Wording(
    language=Language.JA,
    title="{name}の予定 {days}",
    refused=(
        "申し訳ありません。このご質問にはお答えできません。"
        "お答えできるのは、登録された方が、決められたチャンネルで、許可された方の、許可された期間についてお尋ねのときだけです。"
    ),
    not_recorded="ただいま記録を残せないため、お答えを控えています。しばらくしてからもう一度お尋ねください。",
    failed="申し訳ありません。こちらの不具合でお答えできませんでした。管理者に記録が残っています。",
    nothing_left="この期間に、お見せできる時間帯は残っていません。",
    some_unknown="？ の時間帯は不明です。空きとは限りません。",
    all_unknown="予定を確認できませんでした。すべて不明です。空きとは限りません。",
    because={
        Problem.NOT_SIGNED_IN: "カレンダーにサインインできませんでした。",
        Problem.FORBIDDEN: "カレンダーを読む権限がありませんでした。",
        Problem.NOT_FOUND: "カレンダーが見つかりませんでした。",
        Problem.THROTTLED: "カレンダーが混み合っています。",
        Problem.TIMED_OUT: "カレンダーから時間内に返事がありませんでした。",
        Problem.UNAVAILABLE: "カレンダーにつながりませんでした。",
        Problem.REFUSED_REQUEST: "カレンダーが問い合わせを受け付けませんでした。",
        Problem.UNREADABLE: "カレンダーの返事の一部を確かめられませんでした。",
        Problem.STALE: "カレンダーの公開データが古くなっています。",
        Problem.NOT_ASKED: "カレンダーが設定されていません。",
    },
    unclear={
        Unclear.NO_PERSON: "どなたの予定かを書いてください。",
        Unclear.NO_TIME: "いつの予定かを書いてください。",
        Unclear.SEVERAL_TIMES: "期間がいくつか書かれています。一つずつお尋ねください。",
        Unclear.SEVERAL_PEOPLE: "同じ名前の方がいらっしゃいます。どなたのことでしょうか。",
        Unclear.COMMON_TIME: "お一人ずつお尋ねください。",
        Unclear.TOO_MANY_PEOPLE: "一度にお尋ねいただけるのは20人までです。",
        Unclear.EXTRA_WORDS: "読み取れない言葉がありました。次のことでしょうか。",
        Unclear.AMBIGUOUS: "期間が二通り以上に読めます。どちらでしょうか。",
        Unclear.NO_SUCH_DATE: "その日付は暦にありません。",
        Unclear.NO_SUCH_TIME: "その時刻はありません。0:00から24:00までで書いてください。",
        Unclear.DAYS_DISAGREE: "日付と曜日が合っていません。どちらでしょうか。",
        Unclear.BACKWARDS: "終わりが始まりより前になっています。次のことでしょうか。",
        Unclear.PAST_MIDNIGHT: "日をまたぐ時間は、一日ずつお尋ねください。",
        Unclear.EMPTY_TIME: "始まりと終わりが同じで、時間の幅がありません。",
        Unclear.TOO_WIDE: "期間が長すぎます。1年以内でお尋ねください。",
        Unclear.BAD_DURATION: "所要時間は1分から24時間までの一つで書いてください。",
        Unclear.CLOCK_CHANGE: "その日は時計の切り替えがあり、その時刻がありません。",
        Unclear.UNSUPPORTED: "「以外」「毎週」「2時間後」のような言い方は読み取れません。日付と時刻で書いてください。",
        Unclear.TOO_LONG: "文が長すぎます。お名前と期間だけを書いてください。",
    },
    candidates="候補: {candidates}",
    example="例: 佐藤さん 来週 / 佐藤さん 明日の午後 / 佐藤さん 11月25日から27日",
    kinds={FbType.OUT_OF_OFFICE: "不在", FbType.WORKING_ELSEWHERE: "別の場所"},
    legend={"✕": "予定あり", "△": "仮の予定", "○": "空き", "？": "不明"},
    morning="午前",
    afternoon="午後",
    record="記録 {seq} · {hash}",
    as_of="{time} 現在（{zone}）",
    weekdays=("月", "火", "水", "木", "金", "土", "日"),
    day_format="{month}/{day}({weekday})",
    holiday_format="{day}・祝)",
    nothing_on="終日 空き",
)

EN: Final = Wording(
    language=Language.EN,
    title="{name}'s schedule {days}",
    refused=(
        "Sorry, this question cannot be answered. Answers are given only to registered people, in the agreed channel, "
        "about the people and the time they may ask about."
    ),
    not_recorded="Nothing can be recorded just now, so nothing is disclosed. Please ask again in a while.",
    failed="Sorry, something went wrong on our side. The administrators have a record of it.",
    nothing_left="No hours that can be shown are left in this time.",
    some_unknown="Hours marked ？ are unknown. They are not necessarily free.",
    all_unknown="The schedule could not be read. All of it is unknown, not necessarily free.",
    because={
        Problem.NOT_SIGNED_IN: "Signing in to the calendar failed.",
        Problem.FORBIDDEN: "The calendar may not be read.",
        Problem.NOT_FOUND: "The calendar was not found.",
        Problem.THROTTLED: "The calendar is overloaded.",
        Problem.TIMED_OUT: "The calendar did not answer in time.",
        Problem.UNAVAILABLE: "The calendar could not be reached.",
        Problem.REFUSED_REQUEST: "The calendar did not accept the question.",
        Problem.UNREADABLE: "A part of the calendar's answer could not be verified.",
        Problem.STALE: "What the calendar publishes is out of date.",
        Problem.NOT_ASKED: "No calendar is configured.",
    },
    unclear={
        Unclear.NO_PERSON: "Please say whose schedule you mean.",
        Unclear.NO_TIME: "Please say which days you mean.",
        Unclear.SEVERAL_TIMES: "There is more than one time in the question. Please ask one at a time.",
        Unclear.SEVERAL_PEOPLE: "More than one person has that name. Which of them do you mean?",
        Unclear.COMMON_TIME: "Please ask about one person at a time.",
        Unclear.TOO_MANY_PEOPLE: "At most 20 people can be asked about at once.",
        Unclear.EXTRA_WORDS: "Some words could not be read. Is one of these what you mean?",
        Unclear.AMBIGUOUS: "The time can be read in more than one way. Which do you mean?",
        Unclear.NO_SUCH_DATE: "There is no such date in the calendar.",
        Unclear.NO_SUCH_TIME: "There is no such time. Please use 0:00 to 24:00.",
        Unclear.DAYS_DISAGREE: "The date does not fall on that weekday. Which do you mean?",
        Unclear.BACKWARDS: "The end comes before the start. Is this what you mean?",
        Unclear.PAST_MIDNIGHT: "Please ask day by day about a time that goes past midnight.",
        Unclear.EMPTY_TIME: "The time starts and ends at once; there is nothing in between.",
        Unclear.TOO_WIDE: "The time is too long. Please ask about a year at most.",
        Unclear.BAD_DURATION: "Please give one length of time, from a minute to 24 hours.",
        Unclear.CLOCK_CHANGE: "The clocks change on that day, and that time does not exist.",
        Unclear.UNSUPPORTED: "Words like “except”, “weekly” or “in 2 hours” cannot be read. Use dates and times.",
        Unclear.TOO_LONG: "The question is too long. A name and a time are enough.",
    },
    candidates="Did you mean: {candidates}",
    example="For example: Sato next week / Sato tomorrow afternoon / Sato Nov 25 to Nov 27",
    kinds={FbType.OUT_OF_OFFICE: "away", FbType.WORKING_ELSEWHERE: "elsewhere"},
    legend={"✕": "busy", "△": "tentative", "○": "free", "？": "unknown"},
    morning="a.m.",
    afternoon="p.m.",
    record="record {seq} · {hash}",
    as_of="as of {time} ({zone})",
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    day_format="{weekday} {month}/{day}",
    holiday_format="{day} (holiday)",
    nothing_on="free all day",
)

WORDINGS: Final[Mapping[Language, Wording]] = {Language.JA: JA, Language.EN: EN}
