"""Build the question of `explain_exchange` from its options: look up the users and clients that they name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.management.base import CommandError

from token_exchange.explanation.question import Question, SupposedToken
from token_exchange.management.external_token import external_token, given_claims
from token_exchange.management.fitting_options import TYPES, require_fitting, require_person
from token_exchange.management.terminal import USAGE
from token_exchange.people import lookup
from token_exchange.sts.parties import Party, client_party, user_party
from token_exchange.toolkit.compat import scopes_known_for


def question_from(options: dict[str, Any], now: float, using: str) -> Question:
    """Return the question that the options describe; raise `CommandError` for an unknown user, client or issuer."""
    require_fitting(options)
    require_person(options)
    caller = _application(options["client"])
    external = external_token(options, now, using) if options["issuer"] else None
    return Question(
        application=caller,
        subject_token=external or _subject_token(options, caller),
        actor_token=_actor_token(options, caller),
        parameters=tuple(_parameters(options)),
    )


def _subject_token(options: dict[str, Any], caller: Any) -> SupposedToken:
    about, issued_to = options["subject_client"], options["issued_to"]
    if about and issued_to not in (None, about):
        raise CommandError(
            "A token with a client as its subject is issued to that client: omit --issued-to.", returncode=USAGE
        )
    if options["acting"] and options["may_act"]:
        raise CommandError(
            "A token has either actors or a permitted actor: omit --acting or --may-act.", returncode=USAGE
        )
    name = about or issued_to
    application = _application(name) if name else caller
    return SupposedToken(
        user=_user(options["subject"]) if options["subject"] else None,
        application=application,
        scopes=_scopes(options["subject_scope"], application),
        lifetime=options["lifetime"],
        audiences=frozenset(options["subject_audience"] or ()),
        chain=tuple(_party(name) for name in options["acting"] or ()),
        may_act=_party(options["may_act"]) if options["may_act"] else None,
        token_type=TYPES[options["subject_token_type"] or "access_token"],
        holder=_user(options["ticket_of"]) if options["ticket_of"] else None,
        justification=dict(_justification(options)),
        claims=given_claims(options),
    )


def _justification(options: dict[str, Any]) -> Iterable[tuple[str, object]]:
    """Yield what a ticket stores about its request, as far as the options name it."""
    if options["reason"]:
        yield "reason", options["reason"]
    if options["reference"]:
        yield "reference", options["reference"]
    if options["approved_by"]:
        yield "approver", _user(options["approved_by"]).get_username()


def _actor_token(options: dict[str, Any], caller: Any) -> SupposedToken | None:
    user, client = options["actor_user"], options["actor_client"]
    if not user and not client:
        return None
    application = _application(client) if client else caller
    return SupposedToken(
        user=_user(user) if user else None,
        application=application,
        scopes=_scopes(options["actor_scope"], application),
        lifetime=options["lifetime"],
    )


def _parameters(options: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name in ("audience", "resource"):
        yield from ((name, value) for value in options[name] or ())
    if options["scope"]:
        yield "scope", " ".join(options["scope"])
    if options["requested_token_type"]:
        yield "requested_token_type", options["requested_token_type"]
    if options["subject_token_type"] == "user":  # a ticket stores its reason and reference itself
        yield from ((name, options[name]) for name in ("reason", "reference") if options[name])


def _scopes(given: list[str] | None, application: Any) -> frozenset[str]:
    if given is None:
        return scopes_known_for(application, None)
    return frozenset(scope for text in given for scope in text.split())


def _party(name: str | Party) -> Party:
    if isinstance(name, Party):  # from a record, which may name parties of external issuers
        return name
    client_id = name.removeprefix("client:")
    if client_id != name:
        return client_party(_application(client_id).client_id)
    return user_party(str(_user(name).pk))


def _application(client_id: str) -> Any:
    application = lookup.client_with_id(client_id)
    if application is None:
        raise CommandError(f"There is no client {client_id!r}.", returncode=USAGE)
    return application


def _user(name: str) -> Any:
    """Return the user with that name, else with that primary key; raise CommandError if neither exists."""
    user = lookup.user_named(name) or lookup.user_with_key(name)
    if user is None:
        raise CommandError(f"There is no user {name!r}.", returncode=USAGE)
    return user
