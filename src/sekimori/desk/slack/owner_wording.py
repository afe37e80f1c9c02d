"""What our own people read: the app's home, and the answers to /sekimori."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.policy import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerWording:
    """One language's words; the fields in braces are filled in where they are used."""

    service_runs: str
    service_paused: str
    nothing_here: str
    heading: str
    shows: str
    paused: str
    narrowed: str
    until: str
    endless: str
    precisions: Mapping[Precision, str]
    pause: str
    resume: str
    narrow: str
    pause_service: str
    resume_service: str
    sure: str
    sure_service: str
    yes: str
    no: str
    asked_lately: str
    nobody_asked: str
    results: Mapping[str, str]
    surfaces: Mapping[str, str]
    slots: str
    record: str
    refused: str
    done: Mapping[str, str]
    nobody: str
    usage: str
    failed: str
    widening: str


JA: Final = OwnerWording(
    service_runs="受付中です。",
    service_paused="サービス全体を止めています。どなたの質問にも答えません。",
    nothing_here="ここには、予定を見せている方と管理者への案内が出ます。あなたの予定は登録されていません。",
    heading="{name}の予定",
    shows="見せているもの: {precision}、{until}",
    paused="いまは止めています。どなたにも見せません。",
    narrowed="あなたが狭めています(申告は {declared})。",
    until="{day} まで",
    endless="期限なし",
    precisions={
        Precision.NONE: "何も見せない",
        Precision.DAY_PART: "午前・午後ごとの予定の有無",
        Precision.BUSY_ONLY: "予定の有無と時刻",
        Precision.TYPED: "予定の有無と時刻、種別",
    },
    pause="止める",
    resume="再開する",
    narrow="{precision} だけにする",
    pause_service="サービス全体を止める",
    resume_service="サービス全体を再開する",
    sure="狭めたものを広げるには、設定ファイルの見直しが要ります。よろしいですか。",
    sure_service="すべての質問を断ります。よろしいですか。",
    yes="はい",
    no="やめる",
    asked_lately="最近の問い合わせ",
    nobody_asked="まだどなたからも問い合わせはありません。",
    results={
        "shown": "見せました",
        "unknown": "確認できず、不明と答えました",
        "offered": "画面を開くボタンを渡しました(まだ見せていません)",
        "refused": "断りました",
        "skipped": "確認できず、掲示を見送りました",
        "failed": "不具合で答えられませんでした",
        "not_delivered": "Slack が答えを受け取らず、届きませんでした",
        "withheld": "途中で止められたため、見せませんでした",
    },
    surfaces={
        "modal": "本人だけの画面",
        "ephemeral": "本人だけのメッセージ",
        "dm": "ダイレクトメッセージ",
        "thread": "チャンネルのスレッド",
        "post": "チャンネルへの定期の掲示",
    },
    slots="{periods} 枠",
    record="記録 {seq}",
    refused="この操作は、登録されたご本人と管理者だけができます。",
    done={
        "pause": "止めました。次の質問から断ります。",
        "resume": "再開しました。",
        "narrow": "狭めました。次の質問から効きます。",
    },
    nobody="その名前の方は登録されていません。",
    usage="使い方: /sekimori pause|resume|status|log [人|all]",
    failed="記録を残せなかったため、変えていません。もう一度お試しください。",
    widening="広げるには設定ファイルの見直しが要ります。",
)

EN: Final = OwnerWording(
    service_runs="The desk is open.",
    service_paused="The whole service is paused. Nobody's question is answered.",
    nothing_here="Whoever's time is shown, and administrators, find their page here. Your time is not listed.",
    heading="{name}'s schedule",
    shows="What is shown: {precision}, {until}",
    paused="Paused at the moment. Nobody is shown anything.",
    narrowed="You narrowed this (declared: {declared}).",
    until="until {day}",
    endless="without end",
    precisions={
        Precision.NONE: "nothing",
        Precision.DAY_PART: "busy or not, by morning and afternoon",
        Precision.BUSY_ONLY: "busy or not, with times",
        Precision.TYPED: "busy or not, with times and kinds",
    },
    pause="Pause",
    resume="Resume",
    narrow="Only {precision}",
    pause_service="Pause the whole service",
    resume_service="Resume the whole service",
    sure="To show more again, the manifest has to be reviewed. Go on?",
    sure_service="Every question will be refused. Go on?",
    yes="Yes",
    no="No",
    asked_lately="Who asked lately",
    nobody_asked="Nobody has asked yet.",
    results={
        "shown": "shown",
        "unknown": "could not be read; answered as unknown",
        "offered": "given a button that opens a window (nothing shown yet)",
        "refused": "refused",
        "skipped": "could not be read, so the post was skipped",
        "failed": "not answered, because of a defect",
        "not_delivered": "Slack did not take the answer: it was not delivered",
        "withheld": "paused meanwhile, so nothing was shown",
    },
    surfaces={
        "modal": "a window of their own",
        "ephemeral": "a message only they see",
        "dm": "a direct message",
        "thread": "a thread in the channel",
        "post": "a weekly post to the channel",
    },
    slots="{periods} slots",
    record="record {seq}",
    refused="Only the person concerned and administrators can do this.",
    done={
        "pause": "Paused. The very next question is refused.",
        "resume": "Resumed.",
        "narrow": "Narrowed, from the next question on.",
    },
    nobody="Nobody of that name is listed.",
    usage="Usage: /sekimori pause|resume|status|log [person|all]",
    failed="This could not be recorded, so nothing was changed. Please try again.",
    widening="To show more, the manifest has to be reviewed.",
)

OWNER_WORDINGS: Final[Mapping[Language, OwnerWording]] = {Language.JA: JA, Language.EN: EN}
