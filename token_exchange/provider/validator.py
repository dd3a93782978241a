"""The toolkit's validator, looking at status on every use and letting families live and die together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.views.decorators.debug import sensitive_variables
from oauth2_provider.oauth2_validators import OAuth2Validator

from token_exchange.configuration.snapshot import ConfigurationIsChanging
from token_exchange.provider import client_authentication, secret_comparison, throttle
from token_exchange.provider.client_authentication import Credentials
from token_exchange.sts.vocabulary import GRANT_TYPE
from token_exchange.tokens import lineage, local_values, status
from token_exchange.tokens.preload import fingerprint_of
from token_exchange.toolkit.compat import refresh_token_model, token_database

UNAVAILABLE: Final = {
    "error": "temporarily_unavailable",
    "error_description": "The access token cannot be judged at the moment.",
}

# A mixin for any validator of the toolkit's kind; the checker sees that kind, a site mixes in its own.
if TYPE_CHECKING:
    from oauth2_provider.oauth2_validators import OAuth2Validator as _Validator
else:
    _Validator = object


class TokenExchangeValidatorMixin(_Validator):
    """Adds to a validator what the toolkit leaves open (D-1): inactive people, policies and targets end a token."""

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Let our grant through: the right to exchange is having a policy, not a column (P1, P2)."""
        if grant_type == GRANT_TYPE:
            return True
        return bool(super().validate_grant_type(client_id, grant_type, client, request, *args, **kwargs))

    def validate_bearer_token(self, token: str, scopes: Any, request: Any) -> bool:
        """Accept what the toolkit accepts, if everyone and everything behind the token still stands."""
        if not super().validate_bearer_token(token, scopes, request):
            return False
        try:
            request.access_token.exchange = status.of(request.access_token)
        except ConfigurationIsChanging:  # in a view of the toolkit it would be a failure of the server
            request.oauth2_error = dict(UNAVAILABLE)
            return False
        # Today's rules may have taken a scope away since the toolkit looked.
        if request.access_token.exchange.is_active and request.access_token.allow_scopes(scopes or []):
            request.scopes = list(request.access_token.scopes)
            return True
        request.oauth2_error = {"error": "invalid_token", "error_description": "The access token is invalid."}
        return False

    def validate_refresh_token(self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Accept what the toolkit accepts, unless its user has been deactivated."""
        valid = super().validate_refresh_token(refresh_token, client, request, *args, **kwargs)
        return bool(valid and (request.user is None or request.user.is_active))

    def _save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> Any:
        """Save as the toolkit does; a refresh is no revocation, so what was exchanged lives on (P28b)."""
        # A body parameter of this name reads as an attribute too (P8); only a row is one.
        refreshed = getattr(request, "refresh_token_instance", None)
        if not isinstance(refreshed, refresh_token_model()) or refreshed.access_token is None:
            return super()._save_bearer_token(token, request, *args, **kwargs)
        before = refreshed.access_token.token_checksum, refreshed.token_checksum
        with lineage.without_cascade():
            saved = super()._save_bearer_token(token, request, *args, **kwargs)
        after = fingerprint_of(token["access_token"]), fingerprint_of(token["refresh_token"])
        for old, new in zip(before, after, strict=True):
            lineage.follow_refresh(old, new, token_database())
        return saved

    @sensitive_variables()
    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Authenticate as the toolkit does, for every grant and endpoint, and count who fails.

        Raise `TooManyFailures` for one more failure over the limit; a right secret is never refused for others' wrong
        ones. The client that is found bears the very id that was presented.
        """
        form = client_authentication.form_of(request)
        credentials = client_authentication.claimed(form, request.headers.get("Authorization", ""))
        if credentials is None:
            return bool(super().authenticate_client(request, *args, **kwargs))
        caller = throttle.caller_of(request.headers, credentials.client_id)
        with throttle.asking(caller):
            proved = super().authenticate_client(request, *args, **kwargs) and _is(request.client, credentials)
            if proved and not client_authentication.names_another(form, credentials):
                return True
            if request.client is None:
                secret_comparison.pretend(credentials.secret)
            request.client = None
            throttle.failed(caller)
        return False

    def _load_application(self, client_id: str, request: Any) -> Any:
        """Load as the toolkit does, comparing exactly: a database may take another case or blanks for the same id."""
        application = super()._load_application(client_id, request)
        if application is None or application.client_id == client_id:
            return application
        request.client = None
        return None

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        """Compare as the toolkit does, which takes half a second where the secret is hashed, once in a while."""
        return secret_comparison.matches(provided_secret, stored_secret, super()._check_secret)

    def revoke_token(self, token: str, token_type_hint: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """Revoke as the toolkit does; who asks for many tokens that are not there has to wait."""
        if not local_values.is_token(token or "", token_database()):
            throttle.guessed(request.client.client_id if request.client else "")
        super().revoke_token(token, token_type_hint, request, *args, **kwargs)


def _is(application: Any, credentials: Credentials) -> bool:
    return application is not None and credentials.name(application.client_id)


class TokenExchangeValidator(TokenExchangeValidatorMixin, OAuth2Validator):
    """For OAUTH2_VALIDATOR_CLASS."""
