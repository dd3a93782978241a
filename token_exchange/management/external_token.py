"""Build an external token from the options of `explain_exchange`: an issuer, and claims from options or a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandError

from token_exchange.explanation.question import SupposedExternalToken
from token_exchange.jose.refusal import Refused
from token_exchange.jose.strict_json import parse_object
from token_exchange.management.terminal import USAGE
from token_exchange.models import TrustedIssuer
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT

TYPES: Final = {"jwt": JWT, "id_token": ID_TOKEN, "access_token": ACCESS_TOKEN}


def external_token(options: dict[str, Any], now: float, using: str) -> SupposedExternalToken:
    """Return the token that the options describe; raise `CommandError` for an unknown issuer."""
    row = _row(options["issuer"], using)
    is_introspected = row.verification == TrustedIssuer.Verification.INTROSPECTION
    token_type = TYPES[options["subject_token_type"]] if options["subject_token_type"] else _usual_type(row)
    claims = {**_defaults(row, is_introspected, int(now), options["lifetime"]), **given_claims(options)}
    return SupposedExternalToken(
        issuer=row.issuer, token_type=token_type, claims=claims, is_introspected=is_introspected
    )


def given_claims(options: dict[str, Any]) -> dict[str, object]:
    """Return the claims of the file and of the options; options replace claims of the file."""
    claims = _from_file(options["claims"])
    for text in options["claim"] or ():
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise CommandError("Write a claim as NAME=VALUE.", returncode=USAGE)
        claims[name] = value
    return claims


def _row(name: str, using: str) -> TrustedIssuer:
    # A database may compare without case; an issuer never does.
    rows = (row for row in TrustedIssuer.objects.using(using).all() if name in (row.issuer, row.name))
    row: TrustedIssuer | None = next(rows, None)
    if row is None:
        raise CommandError(f"There is no trusted issuer {name!r}.", returncode=USAGE)
    return row


def _usual_type(row: TrustedIssuer) -> str:
    return JWT if JWT in row.token_types or not row.token_types else str(row.token_types[0])


def _defaults(row: TrustedIssuer, is_introspected: bool, now: int, lifetime: int) -> dict[str, object]:
    """Return the claims that every valid token of this issuer has."""
    audience = row.audiences[0] if row.audiences else ""
    kind: dict[str, object] = {"active": True} if is_introspected else {"iat": now}
    return {"iss": row.issuer, "aud": audience, "exp": now + lifetime, **kind}


def _from_file(path: str | None) -> dict[str, object]:
    if path is None:
        return {}
    try:
        return parse_object(Path(path).read_bytes())
    except OSError as error:
        raise CommandError(f"The file {path} cannot be read.", returncode=USAGE) from error
    except Refused as refused:  # the message quotes nothing from the file, which may hold a token
        problem = f"The file {path} is not a JSON object of claims: {refused.flaw.value}."
        raise CommandError(problem, returncode=USAGE) from None
