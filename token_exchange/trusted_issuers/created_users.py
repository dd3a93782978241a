"""Create the user of an external subject at its first token, if the issuer's row says so."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from token_exchange.models import LinkedAccount
from token_exchange.models import TrustedIssuer as TrustedIssuerRow
from token_exchange.sts.conditions import claim_at
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.issuance import Overtaken
from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.parties import Account, Party, Subject
from token_exchange.sts.reasons import Reason
from token_exchange.sts.verification import VerifiedToken
from token_exchange.trusted_issuers.email_addresses import is_address_field, may_be_used
from token_exchange.trusted_issuers.subjects import external_subject


def announced(issuer: TrustedIssuer, using: str) -> Subject:
    """Return a subject without a user, with the group that its user will get, so that policies can be decided first."""
    row = TrustedIssuerRow.objects.using(using).only("new_user_group").get(pk=issuer.key)
    groups = frozenset({row.new_user_group_id} - {None})
    account = Account(key="", username="", is_active=True, is_privileged=False, groups=groups)
    return Subject(party=Party(None, "announced"), account=account, is_announced=True)


def create(token: VerifiedToken, using: str) -> Any:
    """Create a user with the row's attributes and group and without a password, and link the subject to it.

    Raise `InvalidRequest` if the claims make no valid user, and `Overtaken` if another request has linked the subject
    since it was looked up: the policies must then be decided again for the user that it is linked to.
    """
    issuer = cast("TrustedIssuer", token.issuer)
    subject = external_subject(token, issuer)
    row = TrustedIssuerRow.objects.using(using).select_related("new_user_group").get(pk=issuer.key)
    with transaction.atomic(using=using):
        user = _create(_attributes(token, row), using)
        if row.new_user_group is not None:
            user.groups.add(row.new_user_group)
        _link(row, subject, user, using)
    return user


def _attributes(token: VerifiedToken, row: TrustedIssuerRow) -> dict[str, str]:
    user_model: Any = get_user_model()
    attributes = {
        name: value
        for name, claim in row.new_user_attributes.items()
        if isinstance(value := claim_at(token.claims, claim), str) and may_be_used(token.claims, claim, name)
    }
    if user_model.USERNAME_FIELD not in attributes:
        if is_address_field(user_model.USERNAME_FIELD):
            raise InvalidRequest(Reason.ADDRESS_NOT_VERIFIED, "subject_token")
        attributes[user_model.USERNAME_FIELD] = f"outside-{uuid4().hex[:16]}"
    return attributes


def _create(attributes: dict[str, str], using: str) -> Any:
    user = get_user_model()(**attributes)
    user.set_unusable_password()
    try:
        user.full_clean(exclude=["password"])
        with transaction.atomic(using=using):
            user.save(using=using, force_insert=True)
    except (IntegrityError, ValidationError) as error:  # the name is taken or not valid
        raise InvalidRequest(Reason.SUBJECT_AMBIGUOUS, "subject_token") from error
    return user


def _link(row: TrustedIssuerRow, subject: str, user: Any, using: str) -> None:
    try:
        with transaction.atomic(using=using):
            LinkedAccount.objects.using(using).create(trusted_issuer=row, subject=subject, user=user)
    except IntegrityError as error:
        raise Overtaken from error
