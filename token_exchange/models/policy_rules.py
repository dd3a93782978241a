"""What can be objected to without looking at any related list."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.hashers import check_password
from django.utils.translation import gettext

from token_exchange.models.policy_draft import Draft, FieldError, Rule
from token_exchange.sts.policy import SubjectKind, Way
from token_exchange.sts.vocabulary import ON_BEHALF


def names_its_client(draft: Draft) -> FieldError | None:
    """A permit without a client is never asked."""
    if draft.permits and draft.client is None:
        return FieldError("client", gettext("A permit policy names the client that may exchange."))
    return None


def client_can_authenticate(draft: Draft) -> FieldError | None:
    """Public clients and blank secrets are refused at the token endpoint (P19, P20)."""
    if not draft.permits or draft.client is None:
        return None
    if draft.client.client_type != draft.client.CLIENT_CONFIDENTIAL:
        return FieldError(
            "client",
            gettext("This client is public: it cannot prove who it is, so it may not exchange."),
        )
    if has_blank_secret(draft.client):
        return FieldError("client", gettext("This client has no secret: anybody could call in its name."))
    return None


def has_blank_secret(client: Any) -> bool:
    """Whether the client authenticates with nothing: the toolkit stores the hash of the empty secret (P19)."""
    return not client.client_secret or check_password("", client.client_secret)


def opens_a_way(draft: Draft) -> FieldError | None:
    """A permit without ways permits nothing."""
    if draft.permits and not draft.ways:
        return FieldError("ways", gettext("Choose at least one way, or the policy can never permit anything."))
    return None


def ways_can_be_reached(draft: Draft) -> FieldError | None:
    """Where the calling client acts, it acts in every exchange of a user's token: the other ways stay dead."""
    without_actor = {Way.SAME_SUBJECT, Way.WITHOUT_ACTOR} & draft.ways
    if Way.CLIENT_ACTS in draft.ways and without_actor and draft.subject_kind != SubjectKind.CLIENTS:
        return FieldError(
            "ways",
            gettext(
                "Once the calling client becomes the actor, “same subject” and “impersonation” are never reached. "
                "Choose one, and write a second policy for the other."
            ),
        )
    return None


def permissions_are_asked(draft: Draft) -> FieldError | None:
    """Tickets and names of users are taken by permission only, and nothing else is."""
    if not draft.permits or not draft.ways:
        return None
    on_behalf = ON_BEHALF.intersection(draft.subject_token_types)
    if on_behalf and Way.BY_PERMISSION not in draft.ways:
        return FieldError(
            "ways", gettext("Tickets and names of users are taken “by permission” only: open that way too.")
        )
    if not on_behalf and Way.BY_PERMISSION in draft.ways:
        return FieldError("ways", gettext("“By permission” is for tickets and names of users: take one of them too."))
    return None


def chain_has_room(draft: Draft) -> FieldError | None:
    """A chain of no actors refuses every delegation."""
    if draft.permits and draft.delegates and draft.max_chain_depth < 1:
        return FieldError("max_chain_depth", gettext("Delegation adds an actor: allow a chain of at least one."))
    return None


def may_act_stands_alone(draft: Draft) -> FieldError | None:
    """A token that carries both `act` and `may_act` is refused at its next use."""
    if draft.permits and draft.may_act is not None and draft.delegates:
        return FieldError(
            "may_act",
            gettext("A delegated token cannot name who may act further: leave this empty, or open no delegating way."),
        )
    return None


def anyone_is_for_deny(draft: Draft) -> FieldError | None:
    """“Anyone” would hand out the tokens of parties that nobody thought of."""
    if draft.permits and draft.subject_kind == SubjectKind.ANYONE:
        return FieldError("subject_kind", gettext("Only a deny policy may cover anyone. Say whose tokens you mean."))
    return None


def period_is_possible(draft: Draft) -> FieldError | None:
    """What ends before it begins is never in force."""
    if draft.begins and draft.ends and draft.ends <= draft.begins:
        return FieldError("ends", gettext("This is not after the beginning: the policy would never be in force."))
    return None


def deny_states_what_it_looks_at(draft: Draft) -> FieldError | None:
    """A deny policy that states a way would deny all ways, and mislead its reader."""
    if draft.permits:
        return None
    stated = (
        ("ways", draft.ways),
        ("may_act", draft.may_act),
        ("privileged_subjects", draft.privileged_subjects),
    )
    for field, value in stated:
        if value:
            return FieldError(field, gettext("A deny policy never looks at this: leave it empty."))
    return None


RULES: Final[tuple[Rule, ...]] = (
    names_its_client,
    client_can_authenticate,
    opens_a_way,
    ways_can_be_reached,
    permissions_are_asked,
    chain_has_room,
    may_act_stands_alone,
    anyone_is_for_deny,
    period_is_possible,
    deny_states_what_it_looks_at,
)
