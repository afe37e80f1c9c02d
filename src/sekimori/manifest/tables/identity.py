"""``[identity]``: the app registration that we run as, and what is expected of it."""

from datetime import datetime
from enum import StrEnum

from msgspec import field

from sekimori.core.timespan import Timespan
from sekimori.manifest import formats as of
from sekimori.manifest.tables.table import Table
from sekimori.manifest.tables.weekday import Weekday


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
