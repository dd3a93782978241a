"""What the checks find, and what becomes of a site that pastes what they say."""

from __future__ import annotations

from copy import deepcopy

from django.core.checks import run_checks

PASTED_INTO = ("OAUTH2_PROVIDER", "TOKEN_EXCHANGE", "AUTHENTICATION_BACKENDS", "MIDDLEWARE")


def found(*, deploy=False, databases=None):
    """The app's messages by id."""
    messages = run_checks(include_deployment_checks=deploy, databases=databases)
    return {
        message.id.removeprefix("token_exchange."): message
        for message in messages
        if message.id.startswith("token_exchange.")
    }


def lines_of(hint):
    """What a hint tells to paste: everything but its first line, which is for reading."""
    return hint.partition("\n")[2]


def paste(settings, hint):
    """Run the lines of a hint at the end of the settings."""
    namespace = {name: deepcopy(getattr(settings, name)) for name in PASTED_INTO if hasattr(settings, name)}
    exec(lines_of(hint), namespace)
    for name in PASTED_INTO:
        if name in namespace:
            setattr(settings, name, namespace[name])


def configure(settings, **provider):
    """Give the toolkit these settings besides the others; None takes one away."""
    configured = {**settings.OAUTH2_PROVIDER, **provider}
    settings.OAUTH2_PROVIDER = {name: value for name, value in configured.items() if value is not None}


def assert_cured(settings, number, **options):
    """The check fires, its lines are pasted, and nothing fires any more."""
    paste(settings, found(**options)[number].hint)
    assert found(**options) == {}
