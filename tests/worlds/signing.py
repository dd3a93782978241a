"""Provide signing keys for a site, and read the JWTs that it issues as an API would: with the published keys."""

from __future__ import annotations

from io import StringIO

import jwt
from django.core.management import call_command
from django.test import Client as Browser

ISSUER = "https://testserver/o"


def new_key(algorithm="ES256"):
    """Return a new private key in PEM, as the command makes it."""
    written = StringIO()
    call_command("make_signing_key", algorithm=algorithm, stdout=written, stderr=StringIO())
    return written.getvalue()


def published():
    """Return the key set of the site, as other servers read it."""
    return jwt.PyJWKSet.from_dict(Browser().get("/o/.well-known/jwks.json", secure=True).json())


def verified(token, audience="back-api"):
    """Return the header and the claims of an access token, after PyJWT verified it with the published keys."""
    header = jwt.get_unverified_header(token)
    key = next(key for key in published().keys if key.key_id == header["kid"])
    algorithms = ["RS256", "ES256", "EdDSA"]
    claims = jwt.decode(token, key, algorithms=algorithms, audience=audience, issuer=ISSUER)
    return header, claims
