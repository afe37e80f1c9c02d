"""The words of buttons and modals, in Japanese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sekimori.desk.domain.policy import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class FormWording:
    """One language's words; titles and buttons keep to Slack's 24 characters in a modal's frame."""

    title: str
    show: str
    close: str
    open: str
    open_choice: str
    start: str
    offered: str
    loading: str
    person: str
    week: str
    purpose: str
    before: str
    after: str
    again: str
    choose: str
    expired: str
    nobody: str
    not_opened: str
    lost: str


JA: Final = FormWording(
    title="予定",
    show="見る",
    close="閉じる",
    open="予定を見る",
    open_choice="開いて見る",
    start="どなたの、いつの予定をお調べしますか。下のボタンから選ぶか、文章でお尋ねください。",
    offered="{title}\nボタンを押すと、あなただけに見える画面でお見せします。会話には残りません。",
    loading="調べています…",
    person="どなたの予定",
    week="どの週",
    purpose="目的",
    before="◀ 前の週",
    after="次の週 ▶",
    again="更新",
    choose="選び直す",
    expired="このボタンは期限が切れました。もう一度お尋ねください。",
    nobody="いまお調べできる方はいらっしゃいません。",
    not_opened="画面を開けませんでした。もう一度ボタンを押してください。",
    lost="先ほどのお答えが届いたかどうか、こちらでは確かめられません。届いていなければ、ボタンを押すか、もう一度お尋ねください。",
)

EN: Final = FormWording(
    title="Schedule",
    show="Show",
    close="Close",
    open="Look at a schedule",
    open_choice="Open it",
    start="Whose schedule, and when? Choose with the button below, or ask in words.",
    offered="{title}\nPress the button to see it in a window that only you can see. Nothing stays in the conversation.",
    loading="Looking it up…",
    person="Whose schedule",
    week="Which week",
    purpose="Purpose",
    before="◀ Week before",
    after="Next week ▶",
    again="Refresh",
    choose="Choose again",
    expired="This button has expired. Please ask again.",
    nobody="There is nobody you can ask about at the moment.",
    not_opened="The window could not be opened. Please press the button again.",
    lost="It is not certain that the last answer reached you. If it did not, press the button, or ask again.",
)

FORM_WORDINGS: Final[Mapping[Language, FormWording]] = {Language.JA: JA, Language.EN: EN}
