"""Read what a user may do on this site, so that the rights of two users can be compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.contrib.auth import get_backends, get_user_model
from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.contrib.auth.models import Permission, PermissionsMixin
from django.db.models import F

from token_exchange.sts.parties import Rights

_METHODS = ("get_all_permissions", "get_user_permissions", "get_group_permissions", "_get_permissions")


def rights_of(user: Any) -> Rights:
    """Return the current rights of a user, as Django's authentication backends grant them."""
    groups = user.groups.values_list("pk", flat=True) if hasattr(user, "groups") else ()
    return _rights(user, user.get_all_permissions(), groups)


def rights_by_user(users: Sequence[Any], using: str) -> dict[Any, Rights]:
    """Return the rights of several users by primary key, in two statements.

    If a backend of the site grants permissions of its own, `rights_of` is called for each user instead. The instances
    must be fresh, because Django caches permissions on them.
    """
    if not all(map(_is_stock, get_backends())) or not issubclass(get_user_model(), PermissionsMixin):
        return {user.pk: rights_of(user) for user in users}
    # A superuser has every permission, so that single permissions need not be read.
    listed = [user.pk for user in users if not user.is_superuser]
    groups = _grouped(get_user_model().groups.through._default_manager.using(using), [user.pk for user in users])
    permissions = _permissions(listed, using)
    return {user.pk: _rights(user, permissions[user.pk], groups[user.pk]) for user in users}


def rights_when_active(user: Any) -> Rights:
    """Return the rights that a user has when active: an inactive user has none now, but can be activated again."""
    fresh = fresh_user(str(user.pk), user._state.db)
    fresh.is_active = True
    return rights_of(fresh)


def fresh_user(key: str, using: str) -> Any:
    """Return a new instance of the user with this key, on which Django has cached no permissions."""
    return get_user_model()._default_manager.using(using).get(pk=key)


def _rights(user: Any, permissions: Iterable[str], groups: Iterable[int]) -> Rights:
    return Rights(
        is_superuser=bool(getattr(user, "is_superuser", False)),
        is_staff=bool(getattr(user, "is_staff", False)),
        permissions=frozenset(permissions),
        groups=frozenset(groups),
    )


def _is_stock(backend: Any) -> bool:
    """Return True if the backend grants only permissions that Django's own tables hold."""
    return all(
        getattr(type(backend), name, None) in (None, getattr(ModelBackend, name), getattr(BaseBackend, name, None))
        for name in _METHODS
    )


def _grouped(links: Any, keys: list[Any]) -> dict[Any, list[int]]:
    field = cast("Any", get_user_model()._meta.get_field("groups")).m2m_field_name()
    found: dict[Any, list[int]] = defaultdict(list)
    for user, group in links.filter(**{f"{field}__in": keys}).values_list(f"{field}_id", "group_id") if keys else ():
        found[user].append(group)
    return found


def _permissions(keys: list[Any], using: str) -> dict[Any, set[str]]:
    """Return the permissions of active users by key, each as `app_label.codename`."""
    found: dict[Any, set[str]] = defaultdict(set)
    rows = Permission.objects.using(using).order_by()
    relations = (cast("Any", get_user_model()._meta.get_field(name)) for name in ("user_permissions", "groups"))
    of_users, of_groups = (relation.related_query_name() for relation in relations)
    columns = ("content_type__app_label", "codename")
    granted = (
        rows.filter(**{f"{of_users}__in": keys}).annotate(owner=F(f"{of_users}__pk")).values_list("owner", *columns)
    )
    shared = (
        rows.filter(**{f"group__{of_groups}__in": keys})
        .annotate(owner=F(f"group__{of_groups}__pk"))
        .values_list("owner", *columns)
    )
    for owner, app_label, codename in granted.union(shared) if keys else ():
        found[owner].add(f"{app_label}.{codename}")
    return found
