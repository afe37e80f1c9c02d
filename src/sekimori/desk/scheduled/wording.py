"""What the desk says by itself, in Japanese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sekimori.desk.domain.policy import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledWording:
    """One language's sentences; the fields in braces are filled in where they are used."""

    withheld: str
    skipped: str


JA: Final = ScheduledWording(
    withheld="{name}の予定 {days}: いまはお見せしていません。",
    skipped=(
        "{name}の予定 {days}: {time} の時点でカレンダーを確認できず、今回の掲示を見送りました。空きとは限りません。"
        "確認でき次第、ここに載せます。"
    ),
)

EN: Final = ScheduledWording(
    withheld="{name}'s schedule {days}: not shown at present.",
    skipped=(
        "{name}'s schedule {days}: the calendar could not be read at {time}, so this post is skipped. "
        "The time is not necessarily free. It will be shown here as soon as it can be read."
    ),
)

SCHEDULED_WORDINGS: Final[Mapping[Language, ScheduledWording]] = {Language.JA: JA, Language.EN: EN}
