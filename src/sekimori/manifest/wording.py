"""The words in which a manifest is explained, in both languages."""

from typing import Final

from sekimori.manifest.model import AnswerIn, CalendarAccess, CredentialKind, Language, Precision
from sekimori.manifest.warnings import Concern

PRECISIONS: Final = {
    Language.JA: {
        Precision.NONE: "何も見せない",
        Precision.DAY_PART: "午前・午後ごとの予定の有無",
        Precision.BUSY_ONLY: "予定の有無と時刻",
        Precision.TYPED: "予定の有無と時刻、仮の予定・不在の別",
    },
    Language.EN: {
        Precision.NONE: "nothing is shown",
        Precision.DAY_PART: "busy or not, by morning and afternoon",
        Precision.BUSY_ONLY: "busy or not, with times",
        Precision.TYPED: "busy or not, with times, and whether tentative or out of office",
    },
}
SURFACES: Final = {
    Language.JA: {
        AnswerIn.MODAL: "モーダル(相手側に残らない)",
        AnswerIn.EPHEMERAL: "本人だけに見える返信(相手側に残らない)",
        AnswerIn.DM: "ダイレクトメッセージ",
        AnswerIn.THREAD: "チャンネルのスレッド(相手側の保存対象になる)",
    },
    Language.EN: {
        AnswerIn.MODAL: "a modal (nothing stays with the partner)",
        AnswerIn.EPHEMERAL: "a reply only the requester sees (nothing stays with the partner)",
        AnswerIn.DM: "a direct message",
        AnswerIn.THREAD: "a thread in the channel (stays in the partner's retention)",
    },
}
CREDENTIALS: Final = {
    Language.JA: {
        CredentialKind.FEDERATED: "フェデレーション資格情報(保管する秘密なし)",
        CredentialKind.CERTIFICATE: "証明書",
        CredentialKind.SECRET: "クライアントシークレット",
    },
    Language.EN: {
        CredentialKind.FEDERATED: "a federated credential (no secret is kept)",
        CredentialKind.CERTIFICATE: "a certificate",
        CredentialKind.SECRET: "a client secret",
    },
}
ACCESS: Final = {
    Language.JA: {
        CalendarAccess.DIRECT: "本人のメールボックスを直接読みます",
        CalendarAccess.SCOPED: "Exchange が許したメールボックスだけを読みます",
        CalendarAccess.BROKER: "仲介用の空のメールボックスを通して読みます",
    },
    Language.EN: {
        CalendarAccess.DIRECT: "reads the person's mailbox directly",
        CalendarAccess.SCOPED: "reads only the mailboxes that Exchange lets it",
        CalendarAccess.BROKER: "reads through one empty broker mailbox",
    },
}
CONCERNS: Final = {
    Language.JA: {
        Concern.ENDED: "{day} に期限が切れています。依頼は断られます",
        Concern.NO_END: "期限がありません",
        Concern.NOBODY_ASKS: "この人の予定を尋ねてよい人がいません",
        Concern.SHOWS_NOTHING: "尋ねても何も見せません",
        Concern.NO_REQUESTERS: "このパートナーには尋ねてよい人がいません",
        Concern.NO_CHANNELS: "チャンネルがないため、ダイレクトメッセージでしか尋ねられません",
        Concern.NOBODY_TO_ASK: "誰の予定も尋ねられません",
        Concern.UNKNOWN_PERMISSION: "アクセス許可 {value} は知られていません",
        Concern.NO_FILE: "ファイル {value} がありません",
    },
    Language.EN: {
        Concern.ENDED: "ended on {day}: questions are refused",
        Concern.NO_END: "has no end",
        Concern.NOBODY_ASKS: "nobody may ask about this person",
        Concern.SHOWS_NOTHING: "nothing is shown to whoever asks",
        Concern.NO_REQUESTERS: "nobody of this partner may ask",
        Concern.NO_CHANNELS: "has no channel: questions are taken in direct messages only",
        Concern.NOBODY_TO_ASK: "may ask about nobody",
        Concern.UNKNOWN_PERMISSION: "there is no known permission {value}",
        Concern.NO_FILE: "there is no file {value}",
    },
}
PHRASES: Final = {
    Language.JA: {
        "asking": "誰が、誰の予定を尋ねてよいか",
        "partner": "{id}({place})は {channels} で尋ねてよく、答えは{surface}に出ます。",
        "workspace": "ワークスペース {team}",
        "grid": "ワークスペース {team}、組織 {enterprise}",
        "no_channel": "ダイレクトメッセージだけ",
        "may": "{user} は {person} の予定を{end}尋ねてよい{purpose}。",
        "purpose": "(目的: {purpose})",
        "only": "(見せるのは {precision} まで)",
        "until": " {day} まで",
        "endless": "期限なしで",
        "post": "{person} の {weeks} 週間分の予定を、毎週 {at} に {channel} へ掲示します。",
        "collisions": "{person} の予定の重なりを見つけたら {to} に知らせます。",
        "nobody": "尋ねてよい人はいません。",
        "stops": "サービス全体を止められる自社の人: {values}",
        "shown": "何が見えるか",
        "person": "{id}: {precision}。{hours} の間、{days} 日先まで、過去は見せません。{end}。",
        "also": "ほかの会社にあるこの人のカレンダーも読みます: {values}(時刻だけ)",
        "person_until": "{day} まで",
        "person_endless": "期限なし",
        "no_people": "予定を見せる人はいません。",
        "identity": "自分の ID は何をしてよいか",
        "app": "アプリ {app}(テナント {tenant})は{credential}で認証し、{access}。",
        "federation": "Entra が受け取るのは {issuer} が {subject} に出したトークンだけ(秘密は置かない)。",
        "permissions": "許されたアクセス許可: {values}",
        "egress": "サインインと呼び出しの元: {values}",
        "owners": "所有者: {values}",
        "none": "なし",
        "anywhere": "宣言なし(どこからでも情報として記録)",
        "window": "{start} から {end} まで、予告した変更: {what}({why})",
        "watched": "ほかに見張るアプリ: {name}({app})、許されたアクセス許可: {values}",
        "moved": "接続先 {key}: {address}",
        "elsewhere": "接続先 {key}: {address}(ベンダー自身のホストではありません。トークンはそこへ送られます)",
        "meant": "。「{word}」のことですか",
        "warnings": "確認してください",
        "valid": "{file} は有効です。",
    },
    Language.EN: {
        "asking": "Who may ask about whom",
        "partner": "{id} ({place}) may ask in {channels}; the answer is shown in {surface}.",
        "workspace": "workspace {team}",
        "grid": "workspace {team} of organisation {enterprise}",
        "no_channel": "direct messages only",
        "may": "{user} may ask about {person}{end}{purpose}.",
        "purpose": " (purpose: {purpose})",
        "only": " (shown at most: {precision})",
        "until": " until {day}",
        "endless": " without end",
        "post": "{weeks} weeks of {person}'s schedule are posted to {channel}, every {at}.",
        "collisions": "Collisions of {person}'s calendars are told to {to}.",
        "nobody": "Nobody may ask.",
        "stops": "Our own people who may pause the whole service: {values}",
        "shown": "What is shown",
        "person": "{id}: {precision}; {hours}, up to {days} days ahead, nothing of the past; {end}.",
        "also": "Further calendars of theirs are read as well, times only: {values}.",
        "person_until": "until {day}",
        "person_endless": "without end",
        "no_people": "Nobody's time is shown.",
        "identity": "What our own identity may do",
        "app": "Application {app} of tenant {tenant} proves itself with {credential} and {access}.",
        "federation": "Entra takes tokens of {issuer} for {subject} instead, and no others; no secret is kept.",
        "permissions": "Permissions it may have: {values}",
        "egress": "Where its sign-ins and calls come from: {values}",
        "owners": "Owners: {values}",
        "none": "none",
        "anywhere": "not declared (recorded as information, wherever from)",
        "window": "From {start} to {end}, a declared change of {what} ({why})",
        "watched": "Also watched: {name} ({app}); permissions it may have: {values}",
        "moved": "Endpoint {key}: {address}",
        "elsewhere": "Endpoint {key}: {address} is not the vendor's own host; tokens are sent there.",
        "meant": '; did you mean "{word}"?',
        "warnings": "Please check",
        "valid": "{file} is valid.",
    },
}
