"""A finding: a rule, the event it fired on, how much it matters and why."""

import hashlib
from dataclasses import dataclass

from sekimori.watch.domain.event import Event
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.rule import Rule
from sekimori.watch.domain.verdict import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that somebody should know. ``profile`` is the watched application it is about, if it is one."""

    rule: Rule
    event: Event
    level: Level
    reason: Reason | None = None
    profile: IdentityProfile | None = None

    @property
    def fingerprint(self) -> str:
        """Return what stays the same whenever the same rule fires on the same event, in whatever envelope it came."""
        return hashlib.sha256(f"{self.rule.id}\n{self.event.id.casefold()}".encode()).hexdigest()[:32]
