"""The thumbprint of a certificate, as Entra ID's logs name it."""

import hashlib
import ssl
from collections.abc import Mapping
from pathlib import Path

from sekimori.core.errors import SekimoriError
from sekimori.manifest.references import resolve_text

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def thumbprint(pem: str) -> str | None:
    """Return the SHA-1 of the first certificate in a PEM, lower-case hexadecimal, or None where there is none."""
    start, end = pem.find(_BEGIN), pem.find(_END)
    if start < 0 or end < start:
        return None
    try:
        octets = ssl.PEM_cert_to_DER_cert(pem[start : end + len(_END)])
    except ValueError:
        return None
    if not octets:
        return None
    # Entra: the portal and the logs name certificates by SHA-1; nothing here relies on it as a proof.
    return hashlib.sha1(octets, usedforsecurity=False).hexdigest()


def declared_thumbprint(reference: str | None, *, folder: Path, environ: Mapping[str, str]) -> str | None:
    """Return the thumbprint of the certificate that a manifest refers to; None where it cannot be read here."""
    if reference is None:
        return None
    try:
        return thumbprint(resolve_text(reference, folder=folder, environ=environ).reveal())
    except SekimoriError:
        return None
