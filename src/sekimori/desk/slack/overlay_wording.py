"""What is said about several calendars at once, in Japanese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sekimori.desk.domain.overlay import CollisionKind
from sekimori.desk.domain.pasted import Unread
from sekimori.desk.domain.policy import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayWording:
    """One language's sentences; the fields in braces are filled in where they are used."""

    collisions: str
    together: str
    pasted: str
    between: str
    ours: str
    theirs: str
    kinds: Mapping[CollisionKind, str]
    short_kinds: Mapping[CollisionKind, str]
    no_collision: str
    none_certain: str
    collision_count: str
    free: str
    nothing_free: str
    no_working_time: str
    rules: str
    lunch: str
    buffer: str
    by_part: str
    unknown_of: str
    not_connected: str
    unread: Mapping[Unread, str]
    unread_line: str
    over: str
    nothing_read: str
    ask_times: str
    example_times: str
    look: str
    paste: str
    check: str
    back: str
    modal_title: str
    type_times: str
    free_mark: str
    around: str
    hours: str
    minutes: str
    all_day: str
    side: str
    all_sides: str

    def length(self, duration: timedelta) -> str:
        """Write how long something is."""
        hours, minutes = divmod(int(duration.total_seconds()) // 60, 60)
        parts = [self.hours.format(n=hours)] * bool(hours) + [self.minutes.format(n=minutes)] * bool(minutes)
        return "".join(parts) if self.hours.isascii() is False else " ".join(parts)


JA: Final = OverlayWording(
    collisions="{name}の予定の重なり {days}",
    together="{names}の空き時間（{length}以上） {days}",
    pasted="{name}の予定とお知らせいただいた時間 {days}",
    between="と",
    ours="当方",
    theirs="貴社",
    kinds={
        CollisionKind.CERTAIN: "重なっています",
        CollisionKind.POSSIBLE: "重なるかもしれません",
        CollisionKind.UNKNOWN: "重なるか不明です",
        CollisionKind.CLOSE: "間が短すぎます",
    },
    short_kinds={
        CollisionKind.CERTAIN: "重なり",
        CollisionKind.POSSIBLE: "重なるかも",
        CollisionKind.UNKNOWN: "重なるか不明",
        CollisionKind.CLOSE: "間が短い",
    },
    no_collision="重なりはありません。",
    none_certain="確かな重なりは見つかりませんでしたが、不明な時間帯があります。",
    collision_count="重なりが{count}件あります。",
    free="どちらも空いている時間",
    nothing_free="条件に合う空き時間はありません。",
    no_working_time="この期間に、打ち合わせを入れられる時間帯はありません。",
    rules="{hours}（土日・祝日を除く）で探しました。",
    lunch="昼休み {lunch} は除いています。",
    buffer="前後に{length}をあけています。",
    by_part="午前・午後の単位でのみお見せしているため、何か入っている半日は △ です。",
    unknown_of="{name}の一部またはすべてを確認できませんでした。不明な時間帯は空きとは限りません。",
    not_connected=(
        "{name}の貴社でのカレンダーはつながっていません。"
        "下のボタンから貴社での予定の時間を入力または貼り付けていただければ、当方の予定と照らし合わせます。"
    ),
    unread={
        Unread.NO_DAY: "何日のことか分かりませんでした",
        Unread.NO_SUCH_TIME: "その日時は暦にありません",
        Unread.CONTRADICTION: "日付と曜日が合いません",
        Unread.NOT_CLEAR: "時間として読み取れませんでした",
        Unread.TOO_MUCH: "長すぎるため、ここから先は読んでいません",
    },
    unread_line="― 「{words}」 {why}",
    over="過ぎています",
    nothing_read="これからの時間を一つも読み取れませんでした。一行に一つずつ、日付と時刻を書いてください。",
    ask_times="貴社での予定の時間（一行に一つ。貼り付けもできます）",
    example_times="11/25 10:00-11:30\n11/26 午後",
    look="衝突を調べる",
    paste="時間を入力して調べる",
    check="調べる",
    back="◀ 予定に戻る",
    modal_title="衝突を調べる",
    type_times="{name}の貴社でのカレンダーはつながっていません。貴社での予定の時間をお書きください。当方の予定と照らし合わせます。",
    free_mark="共通の空き",
    around="{time}ごろ",
    hours="{n}時間",
    minutes="{n}分",
    all_day="終日",
    side="{name}の{side}のカレンダー",
    all_sides="{name}の予定",
)

EN: Final = OverlayWording(
    collisions="{name}'s collisions {days}",
    together="Time {names} have free ({length} or more) {days}",
    pasted="{name}'s schedule and your times {days}",
    between=" and ",
    ours="ours",
    theirs="yours",
    kinds={
        CollisionKind.CERTAIN: "collide",
        CollisionKind.POSSIBLE: "may collide",
        CollisionKind.UNKNOWN: "not known",
        CollisionKind.CLOSE: "too little time between",
    },
    short_kinds={
        CollisionKind.CERTAIN: "collision",
        CollisionKind.POSSIBLE: "perhaps",
        CollisionKind.UNKNOWN: "not known",
        CollisionKind.CLOSE: "too close",
    },
    no_collision="Nothing collides.",
    none_certain="No certain collision was found, but some hours are unknown.",
    collision_count="Collisions: {count}.",
    free="Time that is free in both",
    nothing_free="There is no free time like that.",
    no_working_time="There is no time for meetings in these days.",
    rules="Searched {hours} (without weekends and holidays).",
    lunch="Lunch {lunch} is left out.",
    buffer="{length} are kept before and after.",
    by_part="Only mornings and afternoons may be shown, so half a day with something in it is marked △.",
    unknown_of="{name} could not be read, or not all of it. Unknown hours are not necessarily free.",
    not_connected=(
        "{name}'s calendar at your company is not connected. With the button below you can type or paste the times "
        "there, and they are compared with our schedule."
    ),
    unread={
        Unread.NO_DAY: "which day is not clear",
        Unread.NO_SUCH_TIME: "there is no such day or time",
        Unread.CONTRADICTION: "the date does not fall on that weekday",
        Unread.NOT_CLEAR: "this was not understood as a time",
        Unread.TOO_MUCH: "this is too long, and was not read from here on",
    },
    unread_line="– “{words}” {why}",
    over="over",
    nothing_read="None of this was understood as a time to come. Please write a date and a time in each line.",
    ask_times="Times at your company (one a line; pasting is fine)",
    example_times="Nov 25 10:00-11:30\nNov 26 PM",
    look="Look for collisions",
    paste="Enter times to compare",
    check="Compare",
    back="◀ Back to the schedule",
    modal_title="Collisions",
    type_times=(
        "{name}'s calendar at your company is not connected. Please enter the times there; they are compared with ours."
    ),
    free_mark="free in common",
    around="around {time}",
    hours="{n} h",
    minutes="{n} min",
    all_day="all day",
    side="{name}'s calendar ({side})",
    all_sides="{name}'s schedule",
)

OVERLAY_WORDINGS: Final[Mapping[Language, OverlayWording]] = {Language.JA: JA, Language.EN: EN}
