"""What the watch counts, in Prometheus' terms; every name begins with ``sekimori_watch_``."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from sekimori.watch.delivery import Lane

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LINES = (1, 10, 100, 1000, 10_000, 100_000)


class Meters:
    """The watch's counters, in a registry of their own."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        made: Any = {"namespace": "sekimori", "subsystem": "watch", "registry": self.registry}
        by_source = ("source",)
        self.records = Counter("records", "Records that were read.", ("source", "envelope"), **made)
        self.unreadable = Counter(
            "unreadable", "Lines, or parts of one, that no record was made of.", by_source, **made
        )
        self.batches = Counter("batches", "Batches that were committed.", by_source, **made)
        self.overtaken = Counter("overtaken", "Batches that another instance had read already.", by_source, **made)
        self.dropped = Counter("dropped", "Requests that were not taken, by status.", ("source", "status"), **made)
        self.lines = Histogram("batch_lines", "Lines of one batch.", by_source, buckets=_LINES, **made)
        self.commit = Histogram("commit_seconds", "From the batch to its durable commit.", buckets=_SECONDS, **made)
        self.interruptions = Counter("interruptions", "Times a source was not read or kept; it is tried again.", **made)
        self.lag = Gauge("lag_seconds", "Age of the newest record of the last batch.", by_source, **made)
        self.behind = Gauge("behind", "Records, or bytes of files, that wait to be read.", by_source, **made)
        self.closed = Gauge("unreadable_files", "Files and folders of a source that cannot be read now.", **made)
        self._files: list[Callable[[], int]] = []
        self.closed.set_function(lambda: sum(each() for each in self._files))
        self.waiting = Gauge("intake_waiting_bytes", "Bytes that the HTTP intake holds.", **made)
        self.findings = Counter("findings", "Findings, those known before included.", ("rule", "level"), **made)
        self.alerts = Counter("alerts", "Findings that were new, each an alert or a part of one.", **made)
        self.undelivered = Gauge("undelivered_alerts", "Alerts that no sink has taken yet.", **made)
        self.deliveries = Gauge(
            "deliveries", "Alerts given to a sink since the start, by what it did.", ("sink", "outcome"), **made
        )
        self.failing = Gauge("delivery_failures", "Attempts in a row that a sink did not answer.", ("sink",), **made)
        self.fallbacks = Gauge("fallback_decodes", "Lines decoded in full because the quick way could not.", **made)
        self.reloads = Counter("reloads", "Times that rules and manifest were read anew.", ("outcome",), **made)
        self.age = Gauge(
            "age_seconds", "Age of what is to happen regularly, such as reconciliation.", ("what",), **made
        )

    def follow_lanes(self, lanes: Sequence[Lane]) -> None:
        """Show what becomes of alerts on the way to each sink."""
        for lane in lanes:
            name = lane.sink.name
            self.deliveries.labels(name, "taken").set_function(partial(getattr, lane, "delivered"))
            self.deliveries.labels(name, "refused").set_function(partial(getattr, lane, "refused"))
            self.failing.labels(name).set_function(partial(getattr, lane, "failures"))

    def follow_files(self, unreadable: Callable[[], int]) -> None:
        """Count what one source of files cannot read, beside what others cannot."""
        self._files.append(unreadable)

    def follow_age(self, what: str, seconds: Callable[[], float]) -> None:
        """Show how long ago something regular happened last; asked whenever the metrics are read."""
        self.age.labels(what).set_function(seconds)
