"""How long a batch waits for entries that are about to be written."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.verdict import Reason

_MOMENT: Final = timedelta(milliseconds=100)
"""What is reported anyway waits no longer than a write takes."""


def patience_for(findings: Iterable[Finding], now: datetime) -> timedelta:
    """Return how long to wait before the tokens without an entry are believed to have none; usually not at all.

    The desk records a token as soon as it has it, and Entra's record of the sign-in usually comes minutes later.
    """
    return max((_patience(finding, now) for finding in findings), default=timedelta())


def _patience(finding: Finding, now: datetime) -> timedelta:
    reasons = {each.reason for each in (finding, *finding.also)}
    if Reason.TOKEN_WITHOUT_ENTRY not in reasons or finding.profile is None or finding.event.time is None:
        return timedelta()
    longest = finding.profile.bounds.patience
    left = min(finding.event.time + longest - now, longest)
    return max(timedelta(), min(left, _MOMENT) if len(reasons) > 1 else left)
