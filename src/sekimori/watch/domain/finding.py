"""A finding: a rule, the event it fired on, how much it matters and why."""

import hashlib
from dataclasses import dataclass

from sekimori.watch.domain.event import Event
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import ChangeWindow, IdentityProfile
from sekimori.watch.domain.rule import Rule
from sekimori.watch.domain.verdict import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What several events come to: what tells it from others of its rule, how many they are, and the ids of some."""

    identity: str
    count: int = 1
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that somebody should know. ``profile`` is the watched application it is about, if it is one.

    ``also`` are findings on the same event that this one speaks for. ``window`` is the declared one that excuses it.
    Where a rule that remembers found it, ``pattern`` says of what, and ``event`` is one of the events.
    """

    rule: Rule
    event: Event
    level: Level
    reason: Reason | None = None
    profile: IdentityProfile | None = None
    window: ChangeWindow | None = None
    also: tuple["Finding", ...] = ()
    pattern: Pattern | None = None

    @property
    def techniques(self) -> tuple[str, ...]:
        """The techniques of its rule and of those it speaks for, its own first."""
        return tuple(dict.fromkeys(name for each in (self, *self.also) for name in each.rule.techniques))

    @property
    def fingerprint(self) -> str:
        """Return what stays the same whenever the same rule fires on the same event, in whatever envelope it came.

        Of a pattern: on the same group and the same window, in whatever order its events came.
        """
        about = f"pattern\n{self.pattern.identity}" if self.pattern else self.event.id.casefold()
        return hashlib.sha256(f"{self.rule.id}\n{about}".encode(errors="surrogatepass")).hexdigest()[:32]
