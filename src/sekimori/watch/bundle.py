"""What a sink is given: the findings that belong together, as one alert with its parts."""

from typing import Any, Protocol

import msgspec

from sekimori.watch.alert import Alert
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.standing import Standing

PARTS_SHOWN = 10
"""How many findings of one alert a sink is given in full; the others are counted."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said of an alert.

    Attributes:
        who: ``slack:U…`` or ``cli:name``.
        why: in their own words.
        at, until: ISO 8601 in UTC; ``until`` is the instant from which the same is told again.
        actor: where the decision is about one actor alone, that one.
    """

    standing: Standing
    who: str
    why: str
    at: str
    until: str | None = None
    actor: str | None = None


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """One alert as it stands now.

    Attributes:
        id: its name for good, the fingerprint of its first finding.
        revision: grows whenever there is something new to show.
        level: the highest of its findings.
        parts: its findings, first the one that matters most, then the oldest; at most :data:`PARTS_SHOWN`.
        count: how many findings there are.
        first, last: when the first and the last happened, ISO 8601 in UTC.
    """

    id: str
    revision: int
    level: Level
    parts: tuple[Alert, ...]
    count: int = 1
    first: str | None = None
    last: str | None = None
    standing: Standing = Standing.NEW
    decision: Decision | None = None

    @property
    def lead(self) -> Alert:
        """The finding that matters most."""
        return self.parts[0]

    @property
    def techniques(self) -> tuple[str, ...]:
        """Every part's techniques, each once."""
        return tuple(dict.fromkeys(technique for part in self.parts for technique in part.techniques))

    @property
    def rules(self) -> tuple[str, ...]:
        """Every part's rule, each once."""
        return tuple(dict.fromkeys(rule for part in self.parts for rule in (part.rule, *part.also)))

    def as_plain(self) -> dict[str, Any]:
        """Return the documented form: what is known of the alert, and its findings as ``scan`` prints them."""
        return {
            "id": self.id,
            "revision": self.revision,
            "level": self.level.value,
            "title": self.lead.title,
            "summary": self.lead.summary,
            "rules": list(self.rules),
            "techniques": list(self.techniques),
            "app": self.lead.app,
            "count": self.count,
            "first": self.first,
            "last": self.last,
            "state": self.standing.value,
            "decision": msgspec.to_builtins(self.decision) if self.decision else None,
            "questions": list(self.lead.questions),
            "findings": [part.finding or _told(part) for part in self.parts],
        }


def _told(part: Alert) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(part)
    plain.pop("finding")
    return plain


class Sink(Protocol):
    """Somewhere alerts go.

    Attributes:
        name: how the manifest calls it; rows of the database are kept under it.
        level: the least level that it is told of.
    """

    name: str
    level: Level

    async def deliver(self, bundle: Bundle, reference: str | None) -> str | None:
        """Show one alert as it stands.

        Args:
            bundle: what to show.
            reference: what the sink returned for the alert's last revision; None where it was not given one.

        Returns:
            Where it is shown, so that the next revision can take its place.

        Raises:
            DeliveryFailed: the sink takes nothing now; everything will be given again.
            AlertRefused: the sink takes others, and not this one.
        """
        ...

    async def close(self) -> None:
        """Let go of connections and files."""
        ...
