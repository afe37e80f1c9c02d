"""``[[watch.sinks]]``: where alerts go besides the security channel."""

from enum import StrEnum

from sekimori.manifest import formats as of
from sekimori.manifest.tables.table import Table


class SinkKind(StrEnum):
    """Where alerts go."""

    SLACK = "slack"
    DATADOG = "datadog"
    WEBHOOK = "webhook"
    NDJSON = "ndjson"
    OCSF = "ocsf"


class AlertLevel(StrEnum):
    """How much an alert matters, the least first."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class DatadogForm(StrEnum):
    """What alerts are at Datadog."""

    LOGS = "logs"
    EVENTS = "events"


class WatchSink(Table, frozen=True, kw_only=True):
    """``[[watch.sinks]]``: where alerts of a ``level`` and above go; which further keys there are depends on the kind.

    slack: ``channel``, of our own workspace.
    datadog: ``api_key``; ``site``, or ``url`` in its place; ``form``, logs or events.
    webhook: ``url``, ``secret`` (signs as Standard Webhooks do).
    ndjson, ocsf: ``path``, a folder relative to the manifest's, in which each day has a file.

    ``name`` tells two of a kind apart.
    """

    kind: SinkKind
    name: of.Text | None = None
    level: AlertLevel = AlertLevel.LOW
    channel: of.Channel | None = None
    api_key: of.Reference | None = None
    site: of.Site = "datadoghq.com"
    form: DatadogForm = DatadogForm.LOGS
    url: of.Url | None = None
    secret: of.Reference | None = None
    path: of.Text | None = None

    @property
    def called(self) -> str:
        """The name under which deliveries are kept."""
        return self.name or self.kind.value
