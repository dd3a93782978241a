"""Add the user name to the ID tokens of the external site."""

from __future__ import annotations

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator


class ClaimsValidator(OAuth2Validator):  # type: ignore[misc]  # the toolkit is untyped
    """A validator that adds the user name as `preferred_username`."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, str]:
        """Return further claims (OpenID Connect Core §5.1)."""
        return {"preferred_username": request.user.get_username()}
