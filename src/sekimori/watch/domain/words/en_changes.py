"""What changes are called in English, and what they make possible."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sekimori.watch.domain.changes.change import Change
from sekimori.watch.domain.changes.credentials import CredentialAdded, CredentialRemoved
from sekimori.watch.domain.changes.federated import (
    FederatedCredentialAdded,
    FederatedCredentialChanged,
    FederatedCredentialRemoved,
)
from sekimori.watch.domain.changes.grants import ConsentGiven, PermissionGranted, PermissionRevoked
from sekimori.watch.domain.changes.lifecycle import (
    ApplicationAdded,
    ApplicationDeleted,
    ApplicationErased,
    ApplicationRestored,
    ServicePrincipalAdded,
    ServicePrincipalDeleted,
    ServicePrincipalErased,
    ServicePrincipalRestored,
)
from sekimori.watch.domain.changes.owners import OwnerAdded, OwnerRemoved
from sekimori.watch.domain.changes.policies import Action, Policy, PolicyChanged
from sekimori.watch.domain.changes.reach import (
    AudienceNarrowed,
    AudienceWidened,
    ServicePrincipalDisabled,
    ServicePrincipalEnabled,
)
from sekimori.watch.domain.changes.redirects import RedirectUriAdded, RedirectUriRemoved, Weakness
from sekimori.watch.domain.changes.requests import PermissionRequested, PermissionRequestRemoved
from sekimori.watch.domain.changes.roles import RoleMemberAdded, RoleMemberRemoved
from sekimori.watch.domain.shown import shown
from sekimori.watch.domain.tiers import Tier

_DEEDS: Final[Mapping[type[Change], str]] = {
    ApplicationAdded: "registered {app}",
    ApplicationDeleted: "deleted {app}",
    ApplicationErased: "deleted {app} for good",
    ApplicationRestored: "restored {app}",
    ServicePrincipalAdded: "created a service principal for {app}",
    ServicePrincipalDeleted: "deleted the service principal of {app}",
    ServicePrincipalErased: "deleted the service principal of {app} for good",
    ServicePrincipalRestored: "restored the service principal of {app}",
    ServicePrincipalDisabled: "switched {app} off",
    ServicePrincipalEnabled: "switched {app} on again",
    CredentialAdded: "added {things} to {app}",
    CredentialRemoved: "removed {things} from {app}",
    FederatedCredentialAdded: "added {things} to {app}",
    FederatedCredentialChanged: "changed {things} on {app}",
    FederatedCredentialRemoved: "removed {things} from {app}",
    PermissionRequested: "put {things} on the list of permissions that {app} asks for",
    PermissionRequestRemoved: "took {things} off the list of permissions that {app} asks for",
    PermissionGranted: "granted {app} {things}",
    PermissionRevoked: "took {things} away from {app}",
    ConsentGiven: "consented to {app}{things}",
    OwnerAdded: "made {things} an owner of {app}",
    OwnerRemoved: "removed {things} as an owner of {app}",
    RedirectUriAdded: "added {things} to {app}",
    RedirectUriRemoved: "removed {things} from {app}",
    AudienceWidened: "opened {app} to other tenants ({things})",
    AudienceNarrowed: "closed {app} to other tenants ({things})",
    RoleMemberAdded: "{things}",
    RoleMemberRemoved: "{things}",
    PolicyChanged: "{things}",
}
_TIERS: Final = {
    Tier.TAKEOVER: "{names} {be} enough to take over the tenant: {it} lead{s} to every role, mailbox or site",
    Tier.TENANT_DATA: "{names} reach{es} the data of everybody in the tenant, without anybody signed in",
    Tier.ONE_MAILBOX: "{names} reach{es} what the signed-in user can reach",
    Tier.READ_BASICS: "{names} read{s} basic details and no content",
}
_WEAK: Final = {
    Weakness.PLAINTEXT: "is not encrypted",
    Weakness.WILDCARD: "matches names that somebody else may register",
    Weakness.LOCALHOST: "is any program on the user's own machine",
    Weakness.SHARED_HOST: "lies on a host where anybody can take a name that is free",
}
_POLICIES: Final = {
    Policy.CONDITIONAL_ACCESS: "the Conditional Access policy",
    Policy.NAMED_LOCATION: "the named location",
    Policy.AUTHORIZATION: "the authorization policy",
    Policy.CONSENT: "the consent policy",
    Policy.AUTHENTICATION_METHODS: "the authentication methods policy",
    Policy.CROSS_TENANT_ACCESS: "the cross-tenant access settings",
    Policy.FEDERATION: "the federation of the domain",
    Policy.DOMAIN: "the domain",
    Policy.SECURITY_DEFAULTS: "the security defaults",
    Policy.APP_MANAGEMENT: "the app management policy",
    Policy.DIAGNOSTICS: "the diagnostic settings",
    Policy.OTHER: "the policy",
}
_ACTIONS: Final = {Action.ADDED: "added", Action.CHANGED: "changed", Action.REMOVED: "removed"}
_SIGNS: Final = "Sign"


def listed(words: Sequence[str]) -> str:
    """Return words as a list in running text."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def deeds(groups: Iterable[Sequence[Change]], app: str) -> list[str]:
    """Say what was done, a phrase for each kind of change; the app is named once."""
    phrases: list[str] = []
    for group in groups:
        is_named = any(app in phrase for phrase in phrases)
        phrases.append(deed(group, "it" if is_named else app))
    return phrases


def deed(group: Sequence[Change], app: str) -> str:
    """Say what was done, for changes of one kind: a verb with what it was done to."""
    return _DEEDS[type(group[0])].format(things=listed([_thing(change) for change in group]), app=app)


def consequence(kind: type[Change], group: Sequence[Any]) -> str | None:
    """Say what changes of one kind make possible, or None where that says itself."""
    if kind is CredentialAdded:
        if all(change.usage == _SIGNS for change in group):
            return "Whoever holds its private half can sign SAML answers as anybody, and this app believes them."
        return "Whoever holds the new key can sign in as this app from anywhere until it is removed or expires."
    if kind in {FederatedCredentialAdded, FederatedCredentialChanged}:
        return _trusts(group)
    if kind is PermissionRequested:
        logged = "The request is logged even without admin consent; a grant would be an event of its own."
        return f"{_reach(group)} {logged}".strip()
    if kind is PermissionGranted:
        return _reach(group) or None
    if kind is OwnerAdded:
        return "An owner can add credentials to the app and then sign in as it."
    return _weak(group) if kind is RedirectUriAdded else None


def _trusts(group: Sequence[Any]) -> str:
    read = [c for c in group if not c.unreadable]
    trusts = [f"{shown(c.subject or c.claims_matching or '?')} at {shown(c.issuer or '?')}" for c in read]
    said = (
        [f"Whoever holds a token for {listed(trusts)} can now sign in as this app, without any secret."] if read else []
    )
    if len(read) < len(group):
        said.append("Whose tokens can sign in as this app without any secret is not known: see the app's own settings.")
    return " ".join(said)


def _weak(group: Sequence[RedirectUriAdded]) -> str | None:
    said = [f"{shown(c.uri)} {_WEAK[c.weakness]}" for c in group if c.weakness]
    return f"Tokens and codes can leak: {listed(said)}." if said else None


def _reach(group: Sequence[Any]) -> str:
    said = []
    for tier in Tier:
        names = [shown(c.permission) for c in group if c.permission and c.tier is tier]
        if names:
            one, many = {"be": "is", "it": "it", "s": "s", "es": "es"}, {"be": "are", "it": "they", "s": "", "es": ""}
            said.append(_TIERS[tier].format(names=listed(names), **(one if len(names) == 1 else many)) + ".")
    return " ".join(said)


def _thing(change: Any) -> str:
    match change:
        case CredentialAdded() | CredentialRemoved():
            kind = {"secret": "a client secret", "certificate": "a certificate"}.get(change.credential, "a credential")
            return f"{kind} (key {shown(change.key_id)})" if change.key_id else kind
        case FederatedCredentialAdded() | FederatedCredentialChanged() | FederatedCredentialRemoved():
            return _federated(change)
        case PermissionRequested() | PermissionRequestRemoved() | PermissionGranted() | PermissionRevoked():
            return _permission(change)
        case ConsentGiven():
            return _consent(change)
        case OwnerAdded() | OwnerRemoved():
            name = shown(change.owner or change.owner_id or "somebody")
            return f"the service principal {name}" if change.owner_type == "serviceprincipal" else name
        case RedirectUriAdded() | RedirectUriRemoved():
            return f"the redirect URI {shown(change.uri)}"
        case AudienceWidened() | AudienceNarrowed():
            return f"{shown(change.old)} to {shown(change.new)}"
        case RoleMemberAdded() | RoleMemberRemoved():
            return _membership(change)
        case PolicyChanged():
            name = f' "{shown(change.name)}"' if change.name else ""
            return f"{_ACTIONS[change.action]} {_POLICIES[change.policy]}{name}"
    return ""


def _federated(change: Any) -> str:
    name = f' "{shown(change.name)}"' if change.name else ""
    return f"a federated credential{name}{', whose value could not be read,' if change.unreadable else ''}"


def _permission(change: Any) -> str:
    if getattr(change, "unreadable", False):
        ids = f" (ids in it: {shown(', '.join(change.visible_ids))})" if change.visible_ids else ""
        return f"something whose value could not be read{ids}"
    name = shown(change.permission or f"with the unknown id {change.permission_id}")
    resource = change.resource or change.resource_id
    of = f" of {shown(resource)}" if resource else ""
    everyone = " on behalf of every user" if getattr(change, "everyone", False) else ""
    return f"the {change.grant.value} permission {name}{of}{everyone}"


def _consent(change: ConsentGiven) -> str:
    whose = " on behalf of the whole tenant" if change.everyone else ""
    scopes = f" for {shown(listed(change.scopes))}" if change.scopes else ""
    return f"{whose}{scopes}"


def _membership(change: RoleMemberAdded | RoleMemberRemoved) -> str:
    name = shown(change.member or change.member_id or "somebody")
    member = f"the service principal {name}" if change.member_type == "serviceprincipal" else name
    role = f"the role {shown(change.role or change.role_id or '?')}"
    if isinstance(change, RoleMemberRemoved):
        return f"took {role} from {member}"
    return f"made {member} eligible for {role}" if change.eligible else f"gave {member} {role}"
