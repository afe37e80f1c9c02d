"""How far what is held against each other may lie apart: delays, clocks, sizes."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The bounds of reconciliation.

    Attributes:
        apart: how far a record's time may lie from its entry's: clocks differ, retries wait.
        delay: how long after a call its record may arrive.
        patience: how long a fresh sign-in waits for its entry, which is written when the token is there.
        answer_bytes: what an answer may hold for one person and day.
        graph_logged, sign_ins_logged: the tenant exports these logs; where it does not, nothing is missed in them.
    """

    apart: timedelta = timedelta(minutes=15)
    delay: timedelta = timedelta(hours=2)
    patience: timedelta = timedelta(seconds=2)
    answer_bytes: int = 16384
    graph_logged: bool = True
    sign_ins_logged: bool = True

    def largest_answer(self, *, people: int, window: timedelta) -> int:
        """Return how many bytes an answer about so many people over a window can have."""
        days = ceil(window / timedelta(days=1)) + 1
        return _FRAME + people * days * self.answer_bytes


_FRAME = 4096
