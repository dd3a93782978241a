"""Write a policy as one sentence."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from token_exchange.configuration.reading import UNREADABLE
from token_exchange.models import ExchangePolicy
from token_exchange.models.validation import list_names
from token_exchange.sts.policy import Effect
from token_exchange.wording.rich_text import Name, Phrase, as_html, as_text, listed, names, phrase
from token_exchange.wording.sentence_parts import acting, actors_named, origins, subjects, targets, token

# (permits, report only, names a client) → the whole sentence around its object.
_HEADS = {
    (True, False, True): _("Client %(client)s may exchange %(what)s."),
    (True, False, False): _("No client may exchange %(what)s."),
    (True, True, True): _("Report only: client %(client)s would be allowed to exchange %(what)s."),
    (True, True, False): _("Report only: no client would be allowed to exchange %(what)s."),
    (False, False, True): _("Client %(client)s must not exchange %(what)s."),
    (False, False, False): _("No client at all may exchange %(what)s."),
    (False, True, True): _("Report only: client %(client)s would be forbidden to exchange %(what)s."),
    (False, True, False): _("Report only: all clients would be forbidden to exchange %(what)s."),
}


def with_named_rows(policies: QuerySet[Any]) -> QuerySet[Any]:
    """Return the policies with all rows that their sentences name; the number of queries does not grow with theirs."""
    return policies.select_related("client", "may_act").prefetch_related(*list_names(ExchangePolicy))


def sentence(policy: ExchangePolicy) -> str:
    """Return the policy as plain text."""
    return as_text(phrase_of(policy))


def sentence_html(policy: ExchangePolicy) -> SafeString:
    """Return the policy as HTML, with the names in it escaped and in bold."""
    return as_html(phrase_of(policy))


def phrase_of(policy: ExchangePolicy) -> Phrase:
    """Return the policy as words and names, or a fixed text if it has values that this version does not know."""
    try:
        return _phrase_of(policy)
    except UNREADABLE:
        return (gettext("This rule has values that this version does not know. It permits nothing."),)


def _phrase_of(policy: ExchangePolicy) -> Phrase:
    permits = policy.effect == Effect.PERMIT
    head = _HEADS[permits, policy.report_only, policy.client_id is not None]
    client = Name(policy.client) if policy.client_id is not None else ""
    return phrase(str(head), client=client, what=_permitted(policy) if permits else _denied(policy))


def _permitted(policy: ExchangePolicy) -> Phrase:
    return phrase(
        gettext(
            "%(token)s of %(subjects)s%(origins)s, %(acting)s, for %(targets)s with %(scopes)s, for at most %(life)s"
        ),
        token=token(policy),
        subjects=subjects(policy),
        origins=origins(policy),
        acting=acting(policy),
        targets=targets(policy),
        scopes=_scopes(policy),
        life=_lifetime(policy),
    )


def _denied(policy: ExchangePolicy) -> Phrase:
    parts = [phrase(gettext("a token of %(subjects)s"), subjects=subjects(policy))]
    if named := actors_named(policy):
        parts.append(phrase(gettext("with %(actors)s as actor"), actors=listed(named, gettext("or"))))
    if policy.targets.all():
        parts.append(phrase(gettext("for %(targets)s"), targets=targets(policy)))
    if policy.scopes:
        parts.append(phrase(gettext("with %(scopes)s"), scopes=_scopes(policy)))
    return tuple(piece for index, part in enumerate(parts) for piece in ((", ", *part) if index else part))


def _scopes(policy: ExchangePolicy) -> Phrase:
    if not policy.scopes:
        return (gettext("no scope"),)
    template = ngettext("scope %(scopes)s", "scopes %(scopes)s", len(policy.scopes))
    return phrase(template, scopes=names(policy.scopes, gettext("and")))


def _lifetime(policy: ExchangePolicy) -> Phrase:
    seconds = policy.max_lifetime
    return (ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds},)
