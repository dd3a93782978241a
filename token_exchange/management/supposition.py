"""A supposed request from the options of a command: names turned into the people and clients of this site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from token_exchange.explanation.dry_run import Question
from token_exchange.explanation.supposed_token import SupposedToken
from token_exchange.management.external_supposition import external_token, given_claims
from token_exchange.management.fitting_options import TYPES, require_fitting, require_person
from token_exchange.management.usage import USAGE
from token_exchange.sts.parties import Party, client_party, user_party
from token_exchange.toolkit.compat import application_model, scopes_known_for


def question_from(options: dict[str, Any], now: float, using: str) -> Question:
    """Return the request that the options suppose; raise CommandError for a name that nobody here bears."""
    require_fitting(options)
    require_person(options)
    caller = _application(options["client"], using)
    external = external_token(options, now, using) if options["issuer"] else None
    return Question(
        application=caller,
        subject_token=external or _subject_token(options, caller, using),
        actor_token=_actor_token(options, caller, using),
        parameters=tuple(_parameters(options)),
    )


def _subject_token(options: dict[str, Any], caller: Any, using: str) -> SupposedToken:
    about, issued_to = options["subject_client"], options["issued_to"]
    if about and issued_to not in (None, about):
        raise CommandError("A client's own token is issued to that client: leave out --issued-to.", returncode=USAGE)
    if options["acting"] and options["may_act"]:
        raise CommandError("No token names an actor and says who may act as well.", returncode=USAGE)
    name = about or issued_to
    application = _application(name, using) if name else caller
    return SupposedToken(
        user=_user(options["subject"], using) if options["subject"] else None,
        application=application,
        scopes=_scopes(options["subject_scope"], application),
        lifetime=options["lifetime"],
        audiences=frozenset(options["subject_audience"] or ()),
        chain=tuple(_party(name, using) for name in options["acting"] or ()),
        may_act=_party(options["may_act"], using) if options["may_act"] else None,
        token_type=TYPES[options["subject_token_type"] or "access_token"],
        holder=_user(options["ticket_of"], using) if options["ticket_of"] else None,
        justification=dict(_justification(options, using)),
        claims=given_claims(options),
    )


def _justification(options: dict[str, Any], using: str) -> Iterable[tuple[str, object]]:
    """What a ticket's record says, as far as it was told here."""
    if options["reason"]:
        yield "reason", options["reason"]
    if options["reference"]:
        yield "reference", options["reference"]
    if options["approved_by"]:
        yield "approver", _user(options["approved_by"], using).get_username()


def _actor_token(options: dict[str, Any], caller: Any, using: str) -> SupposedToken | None:
    user, client = options["actor_user"], options["actor_client"]
    if not user and not client:
        return None
    application = _application(client, using) if client else caller
    return SupposedToken(
        user=_user(user, using) if user else None,
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
    if options["subject_token_type"] == "user":  # a ticket says itself what it was asked for with
        yield from ((name, options[name]) for name in ("reason", "reference") if options[name])


def _scopes(given: list[str] | None, application: Any) -> frozenset[str]:
    if given is None:
        return scopes_known_for(application, None)
    return frozenset(scope for text in given for scope in text.split())


def _party(name: str | Party, using: str) -> Party:
    if isinstance(name, Party):  # out of a record, which knows parties of other issuers, too
        return name
    client_id = name.removeprefix("client:")
    if client_id != name:
        return client_party(_application(client_id, using).client_id)
    return user_party(str(_user(name, using).pk))


def _application(client_id: str, using: str) -> Any:
    found = application_model()._default_manager.using(using).filter(client_id=client_id)
    # A database may compare without case; an identifier never does.
    for application in found:
        if application.client_id == client_id:
            return application
    raise CommandError(f"There is no client {client_id!r}.", returncode=USAGE)


def _user(name: str, using: str) -> Any:
    """The user of that name, else of that primary key."""
    model = get_user_model()
    users = model._default_manager.using(using)
    for user in users.filter(**{model.USERNAME_FIELD: name}):
        if user.get_username() == name:
            return user
    try:
        return users.get(pk=name)
    except (model.DoesNotExist, ValueError, ValidationError) as error:
        raise CommandError(f"There is no user {name!r}.", returncode=USAGE) from error
