"""Write an impersonation permission as one sentence."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from token_exchange.configuration.reading import UNREADABLE
from token_exchange.models import ImpersonationPermission
from token_exchange.models.validation import list_names
from token_exchange.sts.permission import ActAsMethod
from token_exchange.sts.policy import Effect
from token_exchange.wording.rich_text import Name, Phrase, as_text, listed, names, phrase

_METHODS = {
    ActAsMethod.TICKET.value: _("with a ticket"),
    ActAsMethod.ACTOR_TOKEN.value: _("with an actor token"),
}


def with_named_rows(permissions: QuerySet[Any]) -> QuerySet[Any]:
    """Return the permissions with all rows that their sentences name, in a fixed number of queries."""
    return permissions.prefetch_related(*list_names(ImpersonationPermission))


def sentence(permission: ImpersonationPermission) -> str:
    """Return the permission as plain text."""
    return as_text(phrase_of(permission))


def phrase_of(permission: ImpersonationPermission) -> Phrase:
    """Return the permission as words and names, or a fixed text if it has values that this version does not know."""
    try:
        return _phrase_of(permission)
    except UNREADABLE:
        return (gettext("This rule has values that this version does not know. It permits nothing."),)


def _phrase_of(permission: ImpersonationPermission) -> Phrase:
    pieces = _permitted(permission) if permission.effect == Effect.PERMIT else _denied(permission)
    first, *rest = (piece for piece in pieces if piece)
    # A name at the beginning keeps its spelling; another word gets a capital letter.
    return (first if isinstance(first, Name) else first[:1].upper() + first[1:], *rest)


def _permitted(row: ImpersonationPermission) -> Phrase:
    return (
        *phrase(
            gettext(
                "%(actors)s may act as %(subjects)s %(methods)s, through %(clients)s, for %(targets)s with %(scopes)s"
            ),
            actors=_actors(row) or (gettext("no user or client"),),
            subjects=_subjects(row) or (gettext("no user"),),
            methods=_methods(row) or (gettext("by no method"),),
            clients=_clients(row) or (gettext("no client"),),
            targets=_targets(row) or (gettext("no target"),),
            scopes=_scopes(row) or (gettext("no scope"),),
        ),
        *(piece for condition in _conditions(row) for piece in (", ", condition)),
        ".",
    )


def _denied(row: ImpersonationPermission) -> Phrase:
    actors, subjects = _actors(row), _subjects(row) or (gettext("any user"),)
    parts = [
        phrase(gettext("%(actors)s must not act as %(subjects)s"), actors=actors, subjects=subjects)
        if actors
        else phrase(gettext("no user or client may act as %(subjects)s"), subjects=subjects),
        _methods(row),
        phrase(gettext("through %(clients)s"), clients=_clients(row)) if _clients(row) else (),
        phrase(gettext("for %(targets)s"), targets=_targets(row)) if _targets(row) else (),
        phrase(gettext("with %(scopes)s"), scopes=_scopes(row)) if _scopes(row) else (),
    ]
    stated = [part for part in parts if part]
    return (*(piece for index, part in enumerate(stated) for piece in ((" ", *part) if index else part)), ".")


def _conditions(row: ImpersonationPermission) -> list[str]:
    stated = (
        (row.privileged_subjects, gettext("including staff and superusers")),
        (row.reason_required, gettext("with a reason")),
        (row.reference_required, gettext("with a reference")),
        (row.approval_required, gettext("after approval by a second person")),
        (not row.notifies_subject, gettext("without notifying the user")),
    )
    return [words for holds, words in stated if holds]


def _actors(row: ImpersonationPermission) -> Phrase:
    clients = [phrase(gettext("client %(client)s"), client=Name(client)) for client in row.actor_clients.all()]
    return _listed([*_people(row.actor_users, row.actor_groups), *clients])


def _subjects(row: ImpersonationPermission) -> Phrase:
    return _listed(_people(row.subject_users, row.subject_groups))


def _people(users: Any, groups: Any) -> list[str | Phrase]:
    members = [phrase(gettext("members of %(group)s"), group=Name(group)) for group in groups.all()]
    return [*(Name(user) for user in users.all()), *members]


def _methods(row: ImpersonationPermission) -> Phrase:
    return _listed([str(_METHODS[method]) for method in row.methods if method in _METHODS])


def _clients(row: ImpersonationPermission) -> Phrase:
    return names(list(row.clients.all()), gettext("or"))


def _targets(row: ImpersonationPermission) -> Phrase:
    return names(list(row.targets.all()), gettext("or"))


def _scopes(row: ImpersonationPermission) -> Phrase:
    if not row.scopes:
        return ()
    template = ngettext("scope %(scopes)s", "scopes %(scopes)s", len(row.scopes))
    return phrase(template, scopes=names(row.scopes, gettext("and")))


def _listed(entries: list[str | Phrase]) -> Phrase:
    return listed(entries, gettext("or")) if entries else ()
