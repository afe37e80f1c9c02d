"""``[[watch.sources]]``: how records reach the watch."""

from enum import StrEnum

from sekimori.manifest import formats as of
from sekimori.manifest.tables.table import Table


class SourceKind(StrEnum):
    """How records reach the watch."""

    FILES = "files"
    HTTP = "http"
    EVENTHUBS = "eventhubs"
    GRAPH = "graph"
    DATADOG = "datadog"


class GraphLog(StrEnum):
    """A log that Microsoft Graph gives out."""

    AUDITS = "directoryAudits"
    SIGN_INS = "signIns"


class WatchSource(Table, frozen=True, kw_only=True):
    """``[[watch.sources]]``: where records arrive; which keys there are depends on the kind.

    files: ``path``, relative to the manifest's folder; its last part may hold ``*``.
    http: ``keys``, one of which a sender shows; several, so that one can be replaced.
    eventhubs: ``servers`` (a namespace's ``host:9093``), ``hubs``, ``consumer_group``, ``connection_string``.
    graph: ``logs``, and the app registration that may read them: ``app_id``, ``certificate`` or ``secret``.
    datadog: ``query``, ``api_key``, ``application_key``.
    """

    kind: SourceKind = SourceKind.FILES
    path: of.Text | None = None
    keys: tuple[of.Reference, ...] = ()
    servers: of.Text | None = None
    hubs: tuple[of.Text, ...] = ()
    consumer_group: of.Text = "$Default"
    connection_string: of.Reference | None = None
    logs: tuple[GraphLog, ...] = ()
    app_id: of.AppGuid | None = None
    certificate: of.Reference | None = None
    secret: of.Reference | None = None
    query: of.Text | None = None
    api_key: of.Reference | None = None
    application_key: of.Reference | None = None

    @property
    def stream(self) -> str:
        """The name under which it is stored how far the source was read."""
        named = self.path or ",".join(self.hubs) or self.query or ",".join(self.logs) or "intake"
        return f"{self.kind.value}:{named}"
