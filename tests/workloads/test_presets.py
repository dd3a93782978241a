"""A preset, filled in and saved by an administrator, takes its platform's tokens, and none of another tenant."""

from __future__ import annotations

import json
import re
import time

import pytest

from tests.jose.issuer import Issuer, jwk_set
from tests.workloads.clouds import CLOUDS
from tests.workloads.code_hosts import CODE_HOSTS
from tests.workloads.people import PEOPLE
from tests.worlds.external_issuer import current
from tests.worlds.key_server import AUDIENCE
from token_exchange.admin.issuers.presets import PRESETS
from token_exchange.models import LinkedAccount, TrustedIssuer

ADD = "/admin/token_exchange/trustedissuer/add/"
WORKLOADS = CODE_HOSTS | CLOUDS
PLATFORMS = WORKLOADS | PEOPLE
BLANK = re.compile(r"\b[A-Z]{2}[A-Z_-]*\b")


@pytest.fixture
def platform(request):
    """The platform under test."""
    return PLATFORMS[request.param]


@pytest.fixture
def signer(platform):
    """Whoever signs the platform's tokens."""
    return Issuer(platform.algorithm)


@pytest.fixture
def row(world, admin_client, platform, signer):
    """The preset as the page shows it, with its blanks filled, a key, an audience and a scope; and a policy for it."""
    shown = admin_client.get(f"{ADD}?preset={platform.preset}", secure=True).context["adminform"].form
    filled = filled_in(platform, shown)
    keys = {"verification": "pasted", "pasted_keys": jwk_set(signer.jwk()).decode()}
    form = {**filled, **keys, "audiences": AUDIENCE, "scope_mapping": json.dumps({"*": ["read"]})}
    answer = admin_client.post(ADD, form, secure=True)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = TrustedIssuer.objects.get()
    kind = "any_user" if platform.person else "workloads"
    policy = {"subject_kind": kind, "subject_token_types": row.token_types, "lists": {"trusted_issuers": [row]}}
    world.policy(ways=["same_subject"], issued_to=[], **policy)
    if platform.person:
        LinkedAccount.objects.create(trusted_issuer=row, subject=platform.person, user=world.alice)
    return row


def filled_in(platform, shown):
    """The fields as a browser would send them, once each word in capitals has been replaced."""
    blanks = iter(platform.blanks)
    fields = {name: shown[name].value() for name in shown.fields}
    for name in ("issuer", "conditions"):
        fields[name] = BLANK.sub(lambda _blank: next(blanks), fields[name])
    assert not list(blanks)
    return {name: "on" if value is True else value for name, value in fields.items() if value not in (None, False)}


@pytest.fixture
def present(world, platform, signer, row):
    """A function that exchanges a token of the platform, some of its claims changed."""

    def exchange(**changes):
        claims = current(nbf=None, **{**platform.claims, **changes})
        payload = {name: value for name, value in claims.items() if value is not None}
        header = {name: value for name, value in signer.header(**platform.header).items() if value is not ...}
        return world.exchange(signer.sign(header, payload), subject_token_type=row.token_types[0])

    return exchange


@pytest.mark.scenario("D01")
@pytest.mark.parametrize("platform", WORKLOADS, indirect=True)
def test_a_workload_of_ours_is_taken(world, platform, present):
    """A token in the platform's real shape is traded, and stands for that workload and for no user."""
    answer = present()
    assert answer.status_code == 200, answer.content
    assert answer.json()["scope"] == "read"
    told = world.introspect(answer.json()["access_token"])
    assert told["sub"] == f"workload:{platform.claims['iss']}#{platform.claims['sub']}"
    assert "username" not in told


@pytest.mark.parametrize("platform", PEOPLE, indirect=True)
def test_somebody_of_ours_is_taken(world, present):
    """A login in the platform's real shape becomes the user whose account was linked to its immutable identifier."""
    answer = present()
    assert answer.status_code == 200, answer.content
    assert world.introspect(answer.json()["access_token"])["username"] == "alice"


@pytest.mark.parametrize("platform", PLATFORMS, indirect=True)
def test_a_token_as_old_as_the_platform_hands_it_out_is_taken(platform, present):
    """The preset's oldest age is no younger than what its workloads really hold, and bounded all the same."""
    issued_at = int(time.time()) - platform.age
    assert present(iat=issued_at, exp=issued_at + platform.life).status_code == 200
    assert TrustedIssuer.objects.get().max_age <= 3_600


@pytest.mark.scenario("INV-17")
@pytest.mark.parametrize(
    ("platform", "other"),
    [(name, other) for name, platform in PLATFORMS.items() for other in platform.others],
    indirect=["platform"],
)
def test_a_token_of_somebody_else_is_refused(world, platform, present, other):
    """The same issuer vouches for it under the same key; it is only not ours."""
    world.refused(
        present,
        lambda: present(**platform.others[other]),
        error="invalid_request",
        reason="claim_condition_failed",
    )


def test_every_preset_for_workloads_is_tried():
    """A preset without a token in its real shape is a guess."""
    workloads = {name for name, (_label, values) in PRESETS.items() if values["subject_mapping"] == "workload"}
    assert workloads == {platform.preset for platform in WORKLOADS.values()}
