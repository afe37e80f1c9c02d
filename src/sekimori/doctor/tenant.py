"""What the tenant says, as far as the checks look: Microsoft Graph's own shapes with everything else left out."""

from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

import msgspec


class Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A part of an answer of Graph's: other keys are passed over, missing ones (and null) are empty."""


class Access(Shape, frozen=True):
    """One permission that is asked for: an id, and ``Role`` or ``Scope``."""

    id: str
    type: str


class Required(Shape, frozen=True):
    """What is asked of one resource."""

    resource_app_id: str
    resource_access: list[Access] = []


class Addresses(Shape, frozen=True):
    """Where tokens are sent to."""

    redirect_uris: list[str] = []


class Lock(Shape, frozen=True):
    """Whether the service principal's own credentials are locked."""

    is_enabled: bool = False
    all_properties: bool = False
    credentials_with_usage_sign: bool = False
    credentials_with_usage_verify: bool = False


class Password(Shape, frozen=True):
    """A client secret, without its value."""

    key_id: str
    display_name: str | None = None
    end_date_time: datetime | None = None


class Key(Shape, frozen=True):
    """A certificate. ``custom_key_identifier`` is its thumbprint, base64 or hexadecimal."""

    key_id: str
    display_name: str | None = None
    end_date_time: datetime | None = None
    custom_key_identifier: str | None = None


class Application(Shape, frozen=True):
    """``application``: the registration."""

    id: str
    app_id: str
    sign_in_audience: str | None = None
    web: Addresses = Addresses()
    spa: Addresses = Addresses()
    public_client: Addresses = Addresses()
    required_resource_access: list[Required] = []
    password_credentials: list[Password] = []
    key_credentials: list[Key] = []
    service_principal_lock_configuration: Lock | None = None


class Principal(Shape, frozen=True):
    """``servicePrincipal``: what signs in."""

    id: str
    app_id: str
    account_enabled: bool | None = None
    password_credentials: list[Password] = []
    key_credentials: list[Key] = []


class Federated(Shape, frozen=True):
    """``federatedIdentityCredential``: whose tokens are taken."""

    id: str
    name: str = ""
    issuer: str = ""
    subject: str = ""
    audiences: list[str] = []


class Grant(Shape, frozen=True):
    """``appRoleAssignment``: an application permission that was granted."""

    id: str
    app_role_id: str
    resource_id: str
    resource_display_name: str | None = None


class Delegated(Shape, frozen=True):
    """``oAuth2PermissionGrant``: delegated permissions, separated by spaces."""

    id: str
    consent_type: str = ""
    scope: str = ""


class Holder(Shape, frozen=True):
    """Whoever owns something, or a role or group that is held; ``kind`` is Graph's name of what it is."""

    id: str
    kind: str = msgspec.field(default="", name="@odata.type")
    display_name: str | None = None
    user_principal_name: str | None = None


class Range(Shape, frozen=True):
    """A network of a named location."""

    cidr_address: str = ""


class Location(Shape, frozen=True):
    """``namedLocation``: a country one has no ranges."""

    id: str
    display_name: str = ""
    ip_ranges: list[Range] = []


class Policy(Shape, frozen=True):
    """``conditionalAccessPolicy``; conditions and controls stay as Graph gives them."""

    id: str
    display_name: str = ""
    state: str = ""
    conditions: dict[str, Any] = {}
    grant_controls: dict[str, Any] | None = None


class Assignment(Shape, frozen=True):
    """``unifiedRoleAssignment`` of Exchange: which application may do what, and within which scope."""

    id: str
    role_definition_id: str = ""
    role_name: str = ""
    principal_id: str = ""
    directory_scope_id: str | None = None
    app_scope_id: str | None = None
    scope_filter: str | None = None


class SignIn(Shape, frozen=True):
    """A sign-in of the service principal, the newest."""

    created_date_time: datetime
    app_id: str = ""
    ip_address: str = ""


class Logged(Shape, frozen=True):
    """A log category of a diagnostic setting."""

    category: str
    enabled: bool = False


class Registration(msgspec.Struct, frozen=True):
    """The registration and its owners."""

    application: Application
    owners: list[Holder]


class Service(msgspec.Struct, frozen=True):
    """The service principal, its owners, and the directory roles that it holds."""

    principal: Principal
    owners: list[Holder]
    roles: list[Holder]


class Trusted(msgspec.Struct, frozen=True):
    """The federated credentials."""

    credentials: list[Federated]


class Granted(msgspec.Struct, frozen=True):
    """What was granted: names of application permissions, ids where nobody knows a name."""

    permissions: list[str]
    grant_ids: dict[str, str] = {}


class OnBehalf(msgspec.Struct, frozen=True):
    """The delegated permissions that were granted."""

    grants: list[Delegated]


class Fences(msgspec.Struct, frozen=True):
    """Conditional Access as far as it may concern us."""

    policies: list[Policy]
    locations: list[Location]


class Mailboxes(msgspec.Struct, frozen=True):
    """What Exchange lets the application do."""

    assignments: list[Assignment]


class Diagnostics(msgspec.Struct, frozen=True):
    """The log categories that leave the tenant, enabled ones only."""

    categories: frozenset[str]


class LastSignIn(msgspec.Struct, frozen=True):
    """The newest sign-in; None where there was none yet."""

    sign_in: SignIn | None


def networks(location: Location) -> set[IPv4Network | IPv6Network | str]:
    """Return the networks of a named location; what cannot be read as one stays what it is: it lets something in."""
    found: set[IPv4Network | IPv6Network | str] = set()
    for each in location.ip_ranges:
        try:
            found.add(ip_network(each.cidr_address, strict=False))
        except ValueError:
            found.add(each.cidr_address or "?")
    return found
