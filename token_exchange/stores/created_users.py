"""Users created on first sight of an outside subject, where an issuer's row says so."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from token_exchange.models import LinkedAccount
from token_exchange.models import TrustedIssuer as TrustedIssuerRow
from token_exchange.stores.outside_subjects import outside_subject
from token_exchange.sts.conditions import claim_at
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.parties import Account, Party, Subject
from token_exchange.sts.reasons import Reason
from token_exchange.sts.verification import VerifiedToken


def announced(trust: TrustedIssuer, using: str) -> Subject:
    """Return the subject that a first sight will become, with the group it will have, for rules to look at."""
    row = TrustedIssuerRow.objects.using(using).only("created_group").get(pk=trust.key)
    groups = frozenset({row.created_group_id} - {None})
    account = Account(key="", username="", is_active=True, is_privileged=False, groups=groups)
    return Subject(party=Party(None, "announced"), account=account, is_announced=True)


def create(token: VerifiedToken, using: str) -> Any:
    """Create and link a user without a usable password, with the row's attributes and group; never staff.

    Two first sights at once make one user: the second finds the first one's link. Raise `InvalidRequest` if
    the claims make no valid user.
    """
    trust = cast("TrustedIssuer", token.trust)
    subject = outside_subject(token, trust)
    row = TrustedIssuerRow.objects.using(using).select_related("created_group").get(pk=trust.key)
    try:
        with transaction.atomic(using=using):
            return _create(token, row, subject, using)
    except IntegrityError:
        linked = LinkedAccount.objects.using(using).filter(trusted_issuer=row, subject=subject).first()
        if linked is None:  # it was not the link but a name that is taken
            raise InvalidRequest(Reason.SUBJECT_AMBIGUOUS, "subject_token") from None
        return linked.user
    except ValidationError as error:
        raise InvalidRequest(Reason.SUBJECT_AMBIGUOUS, "subject_token") from error


def _create(token: VerifiedToken, row: TrustedIssuerRow, subject: str, using: str) -> Any:
    user_model: Any = get_user_model()
    values = {name: claim_at(token.claims, claim) for name, claim in row.created_attributes.items()}
    attributes = {name: value for name, value in values.items() if isinstance(value, str)}
    attributes.setdefault(user_model.USERNAME_FIELD, f"outside-{uuid4().hex[:16]}")
    user = user_model(**attributes)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save(using=using, force_insert=True)
    if row.created_group is not None:
        user.groups.add(row.created_group)
    LinkedAccount.objects.using(using).create(trusted_issuer=row, subject=subject, user=user)
    return user
