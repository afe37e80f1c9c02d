from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.disclosed import as_told
from sekimori.desk.domain.disclosure import Precision, Terms, disclose
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.timeline import laid_over

TOKYO = ZoneInfo("Asia/Tokyo")
MONDAY = datetime(2026, 11, 30, tzinfo=TOKYO)


def at(first: float, last: float) -> Timespan:
    return Timespan(MONDAY + timedelta(hours=first), MONDAY + timedelta(hours=last))


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        (Precision.TYPED, [(9, FbType.FREE), (10, FbType.BUSY), (11, FbType.FREE), (12, FbType.UNKNOWN)]),
        (Precision.DAY_PART, [(9, FbType.TENTATIVE), (10, FbType.TENTATIVE), (12, FbType.UNKNOWN)]),
        (Precision.NONE, [(9, FbType.UNKNOWN)]),
    ],
)
def test_what_was_told_is_known_and_the_rest_is_not(precision: Precision, expected: list[tuple[int, FbType]]) -> None:
    busy = BusyPeriod(span=at(10.1, 10.9), fb_type=FbType.BUSY)
    terms = Terms(precision=precision, hours=Hours(opens=540, closes=720), zone=TOKYO)
    schedule = disclose(FreeBusy(window=at(0, 24), periods=(busy,)), terms, window=at(9, 14), now=MONDAY)
    known = laid_over([as_told(schedule, precision, at(9, 14))], at(9, 14))
    types = {stretch.span.start.astimezone(TOKYO).hour: stretch.types[0] for stretch in known}
    assert all(types.get(hour, fb_type) is fb_type for hour, fb_type in expected)
    assert known[-1].types == (FbType.UNKNOWN,)
