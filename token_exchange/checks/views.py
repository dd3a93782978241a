"""Check that all views that the site's URLs reach accept only tokens that are active under the rules of this app."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from token_exchange.checks.pasting import mixed_in
from token_exchange.checks.reached import Reached, reached_views
from token_exchange.checks.urls import token_path


@register(Tags.urls)
def check_views(**kwargs: Any) -> list[CheckMessage]:
    """Report views of the toolkit that read tokens without our validator or backend."""
    return [message for reached in reached_views(_is_of_concern) for message in _messages(reached)]


def _is_of_concern(callback: Any) -> bool:
    from token_exchange.provider.toolkit_replacements import introspects, parts_without_mixin, validator_without_mixin

    view = getattr(callback, "view_class", callback)
    return introspects(view) or any(parts_without_mixin(view)) or validator_without_mixin(callback) is not None


def _messages(reached: Reached) -> Iterator[CheckMessage]:
    from token_exchange.provider.toolkit_replacements import introspects, parts_without_mixin, validator_without_mixin

    if introspects(reached.view) and not _is_out_of_order(reached):
        yield _introspection(reached)
    for attribute, found, mixin in parts_without_mixin(reached.view):
        yield _own_part(reached, attribute, found, mixin)
    validator = validator_without_mixin(reached.callback)
    if validator is not None:
        yield _decorated(reached, validator)


def _is_out_of_order(reached: Reached) -> bool:
    """Return True if our view is included later under the same prefix, which W002 reports."""
    ours = token_path()
    return ours is not None and reached.path == ours.removesuffix("token/") + "introspect/"


def _introspection(reached: Reached) -> CheckMessage:
    from token_exchange.provider.toolkit_replacements import is_of_the_toolkit

    prefix = reached.path.removeprefix("/").removesuffix("introspect/")
    # A URL namespace must be unique, so a second include needs another one.
    namespace = "" if token_path() is None else f', namespace="token_exchange_{prefix.strip("/") or "root"}"'
    hint = (
        "Add to urlpatterns, before the URLs of the toolkit:\n"
        f'path("{prefix}", include("token_exchange.urls"{namespace})),'
    )
    if not is_of_the_toolkit(reached.view):
        hint = (
            f"Inherit from our view instead of the toolkit's. Write in {reached.view.__module__}:\n"
            "from token_exchange.views.introspection import IntrospectionView\n"
            f"class {reached.view.__name__}(IntrospectionView):"
        )
    return Error(
        f"{reached.path} is the toolkit's introspection view, which shows neither actor nor audience of a token.",
        hint=hint,
        id="token_exchange.E022",
    )


def _own_part(reached: Reached, attribute: str, found: type[Any], mixin: type[Any]) -> CheckMessage:
    from token_exchange.provider.toolkit_replacements import is_of_the_toolkit

    hint = mixed_in("Keep your class, and add our mixin.", found, mixin)
    if is_of_the_toolkit(found):
        hint = (
            f"Use the class that the settings name. Write in {reached.view.__module__}:\n"
            f"class {reached.view.__name__}(…):\n"
            f"    {attribute} = None"
        )
    return Error(
        f"{reached.path}: {reached.view.__name__}.{attribute} is {found.__name__}, without {mixin.__name__}.",
        hint=hint,
        id="token_exchange.E023",
    )


def _decorated(reached: Reached, validator: type[Any]) -> CheckMessage:
    return Error(
        f"{reached.path} has a decorator of the toolkit with {validator.__name__}, which accepts tokens whose user, "
        "policy or target is disabled.",
        hint=f"Use our decorator. Write in {reached.callback.__module__}:\n"
        "from token_exchange.views.protection import protected_by_token\n"
        '@protected_by_token(scopes=["…"])',
        id="token_exchange.E024",
    )
