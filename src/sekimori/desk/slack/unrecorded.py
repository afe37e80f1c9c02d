"""What the operator is told where the desk answers nothing because it cannot record."""

from collections.abc import Mapping

from sekimori.desk.domain.ask import NotRecorded


def cause_of(reply: NotRecorded) -> Mapping[str, str]:
    """Return the cause's code and hint for a log line; its words may be about whoever asked, and stay out."""
    return {"code": reply.cause.code, "hint": reply.cause.hint}
