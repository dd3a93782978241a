"""What only a superuser may let a policy do."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext

from token_exchange.review.draft import Draft, Objection, Rule

INTROSPECTION: Final = "introspection"


def covers_privileged(draft: Draft) -> Objection | None:
    """Whoever can write this can borrow an administrator's rights (O04)."""
    if draft.permits and draft.privileged_subjects:
        return Objection(
            "privileged_subjects",
            gettext("Only a superuser may save a policy that covers staff and superusers."),
        )
    return None


def grants_introspection(draft: Draft) -> Objection | None:
    """A token with this scope lets its bearer look into other tokens."""
    if draft.permits and INTROSPECTION in draft.scopes:
        return Objection("scopes", gettext("Only a superuser may save a policy that grants the scope “introspection”."))
    return None


RESERVED: Final[tuple[Rule, ...]] = (covers_privileged, grants_introspection)


def rules_for(user: Any) -> tuple[Rule, ...]:
    """Return the rules that bind this user; nobody known is bound by all of them."""
    return () if getattr(user, "is_superuser", False) else RESERVED
