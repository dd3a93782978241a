"""Each view class keeps a core of its own between requests, and none of its parent."""

from __future__ import annotations

import pytest

from tests.worlds.world import SECRET, basic_header, exchange_form
from token_exchange.provider.validator import TokenExchangeValidator
from token_exchange.views.revocation import RevocationView
from token_exchange.views.token import TokenView

VIEWS = [TokenView, RevocationView]


class OwnValidator(TokenExchangeValidator):
    """A validator that a site has changed."""


@pytest.fixture(autouse=True)
def kept(settings):
    """Keep the core between requests, as a site in production does."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "ALWAYS_RELOAD_OAUTHLIB_CORE": False}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("parent_first", [True, False])
def test_a_subclass_has_a_core_of_its_own(view, parent_first):
    """A subclass with its own validator uses that one, whichever of the two views is called first."""
    parent = type("Parent", (view,), {})
    own = type("Own", (parent,), {"validator_class": OwnValidator})
    asked = [parent, own] if parent_first else [own, parent]
    cores = {one: one.get_oauthlib_core() for one in asked}
    assert type(cores[own].server.request_validator) is OwnValidator
    assert type(cores[parent].server.request_validator) is not OwnValidator
    assert own.get_oauthlib_core() is cores[own]


def test_a_subclass_exchanges(alices_token, rf):
    """A subclass answers an exchange as the first request of a process."""
    own = type("Own", (TokenView,), {})
    headers = {"Authorization": basic_header("front", SECRET)}
    answer = own.as_view()(rf.post("/", dict(exchange_form(alices_token)), secure=True, headers=headers))
    assert answer.status_code == 200, answer.content
