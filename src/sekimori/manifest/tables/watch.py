"""``[watch]``: what is watched, by which rules, and how."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from sekimori.manifest import formats as of
from sekimori.manifest.tables.identity import ChangeWindow, CredentialKind
from sekimori.manifest.tables.sinks import WatchSink
from sekimori.manifest.tables.sources import WatchSource
from sekimori.manifest.tables.table import Table
from sekimori.manifest.tables.weekday import Weekday


class RuleBasis(StrEnum):
    """What rules go by: what attacks look like, this manifest, our audit log, or silence."""

    BASELINE = "baseline"
    PROFILE = "profile"
    RECONCILIATION = "reconciliation"
    SILENCE = "silence"


class Reconciliation(Table, frozen=True, kw_only=True):
    """``[watch.reconciliation]``: how the logs are held against our audit log.

    ``graph_activity_logs`` and ``sign_in_logs`` are false where the tenant does not export them. A record may arrive
    ``delay_minutes`` after what it tells, its time may differ from our entry's by ``skew_minutes``, a fresh sign-in is
    given ``wait_seconds`` to be recorded, and an answer may hold ``answer_bytes`` for each person and day.
    """

    graph_activity_logs: bool = True
    sign_in_logs: bool = True
    delay_minutes: of.DelayMinutes = 120
    skew_minutes: of.SkewMinutes = 15
    wait_seconds: of.WaitSeconds = 2
    answer_bytes: of.AnswerBytes = 16384


class Silence(Table, frozen=True, kw_only=True):
    """``[watch.silence]``: how long a log may say nothing beyond its own habit.

    Not reported before ``least_minutes``; of a log that was ever heard always after ``most_days``. On ``quiet_days``,
    such as the company's holidays, nothing is reported and nothing learnt.
    """

    least_minutes: of.DelayMinutes = 60
    most_days: of.QuietDays = 7
    quiet_days: tuple[date, ...] = ()


class WatchedApp(Table, frozen=True, kw_only=True):
    """``[[watch.apps]]``: a further app to watch, with the keys of ``[identity]`` that say what is expected of it."""

    name: of.Text
    app_id: of.AppGuid
    tenant_id: of.Guid | None = None
    object_id: of.Guid | None = None
    service_principal_id: of.Guid | None = None
    credential: CredentialKind | None = None
    permissions: tuple[of.Text, ...] = ()
    egress: tuple[of.Network, ...] = ()
    countries: tuple[of.Country, ...] = ()
    owners: tuple[of.Text, ...] = ()
    key_ids: tuple[of.Guid, ...] = ()
    thumbprints: tuple[of.Thumbprint, ...] = ()
    resources: tuple[of.Text, ...] = ()
    active_hours: of.Hours | None = None
    active_days: tuple[Weekday, ...] = tuple(Weekday)
    idle: bool = False
    graph_calls: tuple[of.GraphCall, ...] = ()
    user_agents: tuple[of.Text, ...] = ()
    change_windows: tuple[ChangeWindow, ...] = ()


class Watch(Table, frozen=True, kw_only=True):
    """``[watch]``: what is watched beside our own identity, by which rules, on which records, and where alerts go.

    ``rules`` are what the shipped rules that are asked go by; ``rules_folder`` is one of Sigma rules, relative to the
    manifest's, that are asked beside them.
    """

    rules: Annotated[tuple[RuleBasis, ...], Meta(min_length=1)] = tuple(RuleBasis)
    reconciliation: Reconciliation = Reconciliation()
    silence: Silence = Silence()
    apps: tuple[WatchedApp, ...] = ()
    sources: tuple[WatchSource, ...] = ()
    sinks: tuple[WatchSink, ...] = ()
    rules_folder: of.Text | None = None
