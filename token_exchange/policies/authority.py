"""What a user may not write, because it would give away more than the user has.

Forms, actions, deletions and every other way of writing a row ask these two functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.utils.translation import gettext

from token_exchange.models import ExchangePolicy, ImpersonationPermission, LinkedAccount, Target, TrustedIssuer
from token_exchange.models.validation import FieldError
from token_exchange.people.reserved import reserved_among, reserved_permissions, reserved_policies
from token_exchange.people.rights import rights_of, rights_when_active
from token_exchange.sts.parties import Rights
from token_exchange.sts.policy import Effect
from token_exchange.toolkit.compat import application_model, token_database

Lists = Mapping[str, Sequence[Any]]
"""Related rows by the name of the field."""

# Names and notes decide nothing.
_WITHOUT_EFFECT: Final = frozenset({"name", "description", "position", "updated", "named_kinds"})
_OF_A_TARGET: Final = ("resources", "scopes", "owner_id", "max_lifetime", "enabled")


def errors_in_saving(row: Any, user: Any, lists: Lists | None = None) -> list[FieldError]:
    """Return why this user may not save this row, with these related rows in place of the stored ones."""
    if getattr(user, "is_superuser", False):
        return []
    rule = next((rule for model, rule in _rules() if isinstance(row, model)), None)
    return list(rule(row, user, lists or {})) if rule else []


def errors_in_removing(row: Any, user: Any) -> list[FieldError]:
    """Return why this user may not delete or disable this row: a denial limits others, a link is one's account."""
    if getattr(user, "is_superuser", False):
        return []
    if isinstance(row, LinkedAccount):
        return list(_of_link(row, user, {}))
    if isinstance(row, ExchangePolicy | ImpersonationPermission):
        stored = _stored(row)
        return [] if stored is None else list(_weakening(stored))
    return []


def may_change_users(user: Any) -> bool:
    """True if this user may change users, which linking an account to one amounts to."""
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
        if row.privileged_subjects:  # its writer could borrow an administrator's rights
            yield FieldError(
                "privileged_subjects",
                gettext("Only a superuser may save a policy that covers staff and superusers."),
            )
        yield from _granting(row.scopes)
    yield from _changed_denial(row, lists)


def _of_permission(row: Any, user: Any, lists: Lists) -> Iterator[FieldError]:
    if row.effect != Effect.DENY:
        if row.privileged_subjects:  # its writer could become an administrator
            yield FieldError(
                "privileged_subjects",
                gettext("Only a superuser may save a permission that reaches staff and superusers."),
            )
        yield from _granting(row.scopes)
        yield from _reaching(row, user, lists)
    yield from _changed_denial(row, lists)


def _reaching(row: Any, user: Any, lists: Lists) -> Iterator[FieldError]:
    own = _rights(user)
    people, groups = (_related(row, lists, name) for name in ("subject_users", "subject_groups"))
    beyond = [str(person) for person in people if not _allows(own, rights_when_active(person))]
    beyond += [str(group) for group in groups if not _allows(own, _handed_out(group))]
    if beyond:
        message = gettext("They have rights that you lack: %s") % ", ".join(sorted(beyond))
        yield FieldError("subject_groups" if not people else "subject_users", message)


def _of_issuer(row: Any, user: Any, lists: Lists) -> Iterator[FieldError]:
    if row.privileged_subjects:  # whoever holds its keys speaks for administrators
        yield FieldError("privileged_subjects", gettext("Only a superuser may save an issuer that speaks for staff."))
    yield from _granting(_mapped(row.scope_mapping), "scope_mapping")
    group = row.new_user_group
    if group is not None:
        own = _rights(user)
        belongs = group.pk in own.groups or may_change_users(user)
        if not belongs or not _allows(own, _handed_out(group)):
            yield FieldError("new_user_group", gettext("This group has rights that you lack, or may not hand out."))


def _of_link(row: Any, user: Any, lists: Lists) -> Iterator[FieldError]:
    if not may_change_users(user):
        yield FieldError("user", gettext("To link an account takes the right to change users as well."))
        return
    stored, own = _stored(row), _rights(user)
    keys = {link.user_id for link in (row, stored) if link is not None and link.user_id is not None}
    # A link that is moved or taken away is also somebody's way in.
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
        message = gettext("Only a superuser may change this: “%s” leads here, which only a superuser may save.")
        yield FieldError(changed[0].removesuffix("_id"), message % leading[0].name)


def _of_client(row: Any, user: Any, lists: Lists) -> Iterator[FieldError]:
    # Who changes a client's secret holds what the client may do.
    using = _database(row)
    if row.pk and (reserved_policies(using, client=row.pk) or reserved_permissions(using, clients=row.pk)):
        yield FieldError("", gettext("Only a superuser may change a client whose rules only a superuser may save."))


def _granting(scopes: Any, field: str = "scopes") -> Iterator[FieldError]:
    if reserved := reserved_among(scopes if isinstance(scopes, list) else ()):
        message = gettext("Only a superuser may give these scopes: %s") % ", ".join(f"“{scope}”" for scope in reserved)
        yield FieldError(field, message)


def _changed_denial(row: Any, lists: Lists) -> Iterator[FieldError]:
    stored = _stored(row)
    if stored is not None and _differs(row, stored, lists):
        yield from _weakening(stored)


def _weakening(stored: Any) -> Iterator[FieldError]:
    """A denial that limits a reserved rule is part of what its superuser meant."""
    if stored.effect != Effect.DENY or not stored.enabled or getattr(stored, "report_only", False):
        return
    using = _database(stored)
    if isinstance(stored, ImpersonationPermission):
        limited = reserved_permissions(using)
    else:
        client = {} if stored.client_id is None else {"client": stored.client_id}
        limited = reserved_policies(using, **client)
    if limited:
        message = gettext("Only a superuser may weaken this denial: it limits “%s”, which only a superuser may save.")
        yield FieldError("", message % limited[0].name)


def _differs(row: Any, stored: Any, lists: Lists) -> bool:
    fields = [field.attname for field in row._meta.concrete_fields if field.name not in _WITHOUT_EFFECT]
    if any(getattr(row, name) != getattr(stored, name) for name in fields):
        return True
    return any({one.pk for one in related} != _keys(stored, name) for name, related in lists.items())


def _keys(stored: Any, name: str) -> set[Any]:
    return set(getattr(stored, name).values_list("pk", flat=True))


def _related(row: Any, lists: Lists, name: str) -> Sequence[Any]:
    if name in lists:
        return lists[name]
    return list(getattr(row, name).all()) if row.pk else ()


def _stored(row: Any) -> Any:
    return type(row)._base_manager.using(_database(row)).filter(pk=row.pk).first() if row.pk else None


def _database(row: Any) -> str:
    return row._state.db or token_database()


def _people(row: Any, keys: set[Any]) -> list[Any]:
    return list(get_user_model()._default_manager.using(_database(row)).filter(pk__in=keys))


def _rights(user: Any) -> Rights:
    return Rights() if user is None else rights_of(user)


def _allows(own: Rights, others: Rights) -> bool:
    """True if the others' rights are no more than one's own, whatever groups they are in."""
    return own.cover(others, accepted=others.groups)


def _handed_out(group: Any) -> Rights:
    pairs = group.permissions.values_list("content_type__app_label", "codename")
    return Rights(permissions=frozenset(f"{label}.{codename}" for label, codename in pairs))


def _mapped(scopes: Any) -> list[Any]:
    listed = scopes.values() if isinstance(scopes, dict) else ()
    return [scope for own in listed if isinstance(own, list) for scope in own]
