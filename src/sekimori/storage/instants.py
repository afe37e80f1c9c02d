"""Instants as the database keeps them: text that sorts as time does."""

from datetime import UTC, datetime


def written(instant: datetime) -> str:
    """Write an aware instant in UTC, to the microsecond, always as long."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def read(text: str) -> datetime:
    """Read what :func:`written` wrote."""
    return datetime.fromisoformat(text)
