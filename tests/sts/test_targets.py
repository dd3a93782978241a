"""Test which targets a request names."""

from __future__ import annotations

import pytest

from tests.sts.samples import BACK_API, INVOICES, asked
from token_exchange.sts.targets import TargetRegistry

REGISTRY = TargetRegistry([BACK_API, INVOICES])


def test_a_name_opens_the_whole_target_and_a_uri_that_one_alone():
    """An audience names all resource URIs of a target, a resource only one."""
    assert REGISTRY.requested(["invoices"], []) == ((asked(INVOICES),), ())
    part = asked(INVOICES, "https://invoices.example/b")
    assert REGISTRY.requested([], ["https://invoices.example/b"]) == ((part,), ())


def test_audience_and_resource_add_up_in_the_order_asked():
    """Audiences and resources are combined, audiences first, and each URI once."""
    targets, unknown = REGISTRY.requested(
        ["invoices"], ["https://back.example/", "https://invoices.example/a", "https://back.example/"]
    )
    assert (targets, unknown) == ((asked(INVOICES), asked(BACK_API)), ())


def test_what_is_unknown_is_kept_in_the_order_asked():
    """Unknown names and URIs are returned beside the known targets, never dropped."""
    targets, unknown = REGISTRY.requested(["nope", "invoices"], ["https://nope.example/"])
    assert (targets, unknown) == ((asked(INVOICES),), ("nope", "https://nope.example/"))


@pytest.mark.parametrize(
    ("audience", "resource"),
    [
        ("Invoices", None),
        ("invoices ", None),
        ("https://back.example/", None),
        (None, "https://back.example"),
        (None, "https://BACK.example/"),
        (None, "https://back.example:443/"),
        (None, "http://back.example/"),
        (None, "https://back.example/?t=1"),
        (None, "invoices"),
        (None, "https://invoices.example/"),
    ],
)
def test_names_and_uris_are_compared_exactly(audience, resource):
    """Case, slash, port, scheme and query matter, and a name is not a URI."""
    targets, unknown = REGISTRY.requested([audience] if audience else [], [resource] if resource else [])
    assert (targets, unknown) == ((), (audience or resource,))


def test_nothing_asked_is_nothing_found():
    """Without audience and resource no target is requested."""
    assert REGISTRY.requested([], []) == ((), ())


def test_names_of_resources():
    """The targets of a token's resource URIs are found, and unknown URIs are ignored."""
    assert REGISTRY.names_of(["https://back.example/", "https://nope.example/"]) == {"back-api"}
    assert REGISTRY.names_of([]) == frozenset()
