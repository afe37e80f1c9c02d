"""Entries of calls that no log shows in time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sekimori.watch.domain.observed import Observed, observation
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.records import Record
from sekimori.watch.domain.trail import OUTLOOK, Intent


def overdue(intents: Iterable[Intent], *, before: datetime) -> list[Intent]:
    """Return the calls that Graph answered before an instant, the earliest first; their records should be there."""
    due = [each for each in intents if each.provider == OUTLOOK and each.answered and each.answered < before]
    return sorted(due, key=lambda each: (each.answered or before, each.entry_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Calls without a record, the first of them, and how many calls after it have one."""

    missing: tuple[Intent, ...]
    seen_since: int

    def record(self, profile: IdentityProfile, now: datetime) -> Record:
        """Return it as a record; the first missing entry names it."""
        first, last = self.missing[0], self.missing[-1]
        values = {
            "appId": profile.app_id,
            "missing": len(self.missing),
            "seenSince": self.seen_since,
            "first": first.answered.isoformat() if first.answered else None,
            "last": last.answered.isoformat() if last.answered else None,
            "entries": [each.entry_id for each in self.missing[:_TOLD]],
        }
        return observation(Observed.ENTRIES_WITHOUT_CALL, first.entry_id, now, values)


_TOLD = 20


def absence(intents: Collection[Intent], claimed: Collection[str], *, before: datetime) -> Absence | None:
    """Return the answered calls that no record claimed before an instant, or None where every one has its record.

    Law: it does not depend on the order, or on how often, entries and calls came.
    """
    due = overdue(intents, before=before)
    missing = tuple(each for each in due if each.entry_id not in claimed)
    if not missing or missing[0].answered is None:
        return None
    start = missing[0].answered
    seen = [each for each in intents if each.entry_id in claimed and each.answered and each.answered > start]
    return Absence(missing=missing, seen_since=len(seen))
