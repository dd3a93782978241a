"""What is allowed, and worth a warning to the user who saves it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext

from token_exchange.models.policy_draft import Draft
from token_exchange.sts.policy import SubjectKind, Way


def cautions(draft: Draft) -> Iterator[str]:
    """Yield the warnings that a saved policy deserves."""
    if draft.permits and Way.WITHOUT_ACTOR in draft.ways:
        yield gettext("Impersonation: the tokens issued under this policy show no trace of who acts.")
    if draft.permits and draft.privileged_subjects:
        yield gettext("This policy covers staff and superusers: their tokens are worth more from now on.")
    if draft.permits and draft.targets and not any(target.enabled for target in draft.targets):
        yield gettext("All targets of this policy are disabled: it permits nothing until one is enabled.")
    if draft.permits and not draft.scopes:
        yield gettext("This policy grants no scope: its tokens prove who somebody is, and open nothing.")
    if draft.ends is not None and draft.ends <= timezone.now():
        yield gettext("This policy has ended already.")
    yield from _never_permits(draft)
    if _denies_everything(draft):
        yield gettext("This policy names no client, actor, target or scope: it denies every exchange of its subjects.")


def _never_permits(draft: Draft) -> Iterator[str]:
    """Yield what keeps a permit from ever permitting anything, although each of its fields is sound."""
    if not draft.permits:
        return
    issuers = [issuer for issuer in draft.trusted_issuers if issuer.enabled]
    if draft.trusted_issuers and not draft.takes_local_tokens and not issuers:
        yield gettext("All trusted issuers of this policy are disabled: it permits nothing until one is enabled.")
    if draft.client is not None and not draft.client.is_usable(None):
        yield gettext("The client of this policy may not be used: it permits nothing.")
    by_name = draft.subject_kind == SubjectKind.LISTED_USERS and not draft.subject_groups
    if by_name and not any(user.is_active for user in draft.subject_users):
        yield gettext("All users of this policy are inactive: it permits nothing until one is active.")


def _denies_everything(draft: Draft) -> bool:
    states = draft.client or draft.names_actors or draft.targets or draft.scopes
    return not draft.permits and draft.enabled and not draft.report_only and not states
