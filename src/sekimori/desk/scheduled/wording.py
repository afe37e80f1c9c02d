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
    ends_for_owner: str
    about: str
    ends_for_requester: str
    days_left: str
    today: str
    digest: str
    digest_count: str
    digest_more: str
    collision: str
    collisions: str
    collision_gone: str
    collision_gone_line: str
    collisions_gone: str
    collision_withheld: str


JA: Final = ScheduledWording(
    withheld="{name}の予定 {days}: いまはお見せしていません。",
    skipped=(
        "{name}の予定 {days}: {time} の時点でカレンダーを確認できず、今回の掲示を見送りました。空きとは限りません。"
        "確認でき次第、ここに載せます。"
    ),
    ends_for_owner=(
        "{partner} に{name}の予定を見せる許可は、{left}（{day}）で終わります。"
        "続けるには設定ファイルの見直しが要ります。"
    ),
    about="対象の方: ",
    ends_for_requester=(
        "{name}の予定をお尋ねいただける期間は、{left}（{day}）で終わります。"
        "引き続き必要なときは、先方のご担当者へご連絡ください。"
    ),
    days_left="あと{days}日",
    today="本日",
    digest="{name}の予定について {days}",
    digest_count="問い合わせと掲示は {count} 件でした。",
    digest_more="新しい {count} 件だけを並べています。残りは /sekimori log か監査ログでご覧ください。",
    collision="{name}の予定に、二社の間の重なりが見つかりました。",
    collisions=(
        "{name}の予定に、二社の間の重なりがいま {count} 件あります。これから見つかったものは、1件ずつお知らせします。"
    ),
    collision_gone="解消しました: {name}の {time} の重なりはなくなりました。",
    collision_gone_line="– {time} 解消しました",
    collisions_gone="解消しました: {name}の重なりは、すべてなくなりました。",
    collision_withheld="{name}の予定の重なりは、いまはお見せしていません。",
)

EN: Final = ScheduledWording(
    withheld="{name}'s schedule {days}: not shown at present.",
    skipped=(
        "{name}'s schedule {days}: the calendar could not be read at {time}, so this post is skipped. "
        "The time is not necessarily free. It will be shown here as soon as it can be read."
    ),
    ends_for_owner=(
        "What {partner} may see of {name}'s schedule ends {left}, on {day}. To go on, the manifest has to be reviewed."
    ),
    about="It is about: ",
    ends_for_requester=(
        "The time in which you may ask about {name}'s schedule ends {left}, on {day}. "
        "If you still need it, please get in touch with your contact there."
    ),
    days_left="in {days} days",
    today="today",
    digest="About {name}'s schedule {days}",
    digest_count="Questions and posts: {count}.",
    digest_more="Only the latest {count} are listed. The rest is in /sekimori log and in the audit log.",
    collision="{name}'s schedules at the two companies collide.",
    collisions=(
        "{name}'s schedules at the two companies collide {count} times at present. "
        "Whatever is found from now on is told one by one."
    ),
    collision_gone="Resolved: {name}'s collision on {time} is gone.",
    collision_gone_line="– {time} resolved",
    collisions_gone="Resolved: all of {name}'s collisions are gone.",
    collision_withheld="{name}'s collisions are not shown at present.",
)

SCHEDULED_WORDINGS: Final[Mapping[Language, ScheduledWording]] = {Language.JA: JA, Language.EN: EN}
