"""Write the actors and the subject of a token as one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext

from token_exchange.models import ExchangedToken
from token_exchange.sts.delegation import MAX_CHAIN_DEPTH
from token_exchange.wording.labels import labels_of_tokens, note_local_subjects
from token_exchange.wording.rich_text import Name, Phrase, listed, phrase


def acting_for(
    act: object, subject: str, subject_name: str = "", *, labels: Mapping[str, str] = MappingProxyType({})
) -> Phrase:
    """Return the line, such as "client:front-api acting for 42 (alice)", with the earlier actors at its end.

    `labels` maps the keys of local users and clients to "name (key)".
    """
    on_behalf = _known_as(subject, subject_name)
    actors = list(islice(_actors(act, labels), MAX_CHAIN_DEPTH))
    if not actors:
        return on_behalf if subject else ()
    current, *earlier = actors
    line = phrase(gettext("%(actor)s acting for %(subject)s"), actor=current, subject=on_behalf)
    if earlier:
        before = phrase(gettext(" (earlier: %(actors)s)"), actors=listed(earlier, gettext("and")))
        return (*line, *before)
    return line


def tokens_acting_for(tokens: Sequence[ExchangedToken]) -> dict[Any, Phrase]:
    """Return the line of each token by its primary key; the number of queries does not grow with theirs."""
    note_local_subjects(tokens)
    labels = labels_of_tokens(tokens)
    return {token.pk: acting_for(token.act, _subject_of(token, labels), labels=labels) for token in tokens}


def _subject_of(token: Any, labels: Mapping[str, str]) -> str:
    subject = str(token.subject)
    return labels.get(subject, subject) if token.has_local_subject else subject


def _known_as(subject: str, name: str) -> Phrase:
    if not name:
        return (Name(subject or "?"),)
    return (Name(subject), " (", Name(name), ")")


def _actors(act: object, labels: Mapping[str, str]) -> Iterator[Phrase]:
    while isinstance(act, Mapping):
        issuer, known_as = act.get("iss"), str(act.get("sub"))
        subject = Name(known_as if issuer else labels.get(known_as, known_as))
        yield phrase(gettext("%(actor)s of %(issuer)s"), actor=subject, issuer=Name(issuer)) if issuer else (subject,)
        act = act.get("act")
