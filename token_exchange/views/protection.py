"""Protect plain Django views by a bearer token, with the same rules as in Django REST framework."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar, Final

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from token_exchange.provider.bearer_requests import bearer_token
from token_exchange.tokens.token_requirements import (
    ActedBy,
    Delegated,
    MeantFor,
    NotActedFor,
    NotDeeperThan,
    Requirement,
    parties,
    several,
)

View = Callable[..., HttpResponseBase]

MISSING: Final = _("An access token is required.")
INVALID: Final = _("The access token is invalid or has expired.")
OTHER_ADDRESS: Final = _("The access token is not meant for this address.")
UNAVAILABLE: Final = _("The access token cannot be checked at the moment.")
INSUFFICIENT: Final = _("The access token does not have enough scope.")


def protected_by_token(
    *,
    scopes: str | Iterable[str] = (),
    audience: str | Iterable[str] | None = None,
    delegated: bool | None = None,
    actor: Any = None,
    max_depth: int | None = None,
) -> Callable[[View], View]:
    """Decorate a view so that it can be called only with a token that has all scopes and meets all requirements.

    `audience`: the token is meant for one of these targets. `delegated`: True requires an actor; False allows neither
    an actor nor an exchange that the subject did not request. `actor`: the current actor is one of these client ids,
    users or primary keys. `max_depth`: the chain has at most so many actors. The view finds the token as
    `request.auth`, its user as `request.user`, and the current actor as `request.actor`.
    """
    needed = scopes.split() if isinstance(scopes, str) else scopes
    protection = _Protection(frozenset(needed), tuple(_requirements(audience, delegated, actor, max_depth)))

    def decorate(view: View) -> View:
        # Browsers never send a bearer token by themselves, so neither CSRF protection nor a login applies.
        @csrf_exempt
        @login_not_required
        @wraps(view)
        def protected(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refusal = protection.admit(request)
            response = view(request, *args, **kwargs) if refusal is None else refusal
            patch_vary_headers(response, ["Authorization"])
            return response

        return protected

    return decorate


class ProtectedByTokenMixin:
    """Applies `protected_by_token` to a class-based view; its attributes are named as in REST framework."""

    required_scopes: ClassVar[Any] = ()
    required_audience: ClassVar[Any] = None
    delegated: ClassVar[bool | None] = None
    allowed_actors: ClassVar[Any] = None
    max_delegation_depth: ClassVar[int | None] = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> View:
        """Return the view with all of its code behind the protection."""
        names = ("required_scopes", "required_audience", "delegated", "allowed_actors", "max_delegation_depth")
        scopes, audience, delegated, actor, depth = (initkwargs.get(name, getattr(cls, name)) for name in names)
        protect = protected_by_token(
            scopes=scopes, audience=audience, delegated=delegated, actor=actor, max_depth=depth
        )
        return protect(super().as_view(**initkwargs))  # type: ignore[misc]  # the view mixed into


def _requirements(audience: Any, delegated: bool | None, actor: Any, max_depth: int | None) -> Iterable[Requirement]:
    if audience is not None:
        yield MeantFor(frozenset(several(audience)))
    if delegated is not None:
        yield Delegated() if delegated else NotActedFor()
    if actor is not None:
        yield ActedBy(parties(actor))
    if max_depth is not None:
        yield NotDeeperThan(max_depth)


@dataclass(frozen=True, slots=True)
class _Protection:
    scopes: frozenset[str]
    requirements: tuple[Requirement, ...]

    def admit(self, request: Any) -> HttpResponse | None:
        """Set user, token and actor on the request and return None, or return the refusal."""
        found = bearer_token.read(request)
        token = found.token
        if found.is_unavailable:
            return JsonResponse(
                {"detail": str(UNAVAILABLE)}, status=503, headers={"Retry-After": bearer_token.RETRY_AFTER}
            )
        if token is None:
            return _refusal(request, 401, _message(found), found.error.get("error"))
        if not token.allow_scopes(self.scopes):
            return _refusal(request, 403, INSUFFICIENT, "insufficient_scope", scope=" ".join(sorted(self.scopes)))
        for requirement in self.requirements:
            if not requirement.is_met_by(token.exchange):
                return _refusal(request, 403, requirement.message, "insufficient_scope")
        request.user, request.auth, request.actor = token.user or AnonymousUser(), token, token.exchange.actor
        return None


def _message(found: bearer_token.Bearer) -> Promise:
    if found.is_for_other_address:
        return OTHER_ADDRESS
    return INVALID if found.error else MISSING


def _refusal(request: HttpRequest, status: int, message: Promise, error: str | None, **more: str) -> HttpResponse:
    """Return the answer of RFC 6750 §3: the codes are in the header, the translated sentence is in the body."""
    codes = {"error": error, **more} if error else {}
    headers = {"WWW-Authenticate": bearer_token.challenge(request, codes)}
    return JsonResponse({"detail": str(message)}, status=status, headers=headers)
