"""Common free time: where several people can be met together, long enough and in working time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sekimori.core.timespan import Timespan, merged
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy
from sekimori.desk.domain.timeline import CERTAIN, Stretch, laid_over, padded
from sekimori.desk.domain.working_time import WorkingTime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonTime:
    """What was found, in order of time; a meeting of the duration fits into each free span.

    Attributes:
        free: nobody has anything then.
        uncertain: together with the free time around it long enough, and nobody is certainly busy; tentative where
            somebody has something tentative, unknown where somebody's time is not known.
    """

    free: tuple[Timespan, ...] = ()
    uncertain: tuple[BusyPeriod, ...] = ()


def common_free(
    people: Sequence[FreeBusy], *, window: Timespan, duration: timedelta, working: WorkingTime
) -> CommonTime:
    """Find the time in a window that all people have free.

    Laws: what is unknown is never free; a shorter duration never has less; one more person never adds free time;
    two windows that meet where nobody works say what the whole says.

    Raises:
        ValueError: there is nobody, or no duration.
    """
    if not people or duration <= timedelta():
        raise ValueError("common time needs people and a duration")
    stretches = laid_over([padded(person, working.buffer) for person in people], window)
    spans = working.within(window)
    open_to_all = _long_enough(_parts(spans, (s for s in stretches if _together(s) is FbType.FREE)), duration)
    possible = _long_enough(_parts(spans, (s for s in stretches if _together(s) is not FbType.BUSY)), duration)
    left = (piece for span in possible for piece in without(span, open_to_all))
    return CommonTime(free=open_to_all, uncertain=tuple(_doubtful(piece, stretches) for piece in left))


def _together(stretch: Stretch) -> FbType:
    if any(fb_type in CERTAIN for fb_type in stretch.types):
        return FbType.BUSY
    for doubt in (FbType.UNKNOWN, FbType.TENTATIVE):
        if doubt in stretch.types:
            return doubt
    return FbType.FREE


def _parts(spans: Sequence[Timespan], stretches: Iterable[Stretch]) -> tuple[Timespan, ...]:
    cut = (stretch.span.intersection(span) for stretch in stretches for span in spans)
    return merged(part for part in cut if part)


def _long_enough(spans: Iterable[Timespan], duration: timedelta) -> tuple[Timespan, ...]:
    return tuple(span for span in spans if span.duration >= duration)


def _doubtful(piece: Timespan, stretches: Iterable[Stretch]) -> BusyPeriod:
    types = {_together(stretch) for stretch in stretches if stretch.span.overlaps(piece)}
    return BusyPeriod(span=piece, fb_type=FbType.UNKNOWN if FbType.UNKNOWN in types else FbType.TENTATIVE)


def without(span: Timespan, taken: Iterable[Timespan]) -> Iterator[Timespan]:
    """Return what is left of a span; ``taken`` is in order and disjoint."""
    start = span.start
    for part in taken:
        if not part.overlaps(span):
            continue
        if start < part.start:
            yield Timespan(start, part.start)
        start = max(start, part.end)
    if start < span.end:
        yield Timespan(start, span.end)
