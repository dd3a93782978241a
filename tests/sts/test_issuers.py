"""What outside scopes are worth here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sts.samples import OUTSIDE

MAPPED = replace(
    OUTSIDE, scopes={"orders": frozenset({"read", "write"}), "view": frozenset({"read"}), "*": frozenset({"ping"})}
)


@pytest.mark.parametrize(
    ("outside", "own"),
    [
        ((), {"ping"}),
        (("view",), {"read", "ping"}),
        (("view", "orders"), {"read", "write", "ping"}),
        (("admin", "read"), {"ping"}),
        (("View",), {"ping"}),
    ],
)
def test_outside_scopes_are_translated_and_never_passed_on(outside, own):
    """Only what the row translates counts; a scope of the same name as one of ours is worth nothing by itself."""
    assert MAPPED.own_scopes(outside) == own


def test_without_translation_there_are_no_scopes():
    """INV-14: an empty table grants nothing."""
    assert OUTSIDE.own_scopes(["read", "*"]) == frozenset()
