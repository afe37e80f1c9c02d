"""An alert: a finding in words, ready to be delivered, and able to wait in a store until it is."""

from datetime import tzinfo
from pathlib import Path
from typing import Protocol

import msgspec

from sekimori.watch.domain.explanation import recount
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.records import Source
from sekimori.watch.domain.shown import app_label


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """What a sink shows of one finding.

    Attributes:
        summary: who did what to which application, from where, and what it enables.
        questions: the rule's runbook, what to check first.
        time: when it happened, ISO 8601 in UTC, where the record says so.
        also: further rules that fired on the same event, for which this alert speaks.
        place: where the record stood, ``path:line``; below the manifest's folder the path starts from there.
    """

    fingerprint: str
    rule: str
    level: Level
    title: str
    summary: str
    techniques: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    app: str | None = None
    event: str | None = None
    time: str | None = None
    place: str | None = None
    also: tuple[str, ...] = ()


class Sink(Protocol):
    """Somewhere people look."""

    async def deliver(self, alert: Alert) -> None:
        """Show one alert.

        Raises:
            DeliveryFailed: it was not taken; it will be given again.
        """
        ...


def alert_of(finding: Finding, language: Language, zone: tzinfo, folder: Path | None = None) -> Alert:
    """Put a finding into words of one language; ``folder`` is the manifest's."""
    event, rule = finding.event, finding.rule
    return Alert(
        fingerprint=finding.fingerprint,
        rule=rule.id,
        level=finding.level,
        title=rule.title_in(language),
        summary=recount(finding, language, zone),
        techniques=finding.techniques,
        also=tuple(each.rule.id for each in finding.also),
        questions=rule.guidance.runbook.get(language, ()),
        app=app_label(event.app),
        event=event.id,
        time=event.time.isoformat() if event.time else None,
        place=_place(event.source, folder) if event.source else None,
    )


def _place(source: Source, folder: Path | None) -> str:
    path = Path(source.path)
    inside = folder is not None and path.is_relative_to(folder)
    return f"{path.relative_to(folder) if folder and inside else path}:{source.line}"
