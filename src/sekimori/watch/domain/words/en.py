"""English."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final

from sekimori.watch.domain.audit import Outcome
from sekimori.watch.domain.changes.change import Change
from sekimori.watch.domain.changes.credentials import CredentialAdded, CredentialRemoved
from sekimori.watch.domain.changes.federated import (
    FederatedCredentialAdded,
    FederatedCredentialChanged,
    FederatedCredentialRemoved,
)
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
from sekimori.watch.domain.changes.requests import PermissionRequested, PermissionRequestRemoved
from sekimori.watch.domain.event import AuditChange, Event, GraphCall, SignIn
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.parties import Actor, ActorKind
from sekimori.watch.domain.shown import app_label, grouped, local_time, path_shown, shown
from sekimori.watch.domain.tiers import Tier
from sekimori.watch.domain.verdict import Reason

_VERBS: Final[Mapping[type[Change], str]] = {
    ApplicationAdded: "registered {app}",
    ApplicationDeleted: "deleted {app}",
    ApplicationErased: "deleted {app} for good",
    ApplicationRestored: "restored {app}",
    ServicePrincipalAdded: "created a service principal for {app}",
    ServicePrincipalDeleted: "deleted the service principal of {app}",
    ServicePrincipalErased: "deleted the service principal of {app} for good",
    ServicePrincipalRestored: "restored the service principal of {app}",
    CredentialAdded: "added {things} to {app}",
    CredentialRemoved: "removed {things} from {app}",
    FederatedCredentialAdded: "added {things} to {app}",
    FederatedCredentialChanged: "changed {things} on {app}",
    FederatedCredentialRemoved: "removed {things} from {app}",
    PermissionRequested: "put {things} on the list of permissions that {app} asks for",
    PermissionRequestRemoved: "took {things} off the list of permissions that {app} asks for",
}
_TIERS: Final = {
    Tier.TAKEOVER: "{names} is enough to take over the tenant: it leads to every role, mailbox or site",
    Tier.TENANT_DATA: "{names} reaches the data of everybody in the tenant, without anybody signed in",
    Tier.ONE_MAILBOX: "{names} reaches what the signed-in user can reach",
    Tier.READ_BASICS: "{names} reads basic details and no content",
}
_REASONS: Final = {
    Reason.OUTSIDE_EGRESS: "The manifest declares that it signs in from {egress} and nowhere else.",
    Reason.OUTSIDE_COUNTRIES: "The manifest declares that it signs in from {countries} and nowhere else.",
    Reason.ORIGIN_NOT_LOGGED: "The log does not say where it came from, so it cannot be held against the manifest.",
    Reason.NO_ENTRY: "Our audit log has no entry behind this call: somebody else made it with our credential or token.",
    Reason.ENTRY_REUSED: "Another request already used the audit entry that this call carries: the id was replayed.",
    Reason.ENTRY_OF_ANOTHER_CALL: "The audit entry that this call carries announced another call than this one.",
    Reason.ENTRY_OF_ANOTHER_TIME: "The audit entry that this call carries was written at quite another time.",
    Reason.UNDECLARED_PERMISSION: "The manifest does not declare this permission.",
    Reason.DECLARED_CHANGE: "The manifest declares this change.",
}


def sentence(event: Event, zone: tzinfo) -> str:
    """Say who did what to which application, from where and when."""
    where = f" from {event.source_ip}" if event.source_ip else ""
    match event.detail:
        case SignIn(country=country) if country and where:
            where += f" ({shown(country)})"
    when = f" at {local_time(event.time, zone)}" if event.time else ""
    return f"{_deed(event)}{where}{when}."


def enables(event: Event) -> str | None:
    """Say what the changes of an event make possible."""
    said = [text for group in grouped(event.changes).items() if (text := _consequence(*group))]
    return " ".join(said) or None


def why(finding: Finding) -> str | None:
    """Say why a judge spoke."""
    if finding.reason is None:
        return None
    egress = ", ".join(str(net) for net in finding.profile.egress) if finding.profile else ""
    countries = ", ".join(sorted(finding.profile.countries)) if finding.profile else ""
    return _REASONS[finding.reason].format(egress=egress, countries=countries)


def first_check(question: str) -> str:
    """Lead to the first thing to check."""
    return f"Check first: {question}"


def listed(words: Sequence[str]) -> str:
    """Return words as a list in running text."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _deed(event: Event) -> str:
    match event.detail:
        case SignIn() as sign_in:
            return _sign_in(event, sign_in)
        case GraphCall() as call:
            status = f" (HTTP {call.status})" if call.status is not None else ""
            target = f"{call.method or 'a request'} {path_shown(call.path or '')}".strip()
            return f"{_actor(event.actor)} called {target} on Microsoft Graph{status}"
        case AuditChange() as change:
            return _audited(event, change)
        case _:
            return f'{_actor(event.actor)}: "{shown(event.operation.strip())}"'


def _sign_in(event: Event, sign_in: SignIn) -> str:
    resource = f" to {shown(sign_in.resource)}" if sign_in.resource else ""
    if event.outcome is Outcome.FAILURE:
        failure = f": {shown(sign_in.failure)}" if sign_in.failure else ""
        return f"{_actor(event.actor)} failed to sign in{resource} (error {sign_in.error_code}{failure})"
    return f"{_actor(event.actor)} signed in{resource}"


def _audited(event: Event, change: AuditChange) -> str:
    app = app_label(event.app)
    label = f"the app {app}" if app else "an app"
    phrases = [
        _VERBS[kind].format(things=listed([_thing(item) for item in group]), app=label)
        for kind, group in grouped(change.attempted).items()
    ]
    if phrases and event.outcome is Outcome.FAILURE:
        return f"{_actor(event.actor)} tried and failed: {listed(phrases)}"
    if phrases:
        return f"{_actor(event.actor)} {listed(phrases)}"
    return _operation(event, change)


def _operation(event: Event, change: AuditChange) -> str:
    targets = [target.name or target.user_principal_name or target.id for target in change.audit.targets]
    on = f" on {listed([shown(target) for target in targets if target])}" if any(targets) else ""
    failed = ", which failed" if event.outcome is Outcome.FAILURE else ""
    return f'{_actor(event.actor)} did "{shown(event.operation.strip())}"{on}{failed}'


def _actor(actor: Actor) -> str:
    name = shown(actor.name) if actor.name else "Somebody whom the log does not name"
    return f"The app {name}" if actor.kind is ActorKind.APP else name


def _thing(change: Any) -> str:
    match change:
        case CredentialAdded() | CredentialRemoved():
            kind = {"secret": "a client secret", "certificate": "a certificate"}.get(change.credential, "a credential")
            return f"{kind} (key {shown(change.key_id)})" if change.key_id else kind
        case FederatedCredentialAdded() | FederatedCredentialChanged() | FederatedCredentialRemoved():
            name = f' "{shown(change.name)}"' if change.name else ""
            return f"a federated credential{name}"
        case PermissionRequested() | PermissionRequestRemoved():
            name = change.permission or f"with the unknown id {shown(change.permission_id)}"
            resource = shown(change.resource or change.resource_id)
            return f"the {change.grant.value} permission {name} of {resource}"
    return str(change)


def _consequence(kind: type[Change], group: Sequence[Any]) -> str | None:
    if kind is CredentialAdded:
        return "Whoever holds the new key can sign in as this app from anywhere until it is removed or expires."
    if kind in {FederatedCredentialAdded, FederatedCredentialChanged}:
        trusts = listed([f"{shown(c.subject or c.claims_matching or '?')} at {shown(c.issuer or '?')}" for c in group])
        return f"Whoever holds a token for {trusts} can now sign in as this app, without any secret."
    if kind is PermissionRequested:
        return f"{_reach(group)} It is logged even without admin consent; the grant is an event of its own."
    return None


def _reach(group: Sequence[PermissionRequested]) -> str:
    said = []
    for tier in Tier:
        names = [shown(c.permission) for c in group if c.permission and c.tier is tier]
        if names:
            said.append(_TIERS[tier].format(names=listed(names)) + ".")
    return " ".join(said)
