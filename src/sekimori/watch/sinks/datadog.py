"""Alerts at Datadog, as logs or as events, with tags and ATT&CK techniques.

Logs: ``POST /api/v2/logs`` of the logs intake. Events: ``POST /api/v1/events``.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from sekimori.core.clock import Clock
from sekimori.core.confidential import Secret
from sekimori.manifest.tables.sinks import DatadogForm, WatchSink
from sekimori.watch.bundle import Bundle
from sekimori.watch.domain.level import Level
from sekimori.watch.sinking import Poster, Surroundings

KIND: Final = "datadog"
_STATUSES: Final = {
    Level.INFORMATIONAL: "info",
    Level.LOW: "notice",
    Level.MEDIUM: "warning",
    Level.HIGH: "error",
    Level.CRITICAL: "critical",
}
_ALERT_TYPES: Final = {
    Level.INFORMATIONAL: "info",
    Level.LOW: "info",
    Level.MEDIUM: "warning",
    Level.HIGH: "error",
    Level.CRITICAL: "error",
}
_LARGEST_LOG: Final = 900_000
"""Bytes; Datadog cuts a log at one megabyte, and JSON that is cut is text."""

_TITLE: Final = 100
_TEXT: Final = 4000
_TAG: Final = 200
_OLDEST: Final = timedelta(hours=17)
"""Datadog takes no event that happened more than 18 hours ago."""


class DatadogSink:
    """Posts each revision of an alert."""

    def __init__(
        self,
        *,
        name: str,
        level: Level,
        url: str,
        form: DatadogForm,
        api_key: Secret[str],
        service: str,
        poster: Poster,
        clock: Clock,
    ) -> None:
        self.name = name
        self.level = level
        self._url = url.rstrip("/")
        self._form = form
        self._key = api_key
        self._service = service
        self._poster = poster
        self._clock = clock

    async def deliver(self, bundle: Bundle, reference: str | None) -> str | None:
        """Post one revision.

        Raises:
            DeliveryFailed, AlertRefused: what each says.
        """
        headers = {"dd-api-key": self._key.reveal().strip()}
        if self._form is DatadogForm.EVENTS:
            body = msgspec.json.encode(event_of(bundle, self._clock()))
            await self._poster.post(f"{self._url}/api/v1/events", body, headers)
        else:
            body = encoded(log_of(bundle, self._service))
            await self._poster.post(f"{self._url}/api/v2/logs", body, headers)
        return reference

    async def close(self) -> None:
        """Let go of connections."""
        await self._poster.close()


def log_of(bundle: Bundle, service: str) -> dict[str, Any]:
    """Return an alert as one log: reserved attributes, and under ``sekimori`` the documented form."""
    return {
        "ddsource": "sekimori",
        "ddtags": ",".join(tags_of(bundle)),
        "service": service,
        "status": _STATUSES[bundle.level],
        "message": f"{bundle.lead.title}: {bundle.lead.summary}",
        "date": bundle.last,
        "network": {"client": {"ip": bundle.lead.source_ip}} if bundle.lead.source_ip else None,
        "usr": {"id": bundle.lead.actor} if bundle.lead.actor else None,
        "sekimori": bundle.as_plain(),
    }


def encoded(log: dict[str, Any]) -> bytes:
    """Write a log; where it is too large, without the findings in full."""
    said = {name: value for name, value in log.items() if value is not None}
    body = msgspec.json.encode([said])
    if len(body) <= _LARGEST_LOG:
        return body
    return msgspec.json.encode([said | {"sekimori": said["sekimori"] | {"findings": []}}])


def event_of(bundle: Bundle, now: datetime) -> dict[str, Any]:
    """Return an alert as an event; all revisions of one alert are aggregated under its id."""
    lead = bundle.lead
    questions = "\n".join(f"- {question}" for question in lead.questions)
    happened = datetime.fromisoformat(bundle.last) if bundle.last else now
    said = {
        "title": _harmless(lead.title)[:_TITLE],
        "text": _harmless(f"{lead.summary}\n\n{questions}".strip())[:_TEXT],
        "tags": list(tags_of(bundle)),
        "alert_type": _ALERT_TYPES[bundle.level],
        "priority": "normal" if bundle.level.at_least(Level.MEDIUM) else "low",
        "aggregation_key": bundle.id[:_TITLE],
        "source_type_name": "sekimori",
    }
    is_recent = now - _OLDEST < happened <= now
    return said | ({"date_happened": int(happened.timestamp())} if is_recent else {})


def tags_of(bundle: Bundle) -> Iterator[str]:
    """Yield the alert's tags, as Datadog writes tags: lower case, of few characters."""
    yield _tag("level", bundle.level.value)
    yield _tag("state", bundle.standing.value)
    yield from (_tag("rule", rule) for rule in bundle.rules)
    yield from (_tag("technique", technique) for technique in bundle.techniques)
    if bundle.lead.app_key:
        yield _tag("app", bundle.lead.app_key.partition(":")[2])


def _tag(name: str, value: str) -> str:
    return f"{name}:{re.sub(r'[^a-z0-9_./-]', '_', value.lower())}"[:_TAG]


def _harmless(text: str) -> str:
    # Datadog: "@name" in an event notifies that person; three percent signs begin Markdown.
    return re.sub(r"(?<![\w.])@", "＠", text).replace("%%%", "% % %")


def open_sink(declared: WatchSink, around: Surroundings) -> DatadogSink:
    """Open a site of Datadog's."""
    host = "api" if declared.form is DatadogForm.EVENTS else "http-intake.logs"
    return DatadogSink(
        name=declared.called,
        level=Level(declared.level.value),
        url=declared.url or f"https://{host}.{declared.site}",
        form=declared.form,
        api_key=around.secret(str(declared.api_key)),
        service=around.service,
        poster=Poster(declared.called, around.ca_bundle),
        clock=around.clock,
    )
