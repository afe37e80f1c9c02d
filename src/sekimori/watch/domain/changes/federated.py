"""Federated credentials: tokens of another issuer that an application accepts as its own."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.watch.domain.audit import Audit
from sekimori.watch.domain.changes.change import Change
from sekimori.watch.domain.records import first_text, folded, text
from sekimori.watch.domain.values import items


class _Federated(Change, frozen=True, kw_only=True):
    issuer: str | None = None
    subject: str | None = None
    name: str | None = None
    id: str | None = None
    audiences: tuple[str, ...] = ()
    claims_matching: str | None = None
    unreadable: bool = False


class FederatedCredentialAdded(_Federated, frozen=True, kw_only=True, tag="federated_credential_added"):
    """Whoever holds a token of ``issuer`` for ``subject`` can from now on sign in as the application.

    ``claims_matching`` is the expression that stands in for an exact subject where one is used. ``unreadable``: the log
    has a new value that cannot be read, so whom it trusts is not known.
    """


class FederatedCredentialChanged(_Federated, frozen=True, kw_only=True, tag="federated_credential_changed"):
    """A federated credential of the same id or name now trusts somebody else."""

    old_issuer: str | None = None
    old_subject: str | None = None
    old_claims_matching: str | None = None


class FederatedCredentialRemoved(_Federated, frozen=True, kw_only=True, tag="federated_credential_removed"):
    """A federated credential that is gone."""


PROPERTIES: Final = ("FederatedIdentityCredentials",)
FederatedChange = FederatedCredentialAdded | FederatedCredentialChanged | FederatedCredentialRemoved


def read(audit: Audit) -> Iterator[FederatedChange]:
    """Yield what changed, whichever operation carries the property.

    Managed identities write it under "Update service principal", applications under "Update application".
    """
    for prop in audit.find(PROPERTIES[0]):
        old, new = _credentials(prop.old), _credentials(prop.new)
        for key in new:
            if key not in old:
                yield FederatedCredentialAdded(**new[key])
            elif _trust(new[key]) != _trust(old[key]):
                yield FederatedCredentialChanged(**new[key], **_before(old[key]))
        if not any(credential.get("unreadable") for credential in new.values()):
            yield from (FederatedCredentialRemoved(**gone) for key, gone in old.items() if key not in new)


def _credentials(value: object) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for item in items(value):
        credential = _credential(folded(item)) if isinstance(item, Mapping) else {"unreadable": True}
        key = first_text(credential.get("id"), credential.get("name"), str(item)) or ""
        found[key.casefold()] = credential
    return found


def _credential(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "issuer": text(item.get("issuer")),
        "subject": text(item.get("subject")),
        "name": text(item.get("name")),
        "id": text(item.get("id")),
        "audiences": tuple(str(audience) for audience in items(item.get("audiences"))),
        "claims_matching": first_text(item.get("claimsmatchingexpressionvalue"), item.get("claimsmatchingexpression")),
        "unreadable": text(item.get("issuer")) is None,
    }


def _trust(credential: Mapping[str, Any]) -> tuple[object, ...]:
    said = (credential.get(field) for field in ("issuer", "subject", "claims_matching"))
    return *said, frozenset(credential.get("audiences", ()))


def _before(old: Mapping[str, Any]) -> dict[str, Any]:
    return {f"old_{field}": old.get(field) for field in ("issuer", "subject", "claims_matching")}
