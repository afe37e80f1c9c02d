"""What company A's calendars share: the appointments, the clock, the faults, and what was asked of them."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sekimori.core.clock import Clock
from sekimori.sim.calendars import Appointment
from sekimori.sim.entra.graph import SeenCall
from sekimori.sim.faults import Faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The calendars by address, laid in a zone; ``token_clock`` judges assertions and tokens."""

    calendars: dict[str, tuple[Appointment, ...]]
    zone: ZoneInfo
    clock: Clock
    token_clock: Clock
    faults: Faults
    google_calls: list[SeenCall] = field(default_factory=list)
    feed_calls: list[SeenCall] = field(default_factory=list)
