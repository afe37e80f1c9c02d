"""Secrets and certificates of an application or a service principal: the KeyDescription property."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from sekimori.watch.domain.audit import Audit
from sekimori.watch.domain.changes.change import Change
from sekimori.watch.domain.records import first_text, folded, text
from sekimori.watch.domain.values import items


class CredentialKind(StrEnum):
    """What an application proves itself with."""

    SECRET = "secret"  # noqa: S105 - a kind, not one
    CERTIFICATE = "certificate"
    UNKNOWN = "unknown"


class CredentialAdded(Change, frozen=True, kw_only=True, tag="credential_added"):
    """A secret or a certificate that was not there before.

    ``usage`` is the vendor's ``Verify`` (the app proves who it is) or ``Sign`` (the app signs SAML answers). The
    display name stays out: people write secrets and their own names into it.
    """

    credential: CredentialKind
    key_id: str | None = None
    usage: str | None = None


class CredentialRemoved(Change, frozen=True, kw_only=True, tag="credential_removed"):
    """A secret or a certificate that is gone."""

    credential: CredentialKind
    key_id: str | None = None
    usage: str | None = None


PROPERTIES: Final = ("KeyDescription",)
ADDS: Final = "add service principal credentials"
"""Entra: removing some is an operation of its own here, unlike under "Certificates and secrets management"."""
# Entra: DisplayName is free text with commas and brackets, so the fields before it are read and the rest is left alone.
_KEY: Final = re.compile(
    r"KeyIdentifier\s*=\s*([^,\]]*?)\s*,\s*KeyType\s*=\s*([^,\]]*?)\s*,\s*KeyUsage\s*=\s*([^,\]]*)"
)
_TYPES: Final = {
    "password": CredentialKind.SECRET,
    "symmetric": CredentialKind.SECRET,
    "asymmetricx509cert": CredentialKind.CERTIFICATE,
    "x509certandpassword": CredentialKind.CERTIFICATE,
}
_Key = tuple[CredentialKind, str | None, str | None]


def read(audit: Audit) -> Iterator[CredentialAdded | CredentialRemoved]:
    """Yield the credentials that came and went; a reorder changes nothing.

    Keys are told apart by their identifier, or by the whole text where there is none. An operation that only ever adds
    some is believed where the log leaves out which.
    """
    properties = list(audit.find(PROPERTIES[0]))
    if audit.operation == ADDS and not properties:
        yield CredentialAdded(credential=CredentialKind.UNKNOWN)
    for prop in properties:
        old, new = _keys(prop.old), _keys(prop.new)
        for name, (kind, key_id, usage) in new.items():
            if name not in old:
                yield CredentialAdded(credential=kind, key_id=key_id, usage=usage)
        for name, (kind, key_id, usage) in old.items():
            if name not in new:
                yield CredentialRemoved(credential=kind, key_id=key_id, usage=usage)


def _keys(value: object) -> dict[str, _Key]:
    found: dict[str, _Key] = {}
    for item in items(value):
        if isinstance(item, Mapping):
            key = folded(item)
            key_id = first_text(key.get("keyidentifier"), key.get("keyid"))
            described = _key(key_id, text(key.get("keytype")) or "", text(key.get("keyusage")))
            found[(key_id or str(item)).casefold()] = described
        else:
            found |= _from_text(str(item))
    return found


def _from_text(item: str) -> dict[str, _Key]:
    keys = {key_id.casefold(): _key(key_id, kind, usage) for key_id, kind, usage in _KEY.findall(item)}
    return keys or {item.casefold(): (_guess(item), None, None)}


def _key(key_id: str | None, kind: str, usage: str | None) -> _Key:
    return _TYPES.get(kind.casefold(), CredentialKind.UNKNOWN), key_id and key_id.casefold(), usage or None


def _guess(item: str) -> CredentialKind:
    words = item.casefold()
    if "cert" in words:
        return CredentialKind.CERTIFICATE
    return CredentialKind.SECRET if "secret" in words or "password" in words else CredentialKind.UNKNOWN
