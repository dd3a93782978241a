"""Run a real key server on loopback, with TLS by its own authority, that can show every kind of fault."""

from __future__ import annotations

import gzip
import json
import ssl
import tempfile
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from jwt.algorithms import RSAAlgorithm

AUDIENCE = "https://here.example"


class KeyServer:
    """An external issuer: `fault` selects a fault, `requests` lists its requests, `sign` makes its tokens."""

    def __init__(self):
        self.fault = None
        self.requests = []
        self.introspected = {}
        self.keys = {"one": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
        self.ca_bundle, context = _tls()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.issuer = f"https://localhost:{self.server.server_port}"
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def rotate(self, kid):
        """Replace all keys by a new one."""
        self.keys = {kid: rsa.generate_private_key(public_exponent=65537, key_size=2048)}

    def sign(self, *, kid="one", key=None, header=None, **claims):
        """Return a token of this issuer for Alice; a claim given as None is left out."""
        now = int(time.time())
        payload = {
            "iss": self.issuer,
            "sub": "alice-outside",
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + 300,
            "jti": f"{time.time_ns()}",
            **claims,
        }
        payload = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(payload, key or self.keys[kid], "RS256", headers={"kid": kid, **(header or {})})

    def jwks(self):
        """Return the public keys as a JWK set."""
        return {"keys": [public_jwk(key, kid) for kid, key in self.keys.items()]}

    def asked_for(self, path):
        """Return how often a path was requested."""
        return sum(asked == path for asked in self.requests)


def public_jwk(key, kid):
    """Return the JWK of a private key's public half; without a name if `kid` is None."""
    jwk = {**json.loads(RSAAlgorithm.to_jwk(key.public_key())), **({"kid": kid} if kid else {}), "use": "sig"}
    jwk.pop("key_ops", None)
    return jwk


def _handler(site):
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args):
            """Log nothing."""

        def do_GET(self):
            site.requests.append(self.path)
            if self.path == "/.well-known/openid-configuration":
                issuer = "https://other.example" if site.fault == "issuer differs" else site.issuer
                self.answer(json.dumps({"issuer": issuer, "jwks_uri": f"{site.issuer}/keys"}).encode())
            elif self.path == "/keys":
                self.keys()
            else:
                self.answer(b"{}", status=404)

        def do_POST(self):
            site.requests.append(self.path)
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            site.authorization = self.headers["Authorization"]
            told = site.introspected.get(form["token"][0], {"active": False})
            self.answer(told if isinstance(told, bytes) else json.dumps(told).encode())

        def keys(self):
            body = json.dumps(site.jwks()).encode()
            match site.fault:
                case None | "issuer differs":
                    self.answer(body)
                case "empty":
                    self.answer(b'{"keys": []}')
                case "nothing":
                    self.answer(b"{}")
                case "html":
                    self.answer(b"<html>maintenance</html>", kind="text/html")
                case "broken":
                    self.answer(body[:-10])
                case "500":
                    self.answer(body, status=500)
                case "redirect":
                    self.answer(b"", status=302, Location=f"{site.issuer}/elsewhere")
                case "slow drip":
                    self.drip(body)
                case "hang":
                    time.sleep(8)
                case "50 MB":
                    self.answer(b" " * 50_000_000 + body)
                case "10,000 keys":
                    self.answer(json.dumps({"keys": site.jwks()["keys"] * 10_000}).encode())
                case "gzip bomb":
                    self.answer(gzip.compress(b" " * 10_000_000 + body), **{"Content-Encoding": "gzip"})

        def answer(self, body, *, status=200, kind="application/json", **headers):
            try:
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                """Whoever asked has left, as it should."""

        def drip(self, body):
            try:
                self.send_response(200)
                self.end_headers()
                for position in range(len(body)):
                    self.wfile.write(body[position : position + 1])
                    self.wfile.flush()
                    time.sleep(0.2)
            except OSError:
                """As above."""

    return Handler


def authority_and_certificate():
    """Return in PEM a certificate authority, and a private key with its certificate for localhost."""
    key, authority_key = (ec.generate_private_key(ec.SECP256R1()) for _side in range(2))
    authority = _certificate("authority", authority_key, "authority", authority_key, is_authority=True)
    certificate = _certificate("localhost", key, "authority", authority_key, is_authority=False)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return authority.public_bytes(Encoding.PEM).decode(), private + certificate.public_bytes(Encoding.PEM)


def _tls():
    """Return an authority in PEM, and a server context with a certificate of it."""
    authority, pem = authority_and_certificate()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "server.pem")
        path.write_bytes(pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
    return authority, context


def _certificate(name, key, issuer, issuer_key, *, is_authority):
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        # Newer Pythons check certificates strictly (RFC 5280): who signed, and what the key may do.
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(_usage(is_authority), critical=True)
    )
    if not is_authority:
        names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(is_authority):
    uses = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(digital_signature=not is_authority, key_cert_sign=is_authority, **uses)
