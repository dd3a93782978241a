"""Answer an introspection request about an access token (RFC 7662 §2.2, RFC 8693 §4)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from token_exchange.conf import token_exchange_settings
from token_exchange.configuration import snapshot as configurations
from token_exchange.sts.parties import Client, Party, client_party
from token_exchange.sts.vocabulary import MAX_TOKEN_BYTES
from token_exchange.tokens import status, token_claims
from token_exchange.tokens.status import TokenStatus
from token_exchange.toolkit.compat import access_token_model, authorization_server, fingerprint_of, token_database
from token_exchange.toolkit.timestamps import to_seconds


def of(value: str, asking: Any, request: HttpRequest) -> dict[str, Any] | None:
    """Return the members of the answer, or None if the token is inactive or does not concern the asking client."""
    if len(value) > MAX_TOKEN_BYTES:
        return None
    tokens = access_token_model()._default_manager.using(token_database()).select_related("user", "application")
    token = tokens.filter(token_checksum=fingerprint_of(value)).first()
    if token is None or not token.is_valid() or token.application is None:
        return None
    if not token.application.is_usable(None):
        return None
    current = status.of(token)
    if not current.is_active or not _concerns(token, current, asking):
        return None
    return _members(token, current, token_exchange_settings.issuer or authorization_server(request))


def _concerns(token: Any, current: TokenStatus, asking: Any) -> bool:
    """Return True if the token was issued to the asking client, or is meant for a target that this client owns."""
    if token.application_id == asking.pk:
        return True
    configuration = configurations.current(token_database())
    owned = configuration.targets_owned_by(Client(client_id=asking.client_id))
    # A token that no exchange issued names no target, but its resource URIs may belong to one (RFC 8707).
    meant_for = current.audience if current.is_exchanged else configuration.targets.names_of(token.resource)
    return not owned.isdisjoint(meant_for)


def _subject(token: Any, current: TokenStatus) -> Party:
    if current.subject is not None:
        return current.subject
    return Party(None, str(token.user_id)) if token.user_id else client_party(token.application.client_id)


def _members(token: Any, current: TokenStatus, issuer: str) -> dict[str, Any]:
    issued = token_claims.IssuedToken(
        subject=_subject(token, current),
        client_id=token.application.client_id,
        scopes=token.scope.split(),
        resources=token.resource,
        # A token of another grant has no `jti` of its own; this text names it as well, and opens nothing.
        token_id=current.token_id or token.token_checksum[:32],
        issued=int(current.issued or to_seconds(token.created)),
        expires=int(to_seconds(token.expires)),
    )
    claims = token_claims.of(issued, current, issuer)
    # A user name would undo a pairwise subject.
    named = {"username": token.user.get_username()} if token.user and not current.naming.is_pairwise else {}
    return {**claims, "active": True, "token_type": "Bearer", **named}
