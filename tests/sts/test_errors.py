"""Test the errors for the client: a code and one constant sentence."""

from __future__ import annotations

import re
from itertools import product

import pytest

from token_exchange.sts.errors import ERRORS, InvalidRequest, InvalidTarget
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import PARAMETERS


def test_the_codes_are_those_of_the_specifications():
    """RFC 6749 §5.2 and RFC 8693 §2.2.2."""
    assert set(ERRORS) == {
        "invalid_request",
        "invalid_target",
        "invalid_scope",
        "unauthorized_client",
        "invalid_client",
    }


ABOUT_THE_FORM = {
    Reason.TRANSPORT_NOT_SECURE,
    Reason.QUERY_NOT_ALLOWED,
    Reason.BODY_TOO_LARGE,
    Reason.CLIENT_AUTHENTICATED_TWICE,
    Reason.PARAMETER_REPEATED,
}


def test_the_sentence_does_not_depend_on_the_reason():
    """A client learns which part of its form is wrong; the exact reason is for the record only."""
    for kind, parameter in product(ERRORS.values(), [None, *sorted(PARAMETERS)]):
        hidden = set(Reason) - ABOUT_THE_FORM
        assert len({kind(reason, parameter).description for reason in hidden}) == 1


@pytest.mark.parametrize("parameter", [None, *sorted(PARAMETERS)])
def test_the_sentence_is_plain_ascii(parameter):
    """RFC 6749 §5.2: no quotation marks, no backslash, nothing beyond printable ASCII."""
    for kind in ERRORS.values():
        assert re.fullmatch(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+", kind(Reason.TOKEN_UNKNOWN, parameter).description)


def test_the_sentence_names_the_parameter_at_fault():
    """The client learns the parameter or the step at fault, and nothing else."""
    assert "requested_token_type" in InvalidRequest(Reason.PARAMETER_MISSING, "requested_token_type").description
    assert "actor_token" in InvalidRequest(Reason.TOKEN_UNKNOWN, "actor_token").description
    assert InvalidTarget(Reason.TARGET_UNKNOWN).parameter == "target"
    assert InvalidRequest(Reason.BODY_MALFORMED).description == "The request is malformed."


def test_the_reason_is_what_the_exception_says():
    """The text of the exception is the reason, without any input."""
    assert str(InvalidRequest(Reason.TOKEN_UNKNOWN, "subject_token")) == "token_unknown"
