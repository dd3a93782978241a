"""Create a certificate authority and a certificate for TLS on loopback, for the lifetime of the process."""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

LIFE = timedelta(days=30)
AUTHORITY = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority of the token exchange demo")])


def tls_for(address: str) -> tuple[str, ssl.SSLContext]:
    """Return the authority's certificate in PEM, and a context for serving on an IP address."""
    authority_key, key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    authority = _signed(
        _certificate(AUTHORITY, authority_key, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True),
        authority_key,
    )
    certificate = _signed(
        _certificate(x509.Name([]), key, authority_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        # RFC 5280 §4.2.1.6: where the subject is empty, this says whose certificate it is.
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=True),
        authority_key,
    )
    return _pem(authority), _context(key, certificate)


def _certificate(
    subject: x509.Name, key: EllipticCurvePrivateKey, authority_key: EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(AUTHORITY)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _signed(builder: x509.CertificateBuilder, key: EllipticCurvePrivateKey) -> x509.Certificate:
    return builder.sign(key, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _context(key: EllipticCurvePrivateKey, certificate: x509.Certificate) -> ssl.SSLContext:
    """Return a server's context; the standard library reads keys from files only, so the file exists for a moment."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory(prefix="token-exchange-demo-") as directory:
        file = Path(directory) / "server.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        file.write_text(private + _pem(certificate))
        context.load_cert_chain(file)
    return context
