"""What a user may do in this site, for comparing two of them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model

from token_exchange.sts.parties import Rights


def rights_of(user: Any) -> Rights:
    """Return the rights as Django's authentication backends see them now."""
    groups = user.groups.values_list("pk", flat=True) if hasattr(user, "groups") else ()
    return Rights(
        is_superuser=bool(getattr(user, "is_superuser", False)),
        is_staff=bool(getattr(user, "is_staff", False)),
        permissions=frozenset(user.get_all_permissions()),
        groups=frozenset(groups),
    )


def rights_when_active(user: Any) -> Rights:
    """Return the rights that a user has or will have: those of an inactive one sleep until it is active again."""
    fresh = user_with(str(user.pk), user._state.db)
    fresh.is_active = True
    return rights_of(fresh)


def user_with(key: str, using: str) -> Any:
    """Return a fresh user, whose rights nobody has cached."""
    return get_user_model()._default_manager.using(using).get(pk=key)
