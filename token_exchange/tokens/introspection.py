"""What introspection tells about an access token, and to whom (RFC 7662 §2.2, RFC 8693 §4)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from token_exchange.conf import token_exchange_settings
from token_exchange.configuration import snapshot as configurations
from token_exchange.sts.delegation import render_act, render_party
from token_exchange.sts.parties import Client, Party, client_party
from token_exchange.sts.vocabulary import MAX_TOKEN_BYTES
from token_exchange.tokens import status
from token_exchange.tokens.preload import fingerprint_of
from token_exchange.tokens.status import TokenStatus
from token_exchange.toolkit.compat import access_token_model, authorization_server, token_database
from token_exchange.toolkit.timestamps import to_seconds


def of(value: str, asking: Any, request: HttpRequest) -> dict[str, Any] | None:
    """Return the members for a token that stands and concerns the asking application, else None."""
    if len(value) > MAX_TOKEN_BYTES:
        return None
    tokens = access_token_model()._default_manager.using(token_database()).select_related("user", "application")
    token = tokens.filter(token_checksum=fingerprint_of(value)).first()
    if token is None or not token.is_valid() or token.application is None:
        return None
    if not token.application.is_usable(None):
        return None
    stands = status.of(token)
    if not stands.is_active or not _concerns(token, stands, asking):
        return None
    return _members(token, stands, token_exchange_settings.issuer or authorization_server(request))


def _concerns(token: Any, stands: TokenStatus, asking: Any) -> bool:
    """Whether the token is the asking client's own, or meant for a target that it owns (T35)."""
    if token.application_id == asking.pk:
        return True
    configuration = configurations.current(token_database())
    owned = configuration.targets_owned_by(Client(client_id=asking.client_id))
    # A token of a login names no target, but it may open resource URIs of one (RFC 8707).
    meant_for = stands.audience if stands.is_exchanged else configuration.targets.names_of(token.resource)
    return not owned.isdisjoint(meant_for)


def _subject(token: Any, stands: TokenStatus) -> Party:
    if stands.subject is not None:
        return stands.subject
    return Party(None, str(token.user_id)) if token.user_id else client_party(token.application.client_id)


def _members(token: Any, stands: TokenStatus, issuer: str) -> dict[str, Any]:
    members = {
        **stands.claims,  # reserved names cannot be among them, and would lose
        "active": True,
        "iss": issuer,
        "sub": _subject(token, stands).subject,
        "client_id": token.application.client_id,
        "username": token.user.get_username() if token.user else None,
        "scope": token.scope,
        "aud": [*sorted(stands.audience), *token.resource],
        "token_type": "Bearer",
        "iat": int(to_seconds(token.created)),
        "exp": int(to_seconds(token.expires)),
        "act": render_act(stands.chain, issuer),
        "may_act": render_party(stands.may_act, issuer) if stands.may_act else None,
    }
    return {name: value for name, value in members.items() if value not in (None, [])}
