"""Which credential an identity signs in with, against what the manifest declares."""

from typing import Final

from sekimori.watch.domain.event import Event, SignIn
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile, Proof
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import SILENT, Reason, Verdict

NAME: Final = "credential"
# Entra: a sign-in against a token of another issuer has this in place of a key's id.
_FEDERATED_KEY: Final = "00000000-0000-0000-0000-000000000000"
# Entra: "none" stands on genuine sign-ins with a secret, and an assertion may be a certificate's or another issuer's.
_SAID: Final = {
    "clientsecret": Proof.SECRET,
    "certificate": Proof.CERTIFICATE,
    "federatedidentitycredential": Proof.FEDERATED,
}


def judge(event: Event, profile: IdentityProfile | None, _trail: Trail | None) -> Verdict:
    """Be high on a credential of another kind, or one that is not among those declared; else silent."""
    if profile is None or not isinstance(event.detail, SignIn):
        return SILENT
    proof = proof_of(event.detail)
    if profile.credential and proof and proof is not profile.credential:
        return Verdict(level=Level.HIGH, reason=Reason.CREDENTIAL_OF_ANOTHER_KIND, excusable=False)
    if _contradicts(event.detail, profile):
        return Verdict(level=Level.HIGH, reason=Reason.UNDECLARED_KEY)
    return SILENT


def proof_of(sign_in: SignIn) -> Proof | None:
    """Return what kind of credential a sign-in used, as far as the log says."""
    if sign_in.federated_credential_id or sign_in.key_id == _FEDERATED_KEY:
        return Proof.FEDERATED
    said = _SAID.get(sign_in.credential_type or "")
    return said or (Proof.CERTIFICATE if sign_in.thumbprint else None)


def _contradicts(sign_in: SignIn, profile: IdentityProfile) -> bool:
    """Say whether the log names the credential, and by none of its names one that is declared."""
    key_id = sign_in.federated_credential_id or (sign_in.key_id if sign_in.key_id != _FEDERATED_KEY else None)
    pairs = ((key_id, profile.key_ids), (sign_in.thumbprint, profile.thumbprints))
    comparable = [(said, declared) for said, declared in pairs if said and declared]
    return bool(comparable) and not any(said in declared for said, declared in comparable)
