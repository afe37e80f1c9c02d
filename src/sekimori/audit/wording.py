"""Entries in words, for people who read the log."""

from collections.abc import Mapping
from typing import Final

from sekimori.audit.canonical import Json, canonical_bytes
from sekimori.audit.entry import Entry, EntryKind

WORDS: Final[Mapping[str, Mapping[EntryKind, str]]] = {
    "ja": {
        EntryKind.SERVICE_STARTED: "サービスを開始した",
        EntryKind.SERVICE_PAUSED: "サービス全体を止めた",
        EntryKind.SERVICE_RESUMED: "サービス全体を再開した",
        EntryKind.PERSON_PAUSED: "ある人の予定を見せるのを止めた",
        EntryKind.PERSON_RESUMED: "ある人の予定を見せるのを再開した",
        EntryKind.PERSON_NARROWED: "ある人の予定の見せ方を狭めた",
        EntryKind.QUESTION_REFUSED: "質問を断った",
        EntryKind.QUESTION_INTENT: "質問を受け付け、これから調べる",
        EntryKind.QUESTION_OUTCOME: "質問に答えた",
        EntryKind.LOOK_INTENT: "決めた時刻になり、これから調べる",
        EntryKind.LOOK_OUTCOME: "調べたが、新しく載せるものはなかった",
        EntryKind.POST_SENT: "定期の掲示をする",
        EntryKind.POST_EDITED: "定期の掲示を書き換える",
        EntryKind.REMINDER_SENT: "許可の期限が近いことを知らせる",
        EntryKind.DIGEST_SENT: "予定の持ち主に一週間のまとめを送る",
        EntryKind.COLLISION_FOUND: "予定の重なりが見つかり、知らせる",
        EntryKind.COLLISION_GONE: "知らせた重なりがなくなり、取り下げる",
        EntryKind.COLLISION_WITHHELD: "知らせた重なりを見せるのを止める",
        EntryKind.TOKEN_OBTAINED: "トークンを取得した",
        EntryKind.DOCTOR_RAN: "診断のために、これから一度呼び出す",
        EntryKind.CALL_INTENT: "カレンダーをこれから呼び出す",
        EntryKind.CALL_OUTCOME: "カレンダーの呼び出しが終わった",
        EntryKind.ALERT_JUDGED: "アラートを誰かが判断した",
        EntryKind.CANARY_RELEASED: "ログの経路を試すため、予告した呼び出しをする",
        EntryKind.CANARY_ARRIVED: "試しの呼び出しが、ログを通って監視に届いた",
    },
    "en": {
        EntryKind.SERVICE_STARTED: "the service started",
        EntryKind.SERVICE_PAUSED: "the whole service was paused",
        EntryKind.SERVICE_RESUMED: "the whole service was resumed",
        EntryKind.PERSON_PAUSED: "showing somebody's time was paused",
        EntryKind.PERSON_RESUMED: "showing somebody's time was resumed",
        EntryKind.PERSON_NARROWED: "less of somebody's time is shown",
        EntryKind.QUESTION_REFUSED: "a question was refused",
        EntryKind.QUESTION_INTENT: "a question was accepted, to be looked up",
        EntryKind.QUESTION_OUTCOME: "a question was answered",
        EntryKind.LOOK_INTENT: "it is time for a look, to be made",
        EntryKind.LOOK_OUTCOME: "a look ended with nothing to post",
        EntryKind.POST_SENT: "a regular post is made",
        EntryKind.POST_EDITED: "a regular post is edited",
        EntryKind.REMINDER_SENT: "somebody is reminded that a grant ends",
        EntryKind.DIGEST_SENT: "the owner of a calendar is sent the week's digest",
        EntryKind.COLLISION_FOUND: "a collision was found, to be told",
        EntryKind.COLLISION_GONE: "a collision that was told is gone, to be withdrawn",
        EntryKind.COLLISION_WITHHELD: "a collision that was told is not shown any more",
        EntryKind.TOKEN_OBTAINED: "a token was obtained",
        EntryKind.DOCTOR_RAN: "the doctor is about to make a call",
        EntryKind.CALL_INTENT: "the calendar is about to be called",
        EntryKind.CALL_OUTCOME: "the call of the calendar ended",
        EntryKind.ALERT_JUDGED: "somebody judged an alert",
        EntryKind.CANARY_RELEASED: "a declared call is made to try the way of the logs",
        EntryKind.CANARY_ARRIVED: "the call that tries the way of the logs has come to the watch",
    },
}


def details(entry: Entry) -> str:
    """Write an entry's body as ``name=value`` pairs; what is null is left out."""
    return " ".join(f"{name}={_value(value)}" for name, value in entry.body.items() if value is not None)


def _value(value: Json) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(map(str, value))
    return canonical_bytes(value).decode()
