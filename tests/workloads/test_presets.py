"""A preset that an administrator has filled in accepts its platform's tokens, and none of another tenant."""

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
    """Return the platform under test."""
    return PLATFORMS[request.param]


@pytest.fixture
def signer(platform):
    """Return the issuer that signs the platform's tokens."""
    return Issuer(platform.algorithm)


@pytest.fixture
def row(world, admin_client, platform, signer):
    """Create the row from the preset with its blanks filled, a key, an audience, a scope, and a policy."""
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
    """Return the fields as a browser would send them, with each word in capitals replaced."""
    blanks = iter(platform.blanks)
    fields = {name: shown[name].value() for name in shown.fields}
    for name in ("issuer", "conditions"):
        fields[name] = BLANK.sub(lambda _blank: next(blanks), fields[name])
    assert not list(blanks)
    return {name: "on" if value is True else value for name, value in fields.items() if value not in (None, False)}


@pytest.fixture
def present(world, platform, signer, row):
    """Return a function that exchanges a token of the platform with these changed claims."""

    def exchange(**changes):
        claims = current(nbf=None, **{**platform.claims, **changes})
        payload = {name: value for name, value in claims.items() if value is not None}
        header = {name: value for name, value in signer.header(**platform.header).items() if value is not ...}
        return world.exchange(signer.sign(header, payload), subject_token_type=row.token_types[0])

    return exchange


@pytest.mark.scenario("D01")
@pytest.mark.parametrize("platform", WORKLOADS, indirect=True)
def test_a_workload_of_the_site_is_accepted(world, platform, present):
    """A token of the platform is exchanged for one of the workload, without a user."""
    answer = present()
    assert answer.status_code == 200, answer.content
    assert answer.json()["scope"] == "read"
    told = world.introspect(answer.json()["access_token"])
    assert told["sub"] == f"workload:{platform.claims['iss']}#{platform.claims['sub']}"
    assert "username" not in told


@pytest.mark.parametrize("platform", PEOPLE, indirect=True)
def test_a_user_of_the_site_is_accepted(world, present):
    """A login at the platform is exchanged for a token of the user who is linked to its immutable identifier."""
    answer = present()
    assert answer.status_code == 200, answer.content
    assert world.introspect(answer.json()["access_token"])["username"] == "alice"


@pytest.mark.parametrize("platform", PLATFORMS, indirect=True)
def test_a_token_as_old_as_the_platform_issues_it_is_accepted(platform, present):
    """The maximum age of the preset fits the tokens that workloads of the platform hold, and is bounded."""
    issued_at = int(time.time()) - platform.age
    assert present(iat=issued_at, exp=issued_at + platform.life).status_code == 200
    assert TrustedIssuer.objects.get().max_age <= 3_600


@pytest.mark.scenario("INV-17")
@pytest.mark.parametrize(
    ("platform", "other"),
    [(name, other) for name, platform in PLATFORMS.items() for other in platform.others],
    indirect=["platform"],
)
def test_a_token_of_another_tenant_is_refused(world, platform, present, other):
    """A token of another tenant, signed by the same issuer with the same key, is refused."""
    world.refused(
        present,
        lambda: present(**platform.others[other]),
        error="invalid_request",
        reason="claim_condition_failed",
    )


def test_every_preset_for_workloads_is_tried():
    """Every preset for workloads is tested with a token of its platform."""
    workloads = {name for name, (_label, values) in PRESETS.items() if values["subject_mapping"] == "workload"}
    assert workloads == {platform.preset for platform in WORKLOADS.values()}
