"""What every provider does with a window: cuts it to the vendor's limit, widens it to whole seconds, gives it up."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import all_unknown, joined
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
