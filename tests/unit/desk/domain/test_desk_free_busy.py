from datetime import UTC, datetime, timedelta

import pytest

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy, all_unknown, joined, strongest

START = datetime(2026, 11, 30, tzinfo=UTC)


def span(first: int, last: int) -> Timespan:
    return Timespan(START + timedelta(hours=first), START + timedelta(hours=last))


def test_certainly_busy_beats_unknown_and_unknown_beats_perhaps() -> None:
    assert strongest(FbType.UNKNOWN, FbType.BUSY) is FbType.BUSY
    assert strongest(FbType.UNKNOWN, FbType.TENTATIVE) is FbType.UNKNOWN
    assert strongest(FbType.FREE, FbType.WORKING_ELSEWHERE) is FbType.WORKING_ELSEWHERE


def test_a_gap_between_joined_windows_is_unknown() -> None:
    whole = joined((FreeBusy(window=span(4, 6), periods=()), FreeBusy(window=span(0, 2), periods=())))
    assert whole.window == span(0, 6)
    assert whole.periods == (BusyPeriod(span=span(2, 4), fb_type=FbType.UNKNOWN),)


def test_all_of_an_unknown_window_is_unknown() -> None:
    assert all_unknown(span(0, 2)).periods == (BusyPeriod(span=span(0, 2), fb_type=FbType.UNKNOWN),)


def test_nothing_cannot_be_joined() -> None:
    with pytest.raises(ValueError, match="at least one"):
        joined(())


def test_a_period_has_no_room_for_text() -> None:
    assert set(BusyPeriod.__dataclass_fields__) == {"span", "fb_type"}
