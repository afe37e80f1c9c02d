"""A published calendar (iCalendar, RFC 5545): events or free/busy, at a secret https address."""

from typing import Final

NAME: Final = "ics"
