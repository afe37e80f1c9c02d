"""What the watch itself noticed, in Japanese."""

from datetime import tzinfo

from sekimori.watch.domain.event import Observation
from sekimori.watch.domain.instants import parse_instant
from sekimori.watch.domain.observed import Observed
from sekimori.watch.domain.records import text
from sekimori.watch.domain.shown import local_time, shown


def noticed(seen: Observation, zone: tzinfo) -> str:
    """Say what was noticed."""
    values = {name: text(value) or "0" for name, value in seen.values.items()}
    match seen.kind:
        case Observed.ENTRIES_WITHOUT_CALL:
            return (
                f"監査記録にある {_time(values, 'first', zone)} から {_time(values, 'last', zone)} までの呼び出し "
                f"{values.get('missing', '0')} 件が、Microsoft Graph アクティビティ ログに現れていません"
                f"(その後に現れたもの {values.get('seenSince', '0')} 件)。"
            )
        case Observed.CATEGORY_SILENT:
            return (
                f"ログ {shown(values.get('log', ''))} が {_time(values, 'last', zone)} から "
                f"{_length(values)}途絶えています。"
                "普段のこの曜日・時間帯なら届いているはずです。"
            )
        case _:
            return f"監視が「{shown(seen.kind)}」を検知しました。"


def _time(values: dict[str, str], name: str, zone: tzinfo) -> str:
    instant = parse_instant(values.get(name))
    return local_time(instant, zone) if instant else "不明な時刻"


def _length(values: dict[str, str]) -> str:
    hours, minutes = divmod(int(values.get("silentMinutes", "0")), 60)
    return f"{hours} 時間 {minutes} 分"
