"""Describe in sentences the question, the grant that would answer it, and the recorded answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from token_exchange.explanation.question import Question, SupposedExternalToken, SupposedToken
from token_exchange.models import ExchangeRecord
from token_exchange.sts.decision import Permit
from token_exchange.sts.parties import Party
from token_exchange.sts.vocabulary import FROM_ANY_CLIENT, USER
from token_exchange.wording.labels import labels
from token_exchange.wording.rule_words import VALUES


def asked(question: Question) -> str:
    """Return the question as a sentence."""
    parts = [
        gettext("the client %(client)s presents %(token)s")
        % {"client": question.application.client_id, "token": _token(question.subject_token)}
    ]
    if question.actor_token is not None:
        parts.append(gettext("as actor token %(token)s") % {"token": _token(question.actor_token)})
    parts.append(gettext("and requests %(what)s") % {"what": _parameters(question)})
    sentence = ", ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _token(token: SupposedToken | SupposedExternalToken) -> str:
    if isinstance(token, SupposedExternalToken):
        names = {"type": VALUES[token.token_type], "issuer": token.issuer, "claims": _claims(token.claims)}
        return gettext("a %(type)s of %(issuer)s that says %(claims)s") % names
    user = token.user
    owner = f"{user.get_username()} ({user.pk})" if user else token.application.client_id
    names = {
        "type": VALUES[token.token_type],
        "owner": owner,
        "client": token.application.client_id,
        "seconds": token.lifetime,
        "scopes": " ".join(sorted(token.scopes)) or gettext("no scope"),
    }
    if token.token_type == USER:
        return gettext("the name of the user %(owner)s") % names
    if token.token_type in FROM_ANY_CLIENT:
        held = gettext("one %(type)s of %(owner)s with %(seconds)s seconds left and %(scopes)s") % names
    else:
        held = (
            gettext("one %(type)s of %(owner)s, issued to %(client)s, with %(seconds)s seconds left and %(scopes)s")
            % names
        )
    return ", ".join([held, *_history(token)])


def _history(token: SupposedToken) -> Iterator[str]:
    if token.holder is not None:
        yield gettext("for the person %(person)s") % {"person": f"{token.holder.get_username()} ({token.holder.pk})"}
    yield from (f"{name} {value}" for name, value in token.justification.items())
    if token.claims:
        yield gettext("that says %(claims)s") % {"claims": _claims(token.claims)}
    if token.audiences:
        yield gettext("meant for %(targets)s") % {"targets": ", ".join(sorted(token.audiences))}
    if token.chain:
        yield gettext("with %(actors)s acting") % {"actors": _parties(token.chain)}
    if token.may_act:
        yield gettext("with which only %(actor)s may act") % {"actor": _parties([token.may_act])}


def _claims(claims: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in claims.items() if name != "iss")


def _parties(parties: Sequence[Party]) -> str:
    """Return the parties as text: local ones with their names, others with their issuers."""
    known = labels(party.subject for party in parties if party.issuer is None)
    return ", ".join(
        gettext("%(actor)s of %(issuer)s") % {"actor": party.subject, "issuer": party.issuer}
        if party.issuer
        else known.get(party.subject, party.subject)
        for party in parties
    )


def _parameters(question: Question) -> str:
    named = [f"{name} {value}" for name, value in question.parameters]
    return ", ".join(named) or gettext("no particular target or scope")


def recorded(record: ExchangeRecord) -> str:
    """Return how the recorded exchange was answered at its time."""
    when = date_format(localtime(record.created), "SHORT_DATETIME_FORMAT")
    if record.outcome == ExchangeRecord.Outcome.GRANTED:
        names = {"when": when, "policy": record.policy_name}
        return gettext("Granted on %(when)s by the policy “%(policy)s”. The rules of today:") % names
    names = {"when": when, "reason": record.reason}
    return gettext("Refused on %(when)s: %(reason)s. The rules of today:") % names


def granted(permit: Permit) -> str:
    """Return what the permit grants as a sentence."""
    proposal = permit.proposal
    actors = _parties(proposal.chain)
    return gettext(
        "A token for %(targets)s with %(scopes)s, for %(seconds)s seconds; acting for its subject: %(actors)s."
    ) % {
        "targets": ", ".join(requested.target.name for requested in proposal.targets),
        "scopes": " ".join(sorted(permit.scopes)) or gettext("no scope"),
        "seconds": proposal.lifetime,
        "actors": actors or gettext("no actor"),
    }
