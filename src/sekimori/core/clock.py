"""Where the time comes from: a parameter, never a global."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant, aware and in UTC."""

    def __call__(self) -> datetime:
        """Return the present instant."""
        ...
