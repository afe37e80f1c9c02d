"""Keys and certificates: a certificate authority of its own, a server certificate, the bot's credential."""

import base64
import functools
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

# Clients judge a certificate by the machine's clock, which a test does not set: it is valid at any time.
NOT_BEFORE: Final = datetime(2020, 1, 1, tzinfo=UTC)
NOT_AFTER: Final = datetime(2099, 1, 1, tzinfo=UTC)

_PEM: Final = serialization.Encoding.PEM
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Issued:
    """A private key and the certificate over its public half."""

    key: PrivateKey
    certificate: x509.Certificate

    def pem(self) -> bytes:
        """Return key and certificate as one PEM text."""
        unprotected = serialization.NoEncryption()
        key = self.key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, unprotected)
        return key + self.certificate_pem()

    def certificate_pem(self) -> bytes:
        """Return the certificate alone."""
        return self.certificate.public_bytes(_PEM)


def make_authority() -> Issued:
    """Make a certificate authority that nobody trusts until told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Simulator CA")
    builder = (
        _builder(name, name, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Issued(key, builder.sign(key, hashes.SHA256()))


def make_server(authority: Issued) -> Issued:
    """Issue a certificate for 127.0.0.1 and localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = (
        _builder(_name("127.0.0.1"), authority.certificate.subject, key)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(issuer, critical=False)
    )
    return Issued(key, builder.sign(authority.key, hashes.SHA256()))


def make_credential(common_name: str) -> Issued:
    """Make a self-signed certificate for signing in as an application."""
    return _self_signed(_new_key(), common_name)


def load_or_make_credential(path: Path, common_name: str) -> Issued:
    """Read a credential, or make one and write it readable by its owner alone.

    The simulators of one process make each a certificate, of one key a name: a key takes longer than all else.
    """
    if not path.exists():
        issued = _self_signed(_key_of(common_name), common_name)
        write_private(path, issued.pem())
        return issued
    pem = path.read_bytes()
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{path}: the bot's key must be RSA")
    return Issued(key, x509.load_pem_x509_certificate(pem))


@functools.cache
def _key_of(_common_name: str) -> rsa.RSAPrivateKey:
    return _new_key()


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _self_signed(key: rsa.RSAPrivateKey, common_name: str) -> Issued:
    name = _name(common_name)
    return Issued(key, _builder(name, name, key).sign(key, hashes.SHA256()))


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, from its first byte on."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(subject: x509.Name, issuer: x509.Name, key: PrivateKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(NOT_AFTER)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def public_part(name: str) -> str:
    """Return a new certificate in base64, as Graph takes one; its private key is thrown away."""
    return base64.b64encode(make_credential(name).certificate.public_bytes(serialization.Encoding.DER)).decode()
