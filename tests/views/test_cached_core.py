"""The core that the toolkit keeps between requests: one for each class of ours, and none of its parent."""

from __future__ import annotations

import pytest

from tests.worlds.world import SECRET, basic_header, exchange_form
from token_exchange.provider.validator import TokenExchangeValidator
from token_exchange.views.revocation import RevocationView
from token_exchange.views.token import TokenView

VIEWS = [TokenView, RevocationView]


class OwnValidator(TokenExchangeValidator):
    """What a site changes."""


@pytest.fixture(autouse=True)
def kept(settings):
    """The core is kept, as on a site."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "ALWAYS_RELOAD_OAUTHLIB_CORE": False}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("parent_first", [True, False])
def test_a_subclass_has_a_core_of_its_own(view, parent_first):
    """A subclass with a validator of its own is served by that one, whichever of the two is asked first."""
    parent = type("Parent", (view,), {})
    own = type("Own", (parent,), {"validator_class": OwnValidator})
    asked = [parent, own] if parent_first else [own, parent]
    cores = {one: one.get_oauthlib_core() for one in asked}
    assert type(cores[own].server.request_validator) is OwnValidator
    assert type(cores[parent].server.request_validator) is not OwnValidator
    assert own.get_oauthlib_core() is cores[own]


def test_a_subclass_exchanges(alices_token, rf):
    """The answer of a subclass in a process that has served nothing before."""
    own = type("Own", (TokenView,), {})
    headers = {"Authorization": basic_header("front", SECRET)}
    answer = own.as_view()(rf.post("/", dict(exchange_form(alices_token)), secure=True, headers=headers))
    assert answer.status_code == 200, answer.content
