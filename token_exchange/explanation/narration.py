"""A supposed request, and what it would be granted, as sentences."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from token_exchange.admin.words import VALUES
from token_exchange.stores.hypothetical import Question
from token_exchange.stores.supposed_outside import SupposedOutsideToken
from token_exchange.stores.supposed_own import SupposedToken
from token_exchange.sts.decision import Permit


def asked(question: Question) -> str:
    """Return the request as a sentence."""
    parts = [
        gettext("the client %(client)s presents %(token)s")
        % {"client": question.application.client_id, "token": _token(question.subject_token)}
    ]
    if question.actor_token is not None:
        parts.append(gettext("as actor token %(token)s") % {"token": _token(question.actor_token)})
    parts.append(gettext("and asks for %(what)s") % {"what": _parameters(question)})
    sentence = ", ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _token(token: SupposedToken | SupposedOutsideToken) -> str:
    if isinstance(token, SupposedOutsideToken):
        claims = ", ".join(f"{name} {value}" for name, value in token.claims.items() if name != "iss")
        names = {"type": VALUES[token.token_type], "issuer": token.issuer, "claims": claims}
        return gettext("a %(type)s of %(issuer)s that says %(claims)s") % names
    user = token.user
    owner = f"{user.get_username()} ({user.pk})" if user else token.application.client_id
    told = [
        gettext("an access token of %(owner)s, issued to %(client)s, with %(seconds)s seconds left and %(scopes)s")
        % {
            "owner": owner,
            "client": token.application.client_id,
            "seconds": token.lifetime,
            "scopes": " ".join(sorted(token.scopes)) or gettext("no scope"),
        },
        *_history(token),
    ]
    return ", ".join(told)


def _history(token: SupposedToken) -> Iterator[str]:
    if token.audiences:
        yield gettext("meant for %(targets)s") % {"targets": ", ".join(sorted(token.audiences))}
    if token.chain:
        yield gettext("with %(actors)s acting") % {"actors": ", ".join(party.subject for party in token.chain)}
    if token.may_act:
        yield gettext("with which only %(actor)s may act") % {"actor": token.may_act.subject}


def _parameters(question: Question) -> str:
    named = [f"{name} {value}" for name, value in question.parameters]
    return ", ".join(named) or gettext("nothing in particular")


def granted(permit: Permit) -> str:
    """Return what a permit gives as a sentence."""
    proposal = permit.proposal
    actors = ", ".join(party.subject for party in proposal.chain)
    return gettext(
        "A token for %(targets)s with %(scopes)s, for %(seconds)s seconds; acting for its subject: %(actors)s."
    ) % {
        "targets": ", ".join(requested.target.name for requested in proposal.targets),
        "scopes": " ".join(sorted(permit.scopes)) or gettext("no scope"),
        "seconds": proposal.lifetime,
        "actors": actors or gettext("nobody"),
    }
