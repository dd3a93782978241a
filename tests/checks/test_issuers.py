"""An enabled trusted issuer that its form would refuse is an error (D53), and the lines disable only that one."""

from __future__ import annotations

import pytest

from tests.checks.cure import found, lines_of
from tests.worlds.key_server import AUDIENCE
from token_exchange.models import TrustedIssuer
from token_exchange.toolkit.compat import token_database

pytestmark = pytest.mark.scenario("D53")

UNSOUND = {
    "no audience": ({"audiences": []}, "audiences"),
    "a target's audience": ({"audiences": ["back-api"]}, "audiences"),
    "another scheme": ({"issuer": "http://sso.example"}, "issuer"),
    "any workload": ({"subject_mapping": "workload"}, "conditions"),
    "any workload of the own network": ({"subject_mapping": "workload", "allows_private_network": True}, "conditions"),
    "a name that passes on": ({"subject_mapping": "username"}, "subject_mapping"),
    "a flag of another claim": ({"subject_mapping": "verified_email", "mapping_claim": "upn"}, "mapping_claim"),
    "a mapping of another version": ({"subject_mapping": "oracle"}, "subject_mapping"),
    "conditions of another shape": ({"conditions": {"sub": "x"}}, "conditions"),
    "no algorithm": ({"algorithms": []}, "algorithms"),
    "an algorithm of shared secrets": ({"algorithms": ["HS256"]}, "algorithms"),
    "no type": ({"token_types": []}, "token_types"),
    "no keys": ({"verification": "pasted", "pasted_keys": "nonsense"}, "pasted_keys"),
    "no tenant": ({"issuer": "https://gitlab.com"}, "conditions"),
    "a condition without a meaning": ({"conditions": [{"claim": "sub", "operator": "like"}]}, "conditions"),
    "no number of seconds": ({"max_age": 0}, "max_age"),
    "rights by claim": ({"new_user_attributes": {"is_superuser": "admin"}}, "new_user_attributes"),
}


@pytest.fixture
def unsound(world):
    """Return a function that saves an invalid row without the form."""

    def write(**fields):
        sound = {"name": "written", "issuer": "https://sso.example", "audiences": [AUDIENCE]}
        return TrustedIssuer.objects.create(**{**sound, **fields})

    return write


@pytest.mark.parametrize(("fields", "field"), UNSOUND.values(), ids=UNSOUND)
def test_a_row_that_accepts_too_much_is_an_error(unsound, issuer, fields, field):
    """The message names the row and the field; the lines disable that row only."""
    row = unsound(**fields)
    using = token_database()
    message = found(databases=[using])["E012"]
    assert "written" in message.msg
    assert field in message.msg
    exec(lines_of(message.hint), {})
    assert found(databases=[using]) == {}
    assert list(TrustedIssuer.objects.filter(enabled=False)) == [row]


def test_a_disabled_row_is_no_error(unsound):
    """A disabled row is not reported, because it may be corrected later."""
    unsound(audiences=[], enabled=False)
    assert found(databases=[token_database()]) == {}


def test_sound_rows_are_no_error(issuer):
    """Nothing is reported for valid rows, or if the check is run without a database."""
    assert found(databases=[token_database()]) == {}
    issuer.audiences = []
    issuer.save()
    assert found() == {}
