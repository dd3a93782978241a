"""Define the settings of the app: `token_exchange_settings` reads `TOKEN_EXCHANGE = {…}` of the site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings

from token_exchange.conf.credentials import Credentials, are_credentials, credentials_of
from token_exchange.conf.setting import (
    Dictionary,
    Secrets,
    Setting,
    Switch,
    Text,
    WholeNumber,
    is_issuer,
    is_text,
    is_url,
    maps_texts,
    maps_to_permissions,
)
from token_exchange.sts import vocabulary

DEFAULT_VERIFIERS: Final = {
    vocabulary.ACCESS_TOKEN: "token_exchange.verifiers.any_access_token.AnyAccessTokenVerifier",
    vocabulary.JWT: "token_exchange.verifiers.any_jwt.AnyJwtVerifier",
    vocabulary.ID_TOKEN: "token_exchange.verifiers.any_id_token.AnyIdTokenVerifier",
    vocabulary.REFRESH_TOKEN: "token_exchange.verifiers.refresh_token.RefreshTokenVerifier",
    vocabulary.PERSONAL_ACCESS_TOKEN: "token_exchange.personal_access_tokens.verifier.PersonalAccessTokenVerifier",
    vocabulary.IMPERSONATION_TICKET: "token_exchange.impersonation.ticket_verifier.ImpersonationTicketVerifier",
    vocabulary.USER: "token_exchange.impersonation.user_reference_verifier.UserReferenceVerifier",
}


def _all_verifiers(added: Mapping[str, str]) -> Mapping[str, str]:
    return {**DEFAULT_VERIFIERS, **added}


def _all_credentials(entries: Mapping[str, Any]) -> Mapping[str, Credentials]:
    return {name: credentials_of(entry) for name, entry in entries.items()}


class TokenExchangeSettings:
    """List the settings with their defaults; each attribute reads the site's settings at every access."""

    enabled = Switch("ENABLED", default=True)
    """True if the token endpoint offers the token exchange grant."""

    issuer = Text("ISSUER", fits=is_issuer, must_be="a URL without query and fragment, or empty")
    """The issuer identifier in introspection answers; empty for the one in django-oauth-toolkit's metadata."""

    verifiers = Dictionary(
        "VERIFIERS", read=_all_verifiers, fits=maps_texts, must_be="a dictionary from token type URI to dotted path"
    )
    """The dotted path of the verifier of each token type: the app's own, and those that the site adds."""

    require_https = Switch("REQUIRE_HTTPS", default=lambda: not settings.DEBUG)
    """True if an exchange over plain HTTP is refused (RFC 8693 §6); by default, unless DEBUG is on."""

    record_retention_days = WholeNumber("RECORD_RETENTION_DAYS", default=365, least=1, unit="days")
    """The number of days for which prune_exchange_records keeps records."""

    secret_cache_seconds = WholeNumber("SECRET_CACHE_SECONDS", default=300, least=0, unit="seconds")
    """The number of seconds for which a verified client secret is not hashed again; 0 turns the cache off."""

    scope_permissions = Dictionary[str](
        "SCOPE_PERMISSIONS",
        read=dict,
        fits=maps_to_permissions,
        must_be="a dictionary from a scope to a permission, such as app.change_order",
    )
    """The Django permission that a user needs to give a scope to a token; other scopes need none."""

    personal_access_token_days = WholeNumber("PERSONAL_ACCESS_TOKEN_DAYS", default=366, least=1, unit="days")
    """The longest lifetime of a personal access token, in days."""

    personal_access_token_bearer = Switch("PERSONAL_ACCESS_TOKEN_BEARER", default=False)
    """True if PersonalAccessTokenAuthentication accepts personal access tokens without an exchange."""

    user_references = Switch("USER_REFERENCES", default=False)
    """True if a user name may be sent as subject token, together with an actor token."""

    credentials = Dictionary(
        "CREDENTIALS",
        read=_all_credentials,
        fits=are_credentials,
        must_be="a dictionary from a name to client_id, client_secret, and url or host",
    )
    """The credentials for introspection at other servers, by name; the database holds only the names."""

    bad_secrets_per_minute = WholeNumber("BAD_SECRETS_PER_MINUTE", default=20, least=0)
    """The number of wrong secrets a minute after which a client at one address has to wait; 0 for no limit."""

    bad_tokens_per_minute = WholeNumber("BAD_TOKENS_PER_MINUTE", default=100, least=0)
    """The number of unknown tokens a minute after which a client that sent them has to wait; 0 for no limit."""

    service_documentation = Text("SERVICE_DOCUMENTATION", fits=is_url, must_be="a URL, or empty")
    """The URL of the page for developers in the server's metadata (RFC 8414 §2); empty for none."""

    signing_keys = Secrets(
        "SIGNING_KEYS", must_be="a list of private keys, each a PEM text or the path of a file with one"
    )
    """The private keys for JWTs: the first signs, the others are still published. Empty for the toolkit's own keys."""

    access_token_claims = Text("ACCESS_TOKEN_CLAIMS", fits=is_text, must_be="a dotted path, or empty")
    """The dotted path of the site's function that returns more claims for a new access token; empty for none."""

    subject_mapping = Text("SUBJECT_MAPPING", fits=is_text, must_be="a dotted path, or empty")
    """The dotted path of the site's function from the claims of an external token to a user; empty for none."""


KNOWN_SETTINGS: Final[Mapping[str, Setting[Any]]] = {
    setting.name: setting for setting in vars(TokenExchangeSettings).values() if isinstance(setting, Setting)
}
"""Every setting by its name in `TOKEN_EXCHANGE`."""

token_exchange_settings = TokenExchangeSettings()
