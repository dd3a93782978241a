"""Validate tokens and clients as the toolkit does, and also by the current users, clients, policies and targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.views.decorators.debug import sensitive_variables
from oauth2_provider.oauth2_validators import OAuth2Validator

from token_exchange.configuration.snapshot import ConfigurationIsChanging
from token_exchange.provider.client_authentication import secret_comparison, throttle
from token_exchange.provider.client_authentication.credentials import Credentials, claimed, form_of, names_another
from token_exchange.sts.vocabulary import GRANT_TYPE
from token_exchange.tokens import lineage, local_values, status
from token_exchange.toolkit.compat import fingerprint_of, refresh_token_model, token_database

UNAVAILABLE: Final = {
    "error": "temporarily_unavailable",
    "error_description": "The access token cannot be checked at the moment.",
}

# mypy checks the mixin against the toolkit's validator; at runtime a site mixes it into its own.
if TYPE_CHECKING:
    from oauth2_provider.oauth2_validators import OAuth2Validator as _Validator
else:
    _Validator = object


class TokenExchangeValidatorMixin(_Validator):
    """Makes a validator refuse tokens of inactive users, clients, policies and targets, which the toolkit accepts."""

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Allow token exchange to every client: policies decide, not the client's `authorization_grant_type`."""
        if grant_type == GRANT_TYPE:
            return True
        return bool(super().validate_grant_type(client_id, grant_type, client, request, *args, **kwargs))

    def validate_bearer_token(self, token: str, scopes: Any, request: Any) -> bool:
        """Accept the tokens that the toolkit accepts, if their status is active under the current rules."""
        if not super().validate_bearer_token(token, scopes, request):
            return False
        try:
            request.access_token.exchange = status.of(request.access_token)
        except ConfigurationIsChanging:  # in a view of the toolkit the exception would be a status 500
            request.oauth2_error = dict(UNAVAILABLE)
            return False
        # The status may have removed scopes that current rules no longer allow, so they are compared again.
        if request.access_token.exchange.is_active and request.access_token.allow_scopes(scopes or []):
            request.scopes = list(request.access_token.scopes)
            return True
        request.oauth2_error = {"error": "invalid_token", "error_description": "The access token is invalid."}
        return False

    def validate_refresh_token(self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Accept the refresh tokens that the toolkit accepts, unless their user is inactive."""
        valid = super().validate_refresh_token(refresh_token, client, request, *args, **kwargs)
        return bool(valid and (request.user is None or request.user.is_active))

    def _save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> Any:
        """Save as the toolkit does. A refresh replaces the tokens, but does not revoke what was exchanged from them.

        The toolkit deletes the old access token, which would otherwise revoke its descendants; they follow the new one.
        """
        # A body parameter of this name becomes an attribute of the request as well; it is a text and not a row.
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
        """Authenticate as the toolkit does, for every grant and endpoint, and count the failures.

        Raise `TooManyFailures` for a failure over the limit. A right secret is accepted even if others have tried
        wrong ones. The application must have exactly the client id that was presented.
        """
        form = form_of(request)
        credentials = claimed(form, request.headers.get("Authorization", ""))
        if credentials is None:
            return bool(super().authenticate_client(request, *args, **kwargs))
        caller = throttle.caller_of(request.headers, credentials.client_id)
        with throttle.comparing_for(caller):
            found = super().authenticate_client(request, *args, **kwargs) and _is(request.client, credentials)
            if found and not names_another(form, credentials):
                return True
            if request.client is None:
                secret_comparison.hash_for_unknown_client(credentials.secret)
            request.client = None
            throttle.count_failure(caller)
        return False

    def _load_application(self, client_id: str, request: Any) -> Any:
        """Load the application as the toolkit does, but compare its id exactly: some databases ignore case."""
        application = super()._load_application(client_id, request)
        if application is None or application.client_id == client_id:
            return application
        request.client = None
        return None

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        """Compare as the toolkit does, but remember a right secret for a while: hashing it takes half a second."""
        return secret_comparison.matches(provided_secret, stored_secret, super()._check_secret)

    def revoke_token(self, token: str, token_type_hint: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """Revoke as the toolkit does; raise `TooManyFailures` if a client sends too many unknown tokens."""
        if not local_values.is_token(token or "", token_database()):
            throttle.count_unknown_token(request.client.client_id if request.client else "")
        super().revoke_token(token, token_type_hint, request, *args, **kwargs)


def _is(application: Any, credentials: Credentials) -> bool:
    return application is not None and credentials.are_of(application.client_id)


class TokenExchangeValidator(TokenExchangeValidatorMixin, OAuth2Validator):
    """Adds the mixin to the toolkit's validator, for the setting OAUTH2_VALIDATOR_CLASS."""
