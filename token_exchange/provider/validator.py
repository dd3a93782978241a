"""The toolkit's validator, looking at status on every use and letting families live and die together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from oauth2_provider.oauth2_validators import OAuth2Validator

from token_exchange.provider.compat import refresh_token_model, token_database
from token_exchange.provider.secrets import verified_secrets
from token_exchange.stores import lineage, standing
from token_exchange.stores.configuration import ConfigurationIsChanging
from token_exchange.stores.opening import fingerprint_of
from token_exchange.sts.vocabulary import GRANT_TYPE

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
            request.access_token.exchange = standing.of(request.access_token)
        except ConfigurationIsChanging:  # in a view of the toolkit it would be a failure of the server
            request.oauth2_error = dict(UNAVAILABLE)
            return False
        # Today's rules may have taken a scope away since the toolkit looked.
        if request.access_token.exchange.is_standing and request.access_token.allow_scopes(scopes or []):
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
        with lineage.quietly():
            saved = super()._save_bearer_token(token, request, *args, **kwargs)
        after = fingerprint_of(token["access_token"]), fingerprint_of(token["refresh_token"])
        for old, new in zip(before, after, strict=True):
            lineage.follow_refresh(old, new, token_database())
        return saved

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        """Compare as the toolkit does, which takes half a second where the secret is hashed, once in a while."""
        if verified_secrets.knows(provided_secret, stored_secret):
            return True
        matches = bool(super()._check_secret(provided_secret, stored_secret))
        if matches:
            verified_secrets.remember(provided_secret, stored_secret)
        return matches


class TokenExchangeValidator(TokenExchangeValidatorMixin, OAuth2Validator):
    """For OAUTH2_VALIDATOR_CLASS."""
