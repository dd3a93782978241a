"""RFC 8693 §2.2.2: every request gets OAuth's JSON and never a server error (TX-052)."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from token_exchange.models import ExchangeRecord
from token_exchange.sts.vocabulary import ACCESS_TOKEN, FORM, GRANT_TYPE, PARAMETERS

pytestmark = pytest.mark.compliance("RFC 8693", "2.2.2")

ERRORS = {
    "invalid_request",
    "invalid_client",
    "invalid_scope",
    "invalid_target",
    "unauthorized_client",
    "unsupported_grant_type",
}
GENUINE = "a genuine token, put in its place"

words = st.sampled_from(
    ["", " ", "read", "write read", "back-api", "https://back-api.example/", "front", GENUINE, ACCESS_TOKEN, GRANT_TYPE]
)
values = words | st.text(max_size=60) | st.text(alphabet="%&=+;\x00\r\n\t\"\\'<>\u200b", max_size=20)
names = st.sampled_from(sorted(PARAMETERS)) | st.text(max_size=12)
fields = st.lists(st.tuples(names, values), max_size=12)
# What the toolkit answers to its own grants is its own; some of that is HTML (P13).
grant_types = st.sampled_from([GRANT_TYPE] * 4 + ["urn:example:unknown", "", f"{GRANT_TYPE} "])
content_types = st.sampled_from(
    [FORM] * 6 + [f"{FORM}; charset=utf-16", f"{FORM}; charset=x", "application/json", "multipart/form-data", "", "x"]
)
headers = st.fixed_dictionaries({}, optional={"Authorization": st.text(alphabet="Basic =YTo6%/\t", max_size=30)})
many = hypothesis_settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(autouse=True)
def no_throttle(settings):
    """Switch the limit of failures off, because nearly every request here fails."""
    settings.TOKEN_EXCHANGE = {"BAD_SECRETS_PER_MINUTE": 0, "BAD_TOKENS_PER_MINUTE": 0}


def assert_oauth(answer):
    """Check that the answer is a success or an OAuth error in JSON, and reveals nothing else."""
    assert answer.status_code in (200, 400, 401), answer.content
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    body = json.loads(answer.content)
    if answer.status_code == 200:
        assert body["access_token"]
        return
    # For credentials that contradict each other the toolkit's own grants say server_error, with status 400.
    assert body["error"] in (ERRORS if "X-Request-Id" in answer else ERRORS | {"server_error"})
    assert all(isinstance(text, str) and text.isascii() for text in body.values())


@many
@given(form=fields, grant_type=grant_types, content_type=content_types, authenticated=st.booleans())
def test_tx_052_random_forms(world, alices_token, form, grant_type, content_type, authenticated):
    """Forms with known names and any values, in any order and number, get OAuth's JSON."""
    pairs = [("grant_type", grant_type), *((name, value.replace(GENUINE, alices_token)) for name, value in form)]
    body = urlencode(pairs, errors="surrogatepass")
    before = ExchangeRecord.objects.count()
    answer = world.send(body, content_type=content_type, client=world.front if authenticated else None)
    assert_oauth(answer)
    if "X-Request-Id" in answer:
        record = ExchangeRecord.objects.get(request_id=answer["X-Request-Id"])
        assert record.outcome == ("granted" if answer.status_code == 200 else "refused")
        assert ExchangeRecord.objects.count() == before + 1


@many
@given(body=st.binary(max_size=200), content_type=content_types, more=headers)
def test_tx_052_random_bytes(world, alices_token, body, content_type, more):
    """Bytes that are no form get OAuth's JSON, alone and after a valid request."""
    correct = urlencode([("grant_type", GRANT_TYPE), ("subject_token", alices_token)]).encode()
    for sent in (body, correct + b"&" + body, correct + body):
        assert_oauth(world.send(sent, content_type=content_type, headers=more))
