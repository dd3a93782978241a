"""Refuse to let a user write a row that would grant more rights than the user has.

Forms, admin actions and deletions all call `errors_in_saving` or `errors_in_removing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.utils.translation import gettext

from token_exchange.models import ExchangePolicy, ImpersonationPermission, LinkedAccount, Target, TrustedIssuer
from token_exchange.models.validation import FieldError, Lists, stored_list
from token_exchange.people.reserved import reserved_among, reserved_permissions, reserved_policies
from token_exchange.people.rights import rights_of, rights_when_active
from token_exchange.sts.parties import Rights
from token_exchange.sts.policy import Effect
from token_exchange.toolkit.compat import application_model, token_database

# Fields that no decision depends on.
_WITHOUT_EFFECT: Final = frozenset({"name", "description", "position", "updated", "named_kinds"})
_OF_A_TARGET: Final = ("resources", "scopes", "owner_id", "max_lifetime", "enabled")


def errors_in_saving(row: Any, user: Any, lists: Lists | None = None) -> list[FieldError]:
    """Return why this user may not save this row; `lists` are related rows that replace the stored ones."""
    if getattr(user, "is_superuser", False):
        return []
    rule = next((rule for model, rule in _rules() if isinstance(row, model)), None)
    return list(rule(row, user, lists or {})) if rule else []


def errors_in_removing(row: Any, user: Any) -> list[FieldError]:
    """Return why this user may not delete or disable this row: a denial limits other rules, a link is an account."""
    if getattr(user, "is_superuser", False):
        return []
    if isinstance(row, LinkedAccount):
        return list(_of_link(row, user, {}))
    if isinstance(row, ExchangePolicy | ImpersonationPermission):
        stored = _stored(row)
        return [] if stored is None else list(_weakening(stored))
    return []


def may_change_users(user: Any) -> bool:
    """Return True if this user may change users: linking an external account gives access to the user's account."""
    meta = get_user_model()._meta
    return user is not None and bool(user.has_perm(f"{meta.app_label}.change_{meta.model_name}"))


Rule = Callable[[Any, Any, Lists], Iterator[FieldError]]


def _rules() -> tuple[tuple[Any, Rule], ...]:
    return (
        (ExchangePolicy, _of_policy),
        (ImpersonationPermission, _of_permission),
        (TrustedIssuer, _of_issuer),
        (LinkedAccount, _of_link),
        (Target, _of_target),
        (application_model(), _of_client),
    )


def _of_policy(row: Any, user: Any, lists: Lists) -> Iterator[FieldError]:
    if row.effect != Effect.DENY:
        if row.privileged_subjects:  # the user who saves it could use an administrator's token
            yield FieldError(
                "privileged_subjects",
                gettext("Only a superuser may save a policy that covers staff and superusers."),
            )
        yield from _granting(row.scopes)
    yield from _changed_denial(row, lists)


def _of_permission(row: Any, user: Any, lists: Lists) -> Iterator[FieldError]:
    if row.effect != Effect.DENY:
        if row.privileged_subjects:  # the user who saves it could act as an administrator
            yield FieldError(
                "privileged_subjects",
                gettext("Only a superuser may save a permission that covers staff and superusers."),
            )
        yield from _granting(row.scopes)
        yield from _reaching(row, user, lists)
    yield from _changed_denial(row, lists)


def _reaching(row: Any, user: Any, lists: Lists) -> Iterator[FieldError]:
    own = _rights(user)
    people, groups = (
        lists[name] if name in lists else stored_list(row, name) for name in ("subject_users", "subject_groups")
    )
    beyond = [str(person) for person in people if not _allows(own, rights_when_active(person))]
    beyond += [str(group) for group in groups if not _allows(own, _handed_out(group))]
    if beyond:
        message = gettext("These have rights that you lack: %s") % ", ".join(sorted(beyond))
        yield FieldError("subject_groups" if not people else "subject_users", message)


def _of_issuer(row: Any, user: Any, lists: Lists) -> Iterator[FieldError]:
    if row.privileged_subjects:  # the holder of its keys can sign tokens of administrators
        yield FieldError(
            "privileged_subjects", gettext("Only a superuser may save an issuer that covers staff and superusers.")
        )
    yield from _granting(_mapped(row.scope_mapping), "scope_mapping")
    group = row.new_user_group
    if group is not None:
        own = _rights(user)
        belongs = group.pk in own.groups or may_change_users(user)
        if not belongs or not _allows(own, _handed_out(group)):
            yield FieldError(
                "new_user_group", gettext("This group has rights that you lack, or that you may not grant.")
            )


def _of_link(row: Any, user: Any, lists: Lists) -> Iterator[FieldError]:
    if not may_change_users(user):
        yield FieldError("user", gettext("You need the permission to change users to link an account."))
        return
    stored, own = _stored(row), _rights(user)
    keys = {link.user_id for link in (row, stored) if link is not None and link.user_id is not None}
    # The user of the stored link counts too: changing the link takes an account away from that user.
    if any(not own.cover(rights_when_active(one), accepted=frozenset()) for one in _people(row, keys)):
        yield FieldError("user", gettext("This user has rights or groups that you lack."))


def _of_target(row: Any, user: Any, lists: Lists) -> Iterator[FieldError]:
    yield from _granting(row.scopes)
    stored = _stored(row)
    changed = [name for name in _OF_A_TARGET if stored is not None and getattr(row, name) != getattr(stored, name)]
    if not changed or (changed == ["enabled"] and not row.enabled):
        return
    using = _database(row)
    leading = [*reserved_policies(using, targets=row.pk), *reserved_permissions(using, targets=row.pk)]
    if leading:
        message = gettext(
            "Only a superuser may change this, because only a superuser may save “%s”, which names this target."
        )
        yield FieldError(changed[0].removesuffix("_id"), message % leading[0].name)


def _of_client(row: Any, user: Any, lists: Lists) -> Iterator[FieldError]:
    # A user who changes the secret of a client can do what the client may do.
    using = _database(row)
    if row.pk and (reserved_policies(using, client=row.pk) or reserved_permissions(using, clients=row.pk)):
        yield FieldError(
            "", gettext("Only a superuser may change this client, because only a superuser may save its rules.")
        )


def _granting(scopes: Any, field: str = "scopes") -> Iterator[FieldError]:
    if reserved := reserved_among(scopes if isinstance(scopes, list) else ()):
        message = gettext("Only a superuser may grant these scopes: %s") % ", ".join(f"“{scope}”" for scope in reserved)
        yield FieldError(field, message)


def _changed_denial(row: Any, lists: Lists) -> Iterator[FieldError]:
    stored = _stored(row)
    if stored is not None and _differs(row, stored, lists):
        yield from _weakening(stored)


def _weakening(stored: Any) -> Iterator[FieldError]:
    """Refuse to weaken a denial that limits a rule that only a superuser may save."""
    if stored.effect != Effect.DENY or not stored.enabled or getattr(stored, "report_only", False):
        return
    using = _database(stored)
    if isinstance(stored, ImpersonationPermission):
        limited = reserved_permissions(using)
    else:
        client = {} if stored.client_id is None else {"client": stored.client_id}
        limited = reserved_policies(using, **client)
    if limited:
        message = gettext(
            "Only a superuser may weaken this denial, because it limits “%s”, which only a superuser may save."
        )
        yield FieldError("", message % limited[0].name)


def _differs(row: Any, stored: Any, lists: Lists) -> bool:
    fields = [field.attname for field in row._meta.concrete_fields if field.name not in _WITHOUT_EFFECT]
    if any(getattr(row, name) != getattr(stored, name) for name in fields):
        return True
    return any({one.pk for one in related} != _keys(stored, name) for name, related in lists.items())


def _keys(stored: Any, name: str) -> set[Any]:
    return set(getattr(stored, name).values_list("pk", flat=True))


def _stored(row: Any) -> Any:
    return type(row)._base_manager.using(_database(row)).filter(pk=row.pk).first() if row.pk else None


def _database(row: Any) -> str:
    return row._state.db or token_database()


def _people(row: Any, keys: set[Any]) -> list[Any]:
    return list(get_user_model()._default_manager.using(_database(row)).filter(pk__in=keys))


def _rights(user: Any) -> Rights:
    return Rights() if user is None else rights_of(user)


def _allows(own: Rights, others: Rights) -> bool:
    """Return True if the other rights are included in the user's own; groups are not compared."""
    return own.cover(others, accepted=others.groups)


def _handed_out(group: Any) -> Rights:
    pairs = group.permissions.values_list("content_type__app_label", "codename")
    return Rights(permissions=frozenset(f"{label}.{codename}" for label, codename in pairs))


def _mapped(scopes: Any) -> list[Any]:
    listed = scopes.values() if isinstance(scopes, dict) else ()
    return [scope for own in listed if isinstance(own, list) for scope in own]
