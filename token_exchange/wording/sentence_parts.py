"""The parts of a policy's sentence: which token, whose, who acts, for where."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from token_exchange.models import ExchangePolicy
from token_exchange.sts import vocabulary
from token_exchange.sts.policy import SubjectKind, Way
from token_exchange.wording.rich_text import Name, Phrase, listed, names, phrase

_TOKENS: Final = {
    vocabulary.ACCESS_TOKEN: _("an access token"),
    vocabulary.JWT: _("a JWT"),
    vocabulary.ID_TOKEN: _("an ID token"),
    vocabulary.REFRESH_TOKEN: _("a refresh token"),
    vocabulary.PERSONAL_ACCESS_TOKEN: _("a personal access token"),
    vocabulary.IMPERSONATION_TICKET: _("an impersonation ticket"),
    vocabulary.USER: _("the name of a user"),
}
# (takes this server's tokens, names other clients, names issuers) → where a token may come from.
_ORIGINS: Final = {
    (True, True, False): _(" (issued to itself or to %(clients)s)"),
    (True, False, True): _(" (issued to itself or by %(issuers)s)"),
    (True, True, True): _(" (issued to itself, to %(clients)s or by %(issuers)s)"),
    (False, False, True): _(" (issued by %(issuers)s)"),
    (False, False, False): _(" (issued by nobody)"),
}
_WAYS: Final = {
    Way.CLIENT_ACTS.value: _("itself acting"),
    Way.SAME_SUBJECT.value: _("with nobody acting"),
    Way.WITHOUT_ACTOR.value: _("impersonating without a trace"),
    Way.BY_PERMISSION.value: _("with whoever is permitted to acting"),
}


def token(policy: ExchangePolicy) -> Phrase:
    """Return "an access token", or what else the policy takes."""
    kinds = [str(_TOKENS.get(kind, Name(kind))) for kind in policy.subject_token_types]
    return listed(kinds, gettext("or")) if kinds else (gettext("no token"),)


def subjects(policy: ExchangePolicy) -> Phrase:
    """Return whose tokens are meant."""
    whose = _whose(policy)
    if policy.privileged_subjects:
        return phrase(gettext("%(subjects)s, staff and superusers too"), subjects=whose)
    return whose


def _whose(policy: ExchangePolicy) -> Phrase:
    match policy.subject_kind:
        case SubjectKind.LISTED_USERS:
            listed_users = _users_and_groups(policy.subject_users.all(), policy.subject_groups.all())
            return listed(listed_users, gettext("or")) if listed_users else (gettext("nobody"),)
        case SubjectKind.CLIENTS:
            return (gettext("any client"),)
        case SubjectKind.WORKLOADS:
            return (gettext("any workload"),)
        case SubjectKind.ANYONE:
            return (gettext("anyone"),)
    return (gettext("any user"),)


def _users_and_groups(users: object, groups: object) -> list[str | Phrase]:
    entries: list[str | Phrase] = [Name(user) for user in users]  # type: ignore[attr-defined]  # a queryset
    entries += [phrase(gettext("members of %(group)s"), group=Name(group)) for group in groups]  # type: ignore[attr-defined]  # as above
    return entries


def origins(policy: ExchangePolicy) -> Phrase:
    """Return where the token may come from, unless it is only the client's own."""
    local = policy.takes_local_tokens
    clients = [client for client in policy.issuing_clients.all() if local and client.pk != policy.client_id]
    issuers = list(policy.trusted_issuers.all())
    if local and not clients and not issuers:
        return ()
    template = str(_ORIGINS[local, bool(clients), bool(issuers)])
    return phrase(template, clients=names(clients, gettext("or")), issuers=names(issuers, gettext("or")))


def acting(policy: ExchangePolicy) -> Phrase:
    """Return the ways of acting that the policy opens."""
    ways: list[str | Phrase] = [str(_WAYS[way]) for way in policy.ways if way in _WAYS]
    if Way.DELEGATION in policy.ways:
        named = actors_named(policy)
        actors = listed(named, gettext("or")) if named else (gettext("nobody named"),)
        ways.append(phrase(gettext("with %(actors)s acting by an actor token"), actors=actors))
    return listed(ways, gettext("or")) if ways else (gettext("in no way"),)


def actors_named(policy: ExchangePolicy) -> list[str | Phrase]:
    """Return who is named as an actor."""
    named = _users_and_groups(policy.actor_users.all(), policy.actor_groups.all())
    clients = policy.actor_clients.all()
    return [*named, *(phrase(gettext("client %(client)s"), client=Name(client)) for client in clients)]


def targets(policy: ExchangePolicy) -> Phrase:
    """Return for where."""
    named = list(policy.targets.all())
    if not named:
        return (gettext("no target"),)
    template = ngettext("target %(targets)s", "targets %(targets)s", len(named))
    return phrase(template, targets=names(named, gettext("and")))
