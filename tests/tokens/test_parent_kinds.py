"""Each type of local token that can be exchanged is described in the table of parent kinds."""

from __future__ import annotations

import pytest

from token_exchange.sts.vocabulary import (
    ACCESS_TOKEN,
    ID_TOKEN,
    IMPERSONATION_TICKET,
    JWT,
    PERSONAL_ACCESS_TOKEN,
    REFRESH_TOKEN,
)
from token_exchange.tokens import leaks, parent_kinds


@pytest.mark.parametrize("token_type", [ACCESS_TOKEN, REFRESH_TOKEN, PERSONAL_ACCESS_TOKEN, IMPERSONATION_TICKET])
def test_a_kind_is_found_by_its_type(token_type):
    """The app registers the four kinds when Django starts."""
    assert parent_kinds.of(token_type).token_type == token_type


@pytest.mark.parametrize("token_type", [ID_TOKEN, JWT, "urn:example:token-type:of-the-site"])
def test_every_other_type_counts_as_access_token(token_type):
    """ID tokens and JWTs of this server are known by the row of an access token."""
    assert parent_kinds.of(token_type).token_type == ACCESS_TOKEN


def test_only_tickets_count_once():
    """A personal access token, for one, is exchanged again and again."""
    assert [kind.token_type for kind in parent_kinds.registered() if kind.claim] == [IMPERSONATION_TICKET]


def test_values_with_a_prefix_are_looked_up_first():
    """A value with a prefix costs no statement about access tokens; a leaked refresh token is not looked up."""
    assert [kind.token_type for kind in leaks.kinds()] == [PERSONAL_ACCESS_TOKEN, IMPERSONATION_TICKET, ACCESS_TOKEN]
