"""The settings of the app, `TOKEN_EXCHANGE = {…}`, one typed property each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from token_exchange.sts import vocabulary

DEFAULT_VERIFIERS: Final = {
    vocabulary.ACCESS_TOKEN: "token_exchange.verifiers.any_access_token.AnyAccessTokenVerifier",
    vocabulary.JWT: "token_exchange.trusted_issuers.external_token.ExternalTokenVerifier",
    vocabulary.ID_TOKEN: "token_exchange.verifiers.any_id_token.AnyIdTokenVerifier",
    vocabulary.REFRESH_TOKEN: "token_exchange.verifiers.refresh_token.RefreshTokenVerifier",
    vocabulary.PERSONAL_ACCESS_TOKEN: "token_exchange.personal_access_tokens.verifier.PersonalAccessTokenVerifier",
    vocabulary.IMPERSONATION_TICKET: "token_exchange.impersonation.ticket_verifier.ImpersonationTicketVerifier",
    vocabulary.USER: "token_exchange.impersonation.user_reference_verifier.UserReferenceVerifier",
}


def configured() -> dict[str, Any]:
    """Return what the site has set; raise ImproperlyConfigured if that is no dictionary."""
    values = getattr(settings, "TOKEN_EXCHANGE", None)
    if values is not None and not isinstance(values, dict):
        raise ImproperlyConfigured("TOKEN_EXCHANGE must be a dictionary.")
    return values or {}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What this site proves itself with at another server, and the only host that is shown it."""

    client_id: str
    client_secret: str = field(repr=False)
    host: str
    """With its port unless that is 443; empty where the settings name none."""

    def are_for(self, url: str) -> bool:
        """Return True if a URL leads to the host.

        Without a host it has to lead to this machine, which no secret leaves; there a host stands for all its ports.
        """
        host = https_host(url)
        if host and is_loopback(host) and (not self.host or is_loopback(self.host)):
            return self.host in ("", host, urlsplit(f"//{host}").hostname)
        return bool(host) and host == self.host


def credentials_of(value: Any) -> Credentials:
    """Return what one entry of CREDENTIALS expresses: a dictionary, or the pair of releases before hosts were named."""
    if isinstance(value, Mapping):
        host = https_host(value["url"]) if "url" in value else https_host(f"https://{value.get('host', '')}")
        return Credentials(str(value["client_id"]), str(value["client_secret"]), host or "none")
    client_id, client_secret = value
    return Credentials(client_id, client_secret, "")


def https_host(url: Any) -> str:
    """Return the host of an https URL in lower case, with its port unless that is 443; "" for any other URL."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or "\\" in url:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return host if port in (None, 443) else f"{host}:{port}"


def is_loopback(host: str) -> bool:
    """Return True for a host that is this machine itself, with or without a port."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


class TokenExchangeSettings:
    """Reads `settings.TOKEN_EXCHANGE` at every access, so nothing has to be reloaded."""

    @property
    def enabled(self) -> bool:
        """Whether the grant is on; off, the token endpoint does not know it. Default True."""
        return bool(configured().get("ENABLED", True))

    @property
    def issuer(self) -> str:
        """The issuer identifier shown in introspection; default: what the toolkit's metadata show."""
        return str(configured().get("ISSUER", ""))

    @property
    def verifiers(self) -> Mapping[str, str]:
        """Dotted verifier class by token type URI, added to the app's own."""
        return {**DEFAULT_VERIFIERS, **configured().get("VERIFIERS", {})}

    @property
    def require_https(self) -> bool:
        """Whether an exchange over plain HTTP is refused (RFC 8693 §6); default: unless DEBUG."""
        return bool(configured().get("REQUIRE_HTTPS", not settings.DEBUG))

    @property
    def record_retention_days(self) -> int:
        """Days that prune_exchange_records keeps records. Default 365."""
        return int(configured().get("RECORD_RETENTION_DAYS", 365))

    @property
    def secret_cache_seconds(self) -> int:
        """Seconds that a verified client secret need not be hashed again; 0 turns the cache off. Default 300."""
        return int(configured().get("SECRET_CACHE_SECONDS", 300))

    @property
    def service_documentation(self) -> str:
        """URL of the page for developers that the metadata name (RFC 8414 §2); default none."""
        return str(configured().get("SERVICE_DOCUMENTATION", ""))

    @property
    def subject_mapping(self) -> str:
        """Dotted path of the site's own function from external subject to user; default none."""
        return str(configured().get("SUBJECT_MAPPING", ""))

    @property
    def scope_permissions(self) -> Mapping[str, str]:
        """Permission of Django that a person needs to hand out a scope, by scope; the others anybody may."""
        return dict(configured().get("SCOPE_PERMISSIONS", {}))

    @property
    def personal_access_token_days(self) -> int:
        """Days that a personal access token lives at most. Default 366."""
        return int(configured().get("PERSONAL_ACCESS_TOKEN_DAYS", 366))

    @property
    def personal_access_token_bearer(self) -> bool:
        """Whether PersonalAccessTokenAuthentication takes personal access tokens as they are. Default False."""
        return bool(configured().get("PERSONAL_ACCESS_TOKEN_BEARER", False))

    @property
    def user_references(self) -> bool:
        """Whether the name of a user, with an actor token, may stand for a subject token. Default False."""
        return bool(configured().get("USER_REFERENCES", False))

    @property
    def credentials(self) -> Mapping[str, Credentials]:
        """Client id, secret and host by name, for introspection at other servers; the database holds only the names."""
        return {name: credentials_of(value) for name, value in configured().get("CREDENTIALS", {}).items()}

    @property
    def bad_secrets_per_minute(self) -> int:
        """Wrong client secrets a minute after which a client at its address has to wait; 0 for no limit. Default 20."""
        return int(configured().get("BAD_SECRETS_PER_MINUTE", 20))

    @property
    def bad_tokens_per_minute(self) -> int:
        """Tokens a minute that nobody issued, after which their client has to wait; 0 for no limit. Default 100."""
        return int(configured().get("BAD_TOKENS_PER_MINUTE", 100))


token_exchange_settings = TokenExchangeSettings()


class Kind(NamedTuple):
    """What a value must be, for the system checks."""

    fits: Callable[[Any], bool]
    description: str


def _is_url(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    parts = urlsplit(value)  # http is for development
    return value == "" or (parts.scheme in ("https", "http") and bool(parts.netloc))


def _is_issuer(value: Any) -> bool:
    # RFC 8414 §2: without query and fragment.
    return _is_url(value) and not set("?#") & set(value)


def _are_verifiers(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for pair in value.items() for text in pair)


def _are_permissions(value: Any) -> bool:
    return _are_verifiers(value) and all(permission.count(".") == 1 for permission in value.values())


def _are_credentials(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(name, str) and _is_credential(one) for name, one in value.items())


def _is_credential(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return len(value) == 2 and all(isinstance(text, str) for text in value)
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        return False
    named = value.keys() - {"client_id", "client_secret"}
    return len(value) == 3 and named in ({"url"}, {"host"}) and credentials_of(value).host != "none"


def _whole_number(least: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= least


_SWITCH: Final = Kind(lambda value: isinstance(value, bool), "True or False")

KINDS: Final = {
    "ENABLED": _SWITCH,
    "ISSUER": Kind(_is_issuer, "a URL without query and fragment, or empty"),
    "VERIFIERS": Kind(_are_verifiers, "a dictionary from token type URI to dotted path"),
    "REQUIRE_HTTPS": _SWITCH,
    "RECORD_RETENTION_DAYS": Kind(_whole_number(1), "a whole number of days, at least 1"),
    "SECRET_CACHE_SECONDS": Kind(_whole_number(0), "a whole number of seconds, at least 0"),
    "SCOPE_PERMISSIONS": Kind(_are_permissions, "a dictionary from a scope to a permission, such as app.change_order"),
    "PERSONAL_ACCESS_TOKEN_DAYS": Kind(_whole_number(1), "a whole number of days, at least 1"),
    "PERSONAL_ACCESS_TOKEN_BEARER": _SWITCH,
    "USER_REFERENCES": _SWITCH,
    "CREDENTIALS": Kind(_are_credentials, "a dictionary from a name to client_id, client_secret, and url or host"),
    "BAD_SECRETS_PER_MINUTE": Kind(_whole_number(0), "a whole number, at least 0"),
    "BAD_TOKENS_PER_MINUTE": Kind(_whole_number(0), "a whole number, at least 0"),
    "SERVICE_DOCUMENTATION": Kind(_is_url, "a URL, or empty"),
    "SUBJECT_MAPPING": Kind(lambda value: isinstance(value, str), "a dotted path, or empty"),
}
"""Every known name."""
