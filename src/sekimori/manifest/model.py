"""The manifest as values, table for table (`sekimori.toml`)."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, field

from sekimori.core.timespan import Timespan
from sekimori.manifest import formats as of
from sekimori.manifest.sinks import WatchSink
from sekimori.manifest.table import Table


class Precision(StrEnum):
    """How much of a calendar is shown, least first.

    ``none``: nothing; ``day_part``: morning and afternoon; ``busy_only``: times, busy or not; ``typed``: times and
    the kind of busy (tentative, out of office).
    """

    NONE = "none"
    DAY_PART = "day_part"
    BUSY_ONLY = "busy_only"
    TYPED = "typed"


class AnswerIn(StrEnum):
    """Where a partner's answer is shown. Modals and ephemerals do not land in the partner's retention."""

    MODAL = "modal"
    EPHEMERAL = "ephemeral"
    DM = "dm"
    THREAD = "thread"


class Language(StrEnum):
    """A language the service speaks."""

    JA = "ja"
    EN = "en"


class CredentialKind(StrEnum):
    """How the identity proves itself to Entra."""

    FEDERATED = "federated"
    CERTIFICATE = "certificate"
    SECRET = "secret"  # noqa: S105 - a kind, not a secret


class CalendarAccess(StrEnum):
    """Whose mailbox the Graph call names: the person's own (direct, scoped), or one empty broker's."""

    DIRECT = "direct"
    SCOPED = "scoped"
    BROKER = "broker"


class Weekday(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Holidays(StrEnum):
    """Whose public holidays are kept free of meetings."""

    JP = "jp"
    NONE = "none"


class CalendarKeeper(StrEnum):
    """Who keeps a further calendar of a person: Google, or whoever publishes it as a feed."""

    GOOGLE = "google"
    ICS = "ics"


class SlackMode(StrEnum):
    """How Slack reaches the service."""

    HTTP = "http"
    SOCKET = "socket"


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


class Service(Table, frozen=True, kw_only=True):
    """``[service]``: how it is called, where it listens, what it speaks, where it keeps things."""

    name: of.Text = "Sekimori"
    listen: of.Listen = "127.0.0.1:8484"
    language: Language = Language.JA
    timezone: of.TimeZone = "Asia/Tokyo"
    storage: of.StorageUrl = "sqlite:///sekimori.db"
    storage_password: of.Reference | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The service's time zone; days of the manifest and of questions are days there."""
        return ZoneInfo(self.timezone)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        return of.address_of(self.listen)


class ChangeWindow(Table, frozen=True, kw_only=True):
    """``[[identity.change_windows]]``: changes declared beforehand are recorded as expected, not raised."""

    starts: datetime = field(name="from")
    ends: datetime = field(name="to")
    what: tuple[of.Text, ...]
    why: of.Text

    @property
    def span(self) -> Timespan:
        """When the changes are expected."""
        return Timespan(self.starts, self.ends)


GRAPH_RESOURCE = "Microsoft Graph"
OWN_CALL = "POST /users/{mailbox}/calendar/getSchedule"


class Federation(Table, frozen=True, kw_only=True):
    """``[identity.federation]``: whose tokens Entra takes instead of a secret, where ``credential = "federated"``.

    ``token`` is where they come from: ``aws`` asks STS for one of the role's own, ``file:path`` is written anew by the
    platform (workload identity of Kubernetes). ``issuer`` and ``subject`` are what Entra compares, to the letter; on
    AWS the account's own issuer, and the role's ARN. Any other federated credential on the registration is a finding.
    """

    token: of.TokenSource = "aws"  # noqa: S105 - a place, not a token
    region: of.Text = "ap-northeast-1"
    audience: of.Text = "api://AzureADTokenExchange"
    issuer: of.Url
    subject: of.Text


class Identity(Table, frozen=True, kw_only=True):
    """``[identity]``: the app registration we run as, and watch.

    ``key_ids`` and ``thumbprints`` name further credentials it may sign in with, beside ``certificate``. ``idle`` says
    that it signs in at no time; else ``active_hours`` and ``active_days``, in the service's time zone, say when.
    """

    tenant_id: of.Guid
    app_id: of.AppGuid
    object_id: of.Guid | None = None
    service_principal_id: of.Guid | None = None
    credential: CredentialKind = CredentialKind.CERTIFICATE
    certificate: of.Reference | None = None
    secret: of.Reference | None = None
    federation: Federation | None = None
    permissions: tuple[of.Text, ...] = ()
    calendar_access: CalendarAccess = CalendarAccess.DIRECT
    broker_mailbox: of.Mailbox | None = None
    egress: tuple[of.Network, ...] = ()
    countries: tuple[of.Country, ...] = ()
    owners: tuple[of.Text, ...] = ()
    key_ids: tuple[of.Guid, ...] = ()
    thumbprints: tuple[of.Thumbprint, ...] = ()
    resources: tuple[of.Text, ...] = (GRAPH_RESOURCE,)
    active_hours: of.Hours | None = None
    active_days: tuple[Weekday, ...] = tuple(Weekday)
    idle: bool = False
    graph_calls: tuple[of.GraphCall, ...] = (OWN_CALL,)
    user_agents: tuple[of.Text, ...] = ("sekimori/",)
    change_windows: tuple[ChangeWindow, ...] = ()


class Slack(Table, frozen=True, kw_only=True):
    """``[slack]``: the app in our own workspace; ``administrators`` are members of it who may pause the service."""

    app_id: of.SlackApp
    team: of.Team
    security_channel: of.Channel | None = None
    administrators: tuple[of.User, ...] = ()
    mode: SlackMode = SlackMode.HTTP
    signing_secret: of.Reference | None = None
    bot_token: of.Reference
    app_token: of.Reference | None = None


class Endpoints(Table, frozen=True, kw_only=True):
    """``[endpoints]``: where each vendor answers; ``ca_bundle`` is relative to the manifest's folder.

    ``sts`` is AWS's, the one of ``identity.federation.region`` where it is absent.
    """

    slack_api: of.Url = "https://slack.com/api/"
    graph: of.Url = "https://graph.microsoft.com/v1.0"
    login: of.Url = "https://login.microsoftonline.com"
    google: of.Url = "https://www.googleapis.com/calendar/v3"
    google_token: of.Url = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    datadog: of.Url = "https://api.datadoghq.com"
    sts: of.Url | None = None
    management: of.Url = "https://management.azure.com"
    ca_bundle: of.Text | None = None


class Google(Table, frozen=True, kw_only=True):
    """``[google]``: the service account that calendars at Google are shared with, by its key file."""

    service_account: of.Reference


class AlsoCalendar(Table, frozen=True, kw_only=True):
    """Another calendar of the same person.

    ``calendar`` is the calendar's mail address at Google, or where a feed's address is kept (``env:…``, ``file:…``):
    whoever knows that address can read the calendar.
    """

    provider: CalendarKeeper
    calendar: of.Text


class Person(Table, frozen=True, kw_only=True):
    """``[[people]]``: somebody whose time may be asked; ``until`` is the last day, in the service's time zone.

    What the person narrowed in Slack before ``lift_narrowings_before`` counts no more: the reviewed way to widen again.
    """

    id: of.PersonKey
    names: Annotated[tuple[of.Text, ...], Meta(min_length=1)]
    mailbox: of.Mailbox
    precision: Precision = Precision.BUSY_ONLY
    horizon_days: of.Days = 42
    hours: of.Hours = "08:00-20:00"
    until: date | None = None
    slack_user: of.User | None = None
    lift_narrowings_before: datetime | None = None
    also: tuple[AlsoCalendar, ...] = ()

    @property
    def minutes(self) -> tuple[int, int]:
        """The hours of the day that are shown, as minutes since midnight, half-open."""
        return of.minutes_of(self.hours)

    def __repr__(self) -> str:
        return f"Person(id={self.id!r})"  # names and addresses stay out of logs


class Requester(Table, frozen=True, kw_only=True):
    """``[[partners.requesters]]``: somebody who may ask; ``until`` is the last day, in the service's time zone.

    ``precision`` can show this requester less of a person than the person's own does; the stricter of the two holds.
    """

    user: of.User
    may_ask: tuple[of.PersonKey, ...]
    purpose: of.Remark = ""
    precision: Precision | None = None
    until: date | None = None


class WeeklyPost(Table, frozen=True, kw_only=True):
    """``[[partners.weekly_posts]]``: a person's weeks, posted to a channel of the partner's every week.

    ``at`` is in the service's time zone; ``weeks`` counts the present one.
    """

    person: of.PersonKey
    channel: of.Channel
    at: of.WeeklyTime = "Mon 08:30"
    weeks: of.Weeks = 2


class CollisionWatch(Table, frozen=True, kw_only=True):
    """``[[partners.collision_watches]]``: a person's new collisions are told, in a channel or to one requester."""

    person: of.PersonKey
    channel: of.Channel | None = None
    requester: of.User | None = None


class Partner(Table, frozen=True, kw_only=True):
    """``[[partners]]``: a company that may ask, and from which channels.

    ``bystanders`` are workspaces of further companies that are in those channels as well, and may not ask.
    """

    id: of.PartnerKey
    team: of.Team
    enterprise: of.Enterprise | None = None
    channels: tuple[of.Channel, ...] = ()
    bystanders: tuple[of.Team, ...] = ()
    answer_in: AnswerIn = AnswerIn.MODAL
    language: Language | None = None
    requesters: tuple[Requester, ...] = ()
    weekly_posts: tuple[WeeklyPost, ...] = ()
    collision_watches: tuple[CollisionWatch, ...] = ()


class Coordination(Table, frozen=True, kw_only=True):
    """``[coordination]``: when meetings are arranged; in the service's time zone."""

    hours: of.Hours = "09:00-18:00"
    lunch: of.Break = "12:00-13:00"
    days_off: tuple[Weekday, ...] = (Weekday.SAT, Weekday.SUN)
    holidays: Holidays = Holidays.JP
    buffer_minutes: of.BufferMinutes = 0


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


class AuditSettings(Table, frozen=True, kw_only=True):
    """``[audit]``: the key that signs the audit log, and where its signed head is copied to.

    Without them, a key file and a checkpoint file beside the database.
    """

    signing_key: of.Reference | None = None
    public_key: of.Reference | None = None
    checkpoint: of.Text | None = None


class Auditor(Table, frozen=True, kw_only=True):
    """``[auditor]``: who reads the tenant and the workspace for ``sekimori doctor``. Never the desk's own identity.

    Either a registration of its own (``app_id`` with ``certificate`` or ``secret``, read-only permissions), or access
    tokens of an administrator's own sign-in: ``token`` for Graph, ``management_token`` for Azure Resource Manager.
    ``slack_token`` may read channels' members (``channels:read``, ``groups:read``).
    """

    app_id: of.AppGuid | None = None
    certificate: of.Reference | None = None
    secret: of.Reference | None = None
    token: of.Reference | None = None
    management_token: of.Reference | None = None
    slack_token: of.Reference | None = None


class Manifest(Table, frozen=True, kw_only=True):
    """The whole declaration."""

    service: Service = Service()
    identity: Identity
    slack: Slack
    endpoints: Endpoints = Endpoints()
    google: Google | None = None
    people: tuple[Person, ...] = ()
    partners: tuple[Partner, ...] = ()
    coordination: Coordination = Coordination()
    watch: Watch = Watch()
    audit: AuditSettings = AuditSettings()
    auditor: Auditor | None = None

    @property
    def people_by_id(self) -> Mapping[str, Person]:
        """The people, by the name the manifest calls them."""
        return {person.id: person for person in self.people}
