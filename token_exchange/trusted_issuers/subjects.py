"""Find the user of this site for an external subject; refuse a subject that matches several users."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.module_loading import import_string

from token_exchange.conf import token_exchange_settings
from token_exchange.models import LinkedAccount
from token_exchange.people import lookup
from token_exchange.sts.conditions import claim_at, verified_address_at
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.issuers import SubjectMapping, TrustedIssuer
from token_exchange.sts.reasons import Reason
from token_exchange.sts.verification import VerifiedToken
from token_exchange.trusted_issuers import social_accounts
from token_exchange.trusted_issuers.email_addresses import may_be_used


def user_of(token: VerifiedToken, issuer: TrustedIssuer, using: str) -> Any | None:
    """Return the user of the subject, None if there is none yet and the issuer's row says that it is created.

    Raise `InvalidRequest` if no user or several users match.
    """
    user = _MAPPINGS[issuer.subject_mapping](token, issuer, using)
    if user is None and issuer.subject_mapping is not SubjectMapping.CREATE:
        raise InvalidRequest(Reason.SUBJECT_UNKNOWN, "subject_token")
    return user


def external_subject(token: VerifiedToken, issuer: TrustedIssuer) -> str:
    """Return the value of the row's subject claim; raise `InvalidRequest` if it is missing or not a text."""
    return _text(token, issuer.subject_claim)


def _linked(token: VerifiedToken, issuer: TrustedIssuer, using: str) -> Any | None:
    subject = external_subject(token, issuer)
    accounts = LinkedAccount.objects.using(using).select_related("user")
    account = lookup.exact(accounts.filter(trusted_issuer_id=issuer.key), subject=subject)
    return account.user if account is not None else social_accounts.user_of(issuer.social_provider, subject, using)


def _by_username(token: VerifiedToken, issuer: TrustedIssuer, using: str) -> Any | None:
    if not issuer.accepts_mutable_claims:  # the next owner of a released username would get the account
        return None
    # RFC 7662 §2.2 names the claim `username`, OpenID Connect Core §5.1 `preferred_username`.
    claim = issuer.mapping_claim or ("username" if issuer.uses_introspection else "preferred_username")
    field = get_user_model().USERNAME_FIELD
    if not may_be_used(token.claims, claim, field):
        raise InvalidRequest(Reason.ADDRESS_NOT_VERIFIED, "subject_token")
    return _only(field, _text(token, claim), using)


def _by_verified_email(token: VerifiedToken, issuer: TrustedIssuer, using: str) -> Any | None:
    # An attacker can enter an unverified address at the issuer, to get the account of its owner here (nOAuth).
    claim = issuer.mapping_claim or "email"
    if verified_address_at(token.claims, claim) is None:
        raise InvalidRequest(Reason.ADDRESS_NOT_VERIFIED, "subject_token")
    user_model: Any = get_user_model()
    return _only(user_model.get_email_field_name(), _text(token, claim), using)


def _only(field: str, value: str, using: str) -> Any | None:
    found = get_user_model()._default_manager.using(using).filter(**{field: value})[:3]
    exact = lookup.exact_among(found, **{field: value})
    if len(exact) > 1 or len(found) > len(exact):
        raise InvalidRequest(Reason.SUBJECT_AMBIGUOUS, "subject_token")
    return exact[0] if exact else None


def _by_hook(token: VerifiedToken, issuer: TrustedIssuer, using: str) -> Any | None:
    """Return the user that the site's function returns, None for any other value; an exception refuses the token."""
    path = token_exchange_settings.subject_mapping
    if not path:
        return None
    hook: Callable[[str, Mapping[str, object]], object] = import_string(path)
    try:
        user = hook(issuer.issuer, token.claims)
    except Exception as error:
        raise InvalidRequest(Reason.SUBJECT_UNKNOWN, "subject_token") from error
    return user if isinstance(user, get_user_model()) and user.pk is not None else None


def _text(token: VerifiedToken, claim: str) -> str:
    value = claim_at(token.claims, claim)
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > 255:
        raise InvalidRequest(Reason.SUBJECT_UNKNOWN, "subject_token")
    return value


_MAPPINGS: dict[SubjectMapping, Callable[[VerifiedToken, TrustedIssuer, str], Any | None]] = {
    SubjectMapping.LINKED_ACCOUNT: _linked,
    SubjectMapping.USERNAME: _by_username,
    SubjectMapping.VERIFIED_EMAIL: _by_verified_email,
    SubjectMapping.CREATE: _linked,
    SubjectMapping.HOOK: _by_hook,
}
