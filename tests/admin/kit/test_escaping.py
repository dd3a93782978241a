"""Text that a user typed never becomes markup on a page."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from tests.admin.conftest import page, text_of
from token_exchange.models import ExchangedToken, ExchangeRecord

EVIL = "<img src=x onerror=alert(1)>\"'{{7*7}}"


@pytest.fixture
def evil_pages(world):
    """Return every page of the app, with markup in every name that a user can choose."""
    world.front.name = EVIL
    world.front.save()
    group = Group.objects.create(name=EVIL)
    policy = world.policy(name=EVIL, description=EVIL, scopes=[EVIL], lists={"subject_groups": [group]})
    world.target.description = EVIL
    world.target.scopes = [EVIL]
    world.target.save()
    token = ExchangedToken.objects.create(
        fingerprint="a" * 64,
        subject_fingerprint="b" * 64,
        root="b" * 64,
        generation=1,
        client_id=EVIL,
        subject=EVIL,
        act={"sub": EVIL, "iss": EVIL, "act": {"sub": EVIL}},
        may_act={"sub": EVIL},
        audience=[EVIL],
        policy=policy,
        revoked_with_parents=True,
        issued="2030-01-01T00:00Z",
        expires="2099-01-01T00:00Z",
    )
    rule = {"rule": EVIL, "passed": True, "asked": [EVIL], "allowed": EVIL}
    trial = {"policy": 0, "name": EVIL, "effect": EVIL, "report_only": True, "passed": False, "rules": [rule]}
    fields = {"client_id": EVIL, "subject": EVIL, "subject_name": EVIL, "reason": EVIL, "act": token.act}
    record = ExchangeRecord.objects.create(
        created="2030-01-01T00:00Z", outcome="refused", trace=[trial], audience=[EVIL], resource=[EVIL], **fields
    )
    revoked = ExchangeRecord.objects.create(
        created="2030-01-01T00:00Z",
        outcome="revoked",
        trace=[{"revoked": 1, "tokens": [{"fingerprint": EVIL, "client": EVIL, "subject": EVIL}]}],
    )
    client = world.front._meta
    return [
        page("exchangepolicy"),
        page("exchangepolicy", "change", policy.pk),
        page("exchangepolicy", "delete", policy.pk),
        page("target"),
        page("target", "change", world.target.pk),
        page("exchangedtoken"),
        page("exchangedtoken", "change", token.pk),
        page("exchangedtoken", "revoke", token.pk),
        page("exchangerecord"),
        page("exchangerecord", "change", record.pk),
        page("exchangerecord", "change", revoked.pk),
        reverse(f"admin:{client.app_label}_{client.model_name}_change", args=[world.front.pk]),
    ]


@pytest.mark.scenario("O11")
def test_no_stored_name_becomes_markup(evil_pages, superuser):
    """Every page shows such a name as text."""
    for path in evil_pages:
        html = text_of(superuser.get(path))
        assert "<img src=x" not in html, path
        assert "49" not in html.replace(f"/{path}", "") or "{{7*7}}" in html, path
        assert "onerror=alert(1)&gt;" in html, path


def test_no_message_carries_markup(world, superuser, evil_pages):
    """Messages about such a policy show its name as text."""
    from token_exchange.models import ExchangePolicy

    world.policy(name="after it")
    policy = ExchangePolicy.objects.get(name=EVIL)
    answer = superuser.post(page("exchangepolicy", "down", policy.pk), follow=True)
    assert "is now at position 2" in text_of(answer)
    assert "<img src=x" not in text_of(answer)


def test_pages_bring_no_inline_script_or_style(evil_pages, superuser):
    """A strict Content-Security-Policy breaks none of the pages."""
    for path in evil_pages:
        html = text_of(superuser.get(path))
        assert "<style" not in html, path
        assert " style=" not in html, path
        assert " onclick=" not in html, path
        scripts = [part.split(">", 1)[0] for part in html.split("<script")[1:]]
        assert all("src=" in script or "application/json" in script for script in scripts), (path, scripts)
