"""Changes to an identity that the manifest watches: none is expected unless it was declared."""

from typing import Final

from sekimori.watch.domain.changes.credentials import CredentialAdded, CredentialKind
from sekimori.watch.domain.changes.federated import FederatedCredentialAdded, FederatedCredentialChanged
from sekimori.watch.domain.changes.owners import OwnerAdded
from sekimori.watch.domain.event import Event
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile, Proof
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import SILENT, Reason, Verdict

NAME: Final = "declared"
_PROOFS: Final = {CredentialKind.SECRET: Proof.SECRET, CredentialKind.CERTIFICATE: Proof.CERTIFICATE}


def judge(event: Event, profile: IdentityProfile | None, _trail: Trail | None) -> Verdict | None:
    """Be high on a change to a watched application; leave any other to the rule's own level.

    An owner and a federated credential that the manifest names are expected. A credential of another kind than the
    manifest says is not, whatever else is declared: where the identity is federated, any secret and any certificate is
    one.
    """
    if profile is None:
        return None
    if profile.credential and not _kinds(event) <= {profile.credential}:
        return Verdict(level=Level.HIGH, reason=Reason.CREDENTIAL_OF_ANOTHER_KIND, excusable=False)
    if _owners_declared(event, profile) or _is_trusted(event, profile):
        return SILENT
    return Verdict(level=Level.HIGH, reason=Reason.UNDECLARED_CHANGE)


def _kinds(event: Event) -> set[Proof]:
    """Return the kinds of credentials that were added to sign in with; one that signs answers is none of them."""
    added = (change for change in event.changes if isinstance(change, CredentialAdded) and not _signs(change))
    kinds = {_PROOFS[change.credential] for change in added if change.credential in _PROOFS}
    federated = any(isinstance(c, FederatedCredentialAdded | FederatedCredentialChanged) for c in event.changes)
    return kinds | ({Proof.FEDERATED} if federated else set())


def _signs(change: CredentialAdded) -> bool:
    return (change.usage or "").casefold() == "sign"


def _owners_declared(event: Event, profile: IdentityProfile) -> bool:
    owners = [change for change in event.changes if isinstance(change, OwnerAdded)]
    names = ({(name or "").casefold() for name in (owner.owner, owner.owner_id)} for owner in owners)
    return bool(owners) and all(name & profile.owners for name in names)


def _is_trusted(event: Event, profile: IdentityProfile) -> bool:
    federated = [c for c in event.changes if isinstance(c, FederatedCredentialAdded | FederatedCredentialChanged)]
    named = ((each.issuer, each.subject) for each in federated if not (each.claims_matching or each.unreadable))
    return bool(federated) and [*named] == [profile.trusted] * len(federated)
