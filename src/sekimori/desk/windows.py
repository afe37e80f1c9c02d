"""What every provider does with a window: cuts it to the vendor's limit, widens it to whole seconds, gives it up."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import timedelta

from sekimori.core.timespan import Timespan, merged
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy, all_unknown, joined
from sekimori.desk.domain.ports import Finding, Problem


def unknown(window: Timespan, problem: Problem) -> Finding:
    """Return a window of which nothing could be learnt, and why."""
    return Finding(free_busy=all_unknown(window), problem=problem)


def pieces(window: Timespan, longest: timedelta) -> Iterator[Timespan]:
    """Cut a window into pieces no longer than the vendor answers at once; together they are the window."""
    start = window.start
    while start < window.end:
        end = min(start + longest, window.end) if window.end - start > longest else window.end
        yield Timespan(start, end)
        start = end


async def in_pieces(window: Timespan, longest: timedelta, ask: Callable[[Timespan], Awaitable[Finding]]) -> Finding:
    """Ask for each piece, one after the other, and join what was found; the first problem is the whole's."""
    parts = [await ask(piece) for piece in pieces(window, longest)]
    problem = next((part.problem for part in parts if part.problem is not None), None)
    return Finding(free_busy=joined(tuple(part.free_busy for part in parts)), problem=problem)


def whole_seconds(window: Timespan) -> Timespan:
    """Widen a window to whole seconds, as vendors are asked in these."""
    start = window.start.replace(microsecond=0)
    end = window.end if not window.end.microsecond else window.end.replace(microsecond=0) + timedelta(seconds=1)
    return Timespan(start, end)


def uncovered(window: Timespan, covered: Iterable[Timespan]) -> tuple[BusyPeriod, ...]:
    """Return the parts of a window that an answer does not speak of, as unknown."""
    gaps, start = [], window.start
    for span in merged(covered):
        if start < min(span.start, window.end):
            gaps.append(Timespan(start, min(span.start, window.end)))
        start = max(start, span.end)
    if start < window.end:
        gaps.append(Timespan(start, window.end))
    return tuple(BusyPeriod(span=gap, fb_type=FbType.UNKNOWN) for gap in gaps)


def together(window: Timespan, findings: Iterable[Finding]) -> Finding:
    """Lay what was found in several calendars over each other; one that is unknown leaves what it hides unknown."""
    found = tuple(findings)
    periods = tuple(period for finding in found for period in finding.free_busy.periods)
    problem = next((finding.problem for finding in found if finding.problem is not None), None)
    return Finding(free_busy=FreeBusy(window=window, periods=periods), problem=problem)
