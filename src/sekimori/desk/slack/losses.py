"""Records that what was to be shown did not reach whoever asked."""

from collections.abc import Sequence

import structlog

from sekimori.audit.entry import Entry
from sekimori.audit.log import AuditUnavailable
from sekimori.desk.domain.ask import Desk, Offered, Reply, Shown
from sekimori.desk.domain.coordinated import CollisionsShown, Coordinated, PastedShown, TogetherShown

_log = structlog.get_logger(__name__)


def outcomes_of(reply: Reply | Coordinated | None) -> tuple[Entry, ...]:
    """Return the recorded outcomes that say that something is told."""
    match reply:
        case Shown() | Offered():
            return (reply.record,)
        case TogetherShown() | CollisionsShown() | PastedShown():
            return reply.overlay.records
        case _:
            return ()


async def record_loss(desk: Desk, outcomes: Sequence[Entry]) -> None:
    """Record of each outcome that it was not delivered; where that cannot be, say so in the log."""
    try:
        await desk.not_delivered(outcomes)
    except AuditUnavailable as error:
        _log.error("question.loss_not_recorded", code=error.code, hint=error.hint)
