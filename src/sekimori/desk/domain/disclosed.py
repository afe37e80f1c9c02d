"""A disclosed schedule as a free/busy again, so that what is worked out of it cannot say more than it does."""

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.common_time import without
from sekimori.desk.domain.disclosure import Precision, Schedule
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy
from sekimori.desk.domain.timeline import CERTAIN


def as_told(schedule: Schedule, precision: Precision, window: Timespan) -> FreeBusy:
    """Return what somebody who has been shown a schedule knows of a window.

    What was not shown is unknown. Of half a day with something in it, no hour is certainly taken: it is tentative.
    """
    shown = [BusyPeriod(span=slot.span, fb_type=_told(slot.fb_type, precision)) for slot in schedule.slots]
    hidden = without(window, (period.span for period in shown))
    gaps = [BusyPeriod(span=span, fb_type=FbType.UNKNOWN) for span in hidden]
    return FreeBusy(window=window, periods=(*shown, *gaps))


def _told(fb_type: FbType, precision: Precision) -> FbType:
    return FbType.TENTATIVE if precision is Precision.DAY_PART and fb_type in CERTAIN else fb_type
