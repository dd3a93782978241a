"""Run the checks, and paste the lines of their hints as an administrator would."""

from __future__ import annotations

from copy import deepcopy

from django.core.checks import run_checks

PASTED_INTO = ("OAUTH2_PROVIDER", "TOKEN_EXCHANGE", "AUTHENTICATION_BACKENDS", "MIDDLEWARE")


def found(*, deploy=False, databases=None):
    """Return the app's messages by id."""
    messages = run_checks(include_deployment_checks=deploy, databases=databases)
    return {
        message.id.removeprefix("token_exchange."): message
        for message in messages
        if message.id.startswith("token_exchange.")
    }


def lines_of(hint):
    """Return the lines of a hint that are to be pasted: all but the first, which is a sentence."""
    return hint.partition("\n")[2]


def paste(settings, hint):
    """Run the lines of a hint at the end of the settings."""
    namespace = {name: deepcopy(getattr(settings, name)) for name in PASTED_INTO if hasattr(settings, name)}
    exec(lines_of(hint), namespace)
    for name in PASTED_INTO:
        if name in namespace:
            setattr(settings, name, namespace[name])


def configure(settings, **provider):
    """Add these settings of the toolkit; None removes one."""
    configured = {**settings.OAUTH2_PROVIDER, **provider}
    settings.OAUTH2_PROVIDER = {name: value for name, value in configured.items() if value is not None}


def assert_cured(settings, number, **options):
    """Assert that the check reports its fault, and that after pasting its lines no check reports any."""
    paste(settings, found(**options)[number].hint)
    assert found(**options) == {}
