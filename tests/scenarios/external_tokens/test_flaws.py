"""The record says exactly what was wrong with an external token; the client does not learn it."""

from __future__ import annotations

import base64
import json
import time

import pytest

from token_exchange.models import ExchangeRecord
from token_exchange.tokens.record_columns import MAX_DETAIL


def _segment(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _with_segment(token, position, segment):
    return ".".join(segment if index == position else part for index, part in enumerate(token.split(".")))


FLAWED = {
    "jwt_malformed": {
        "not_compact": lambda server: server.sign().rpartition(".")[0] + ".",
        "encrypted": lambda server: "a.b.c.d.e",
        "not_base64url": lambda server: _with_segment(server.sign(), 0, "e30="),
        "not_json": lambda server: _with_segment(server.sign(), 1, "bm90IGpzb24"),
        "header_not_allowed": lambda server: server.sign(header={"crit": ["x"]}),
    },
    "signature_invalid": {
        "algorithm_not_pinned": lambda server: _with_segment(server.sign(), 0, _segment({"alg": "none", "kid": "one"})),
        "key_not_named": lambda server: _with_segment(server.sign(), 0, _segment({"alg": "RS256"})),
        "signature_wrong": lambda server: _with_segment(server.sign(), 2, server.sign().rpartition(".")[2]),
    },
    "claims_invalid": {
        "audience_wrong": lambda server: server.sign(aud="https://elsewhere.example"),
        "audience_malformed": lambda server: server.sign(aud=[]),
        "expired": lambda server: server.sign(exp=int(time.time()) - 60),
        "not_yet_valid": lambda server: server.sign(nbf=int(time.time()) + 3_000),
        "too_old": lambda server: server.sign(iat=int(time.time()) - 7_200),
        "time_malformed": lambda server: server.sign(iat=None),
        "subject_malformed": lambda server: server.sign(sub=" "),
        "token_id_malformed": lambda server: server.sign(jti=""),
    },
}
CASES = [(reason, detail, flawed) for reason, details in FLAWED.items() for detail, flawed in details.items()]


@pytest.mark.parametrize(("reason", "detail", "flawed"), CASES, ids=[detail for _reason, detail, _flawed in CASES])
def test_the_record_tells_the_flaw(world, key_server, present, reason, detail, flawed):
    """The detail in the record names the flaw; the answer is the same as for an unknown token."""
    answer = world.refused(
        lambda: present(key_server.sign()),
        lambda: present(flawed(key_server)),
        error="invalid_request",
        reason=reason,
    )
    assert ExchangeRecord.objects.get(request_id=answer["X-Request-Id"]).detail == detail
    assert answer.content == present(key_server.sign(iss="https://nobody.example")).content


def test_the_record_tells_which_condition_failed(world, key_server, issuer, present):
    """The detail in the record is the claim of the failed condition, never a value from the token."""
    issuer.conditions = [
        {"claim": claim, "operator": "equals", "values": ["x"]} for claim in ("team", f"/far/{'inside/' * 20}claim")
    ]
    issuer.save()
    assert present(key_server.sign(team="somebody else's")).status_code == 400
    assert ExchangeRecord.objects.latest("pk").detail == "team"
    assert present(key_server.sign(team="x")).status_code == 400
    assert ExchangeRecord.objects.latest("pk").detail == issuer.conditions[1]["claim"][:MAX_DETAIL]


def test_a_refusal_without_a_detail_has_none(world, key_server, present):
    """The detail is empty if the reason alone describes the refusal."""
    assert present(key_server.sign(iss="https://nobody.example")).status_code == 400
    assert ExchangeRecord.objects.latest("pk").detail == ""
