"""Write the parts of a policy's sentence: the token, its subjects and origins, the actor, the targets."""

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
    vocabulary.USER: _("a user name"),
}
# (takes local tokens, names other clients, names issuers) → accepted origins of the token.
_ORIGINS: Final = {
    (True, True, False): _(" (issued to itself or to %(clients)s)"),
    (True, False, True): _(" (issued to itself or by %(issuers)s)"),
    (True, True, True): _(" (issued to itself, to %(clients)s or by %(issuers)s)"),
    (False, False, True): _(" (issued by %(issuers)s)"),
    (False, False, False): _(" (from no accepted source)"),
}
_WAYS: Final = {
    Way.CLIENT_ACTS.value: _("with itself as actor"),
    Way.SAME_SUBJECT.value: _("without an actor for its own tokens"),
    Way.WITHOUT_ACTOR.value: _("without an actor for tokens of other clients"),
    Way.BY_PERMISSION.value: _("with an actor that an impersonation permission allows"),
}


def token(policy: ExchangePolicy) -> Phrase:
    """Return the accepted types of token, such as "an access token or a JWT"."""
    kinds = [str(_TOKENS.get(kind, Name(kind))) for kind in policy.subject_token_types]
    return listed(kinds, gettext("or")) if kinds else (gettext("no token"),)


def subjects(policy: ExchangePolicy) -> Phrase:
    """Return the accepted subjects of the token."""
    whose = _whose(policy)
    if policy.privileged_subjects:
        return phrase(gettext("%(subjects)s, including staff and superusers"), subjects=whose)
    return whose


def _whose(policy: ExchangePolicy) -> Phrase:
    match policy.subject_kind:
        case SubjectKind.LISTED_USERS:
            listed_users = _users_and_groups(policy.subject_users.all(), policy.subject_groups.all())
            return listed(listed_users, gettext("or")) if listed_users else (gettext("no user"),)
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
    """Return the accepted origins of the token; `()` if the client may only use tokens that were issued to itself."""
    local = policy.accepts_local_tokens
    clients = [client for client in policy.issued_to.all() if local and client.pk != policy.client_id]
    issuers = list(policy.trusted_issuers.all())
    if local and not clients and not issuers:
        return ()
    template = str(_ORIGINS[local, bool(clients), bool(issuers)])
    return phrase(template, clients=names(clients, gettext("or")), issuers=names(issuers, gettext("or")))


def acting(policy: ExchangePolicy) -> Phrase:
    """Return the ways of acting that the policy allows."""
    ways: list[str | Phrase] = [str(_WAYS[way]) for way in policy.ways if way in _WAYS]
    if Way.DELEGATION in policy.ways:
        named = actors_named(policy)
        actors = listed(named, gettext("or")) if named else (gettext("no named party"),)
        ways.append(phrase(gettext("with %(actors)s as actor (by actor token)"), actors=actors))
    return listed(ways, gettext("or")) if ways else (gettext("with no way of acting"),)


def actors_named(policy: ExchangePolicy) -> list[str | Phrase]:
    """Return the users, groups and clients that the policy names as actors."""
    named = _users_and_groups(policy.actor_users.all(), policy.actor_groups.all())
    clients = policy.actor_clients.all()
    return [*named, *(phrase(gettext("client %(client)s"), client=Name(client)) for client in clients)]


def targets(policy: ExchangePolicy) -> Phrase:
    """Return the targets of the issued token."""
    named = list(policy.targets.all())
    if not named:
        return (gettext("no target"),)
    template = ngettext("target %(targets)s", "targets %(targets)s", len(named))
    return phrase(template, targets=names(named, gettext("and")))
