"""What the watch itself noticed, in English."""

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
                f"{_calls(values.get('missing', '0'))} that our audit log recorded from {_time(values, 'first', zone)} "
                f"to {_time(values, 'last', zone)} never appeared in the Microsoft Graph activity log; "
                f"{values.get('seenSince', '0')} since then did."
            )
        case Observed.CATEGORY_SILENT:
            return (
                f"Nothing has come from the log {shown(values.get('log', ''))} for {_length(values)}, "
                f"since {_time(values, 'last', zone)}; at this time of the week it is usually heard."
            )
        case _:
            return f'The watch noticed "{shown(seen.kind)}".'


def _calls(number: str) -> str:
    return "1 call" if number == "1" else f"{number} calls"


def _time(values: dict[str, str], name: str, zone: tzinfo) -> str:
    instant = parse_instant(values.get(name))
    return local_time(instant, zone) if instant else "an unknown time"


def _length(values: dict[str, str]) -> str:
    hours, minutes = divmod(int(values.get("silentMinutes", "0")), 60)
    return f"{hours} h {minutes:02} min"
