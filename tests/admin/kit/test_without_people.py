"""A site whose admin registers neither users nor groups starts, and every page opens."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.checks import run_checks

from tests.admin.conftest import page
from tests.worlds.pasted_issuer import PastedIssuer


@pytest.mark.parametrize("missing", [[Group], [get_user_model()], [Group, get_user_model()]], ids=repr)
def test_it_starts_and_opens(world, superuser, missing):
    """No check fails, and the forms ask for the keys of users and groups."""
    issuer = PastedIssuer(world)
    kept = {model: admin.site._registry.pop(model) for model in missing}
    try:
        assert not [error for error in run_checks(databases=["default"]) if error.id.startswith("admin.")]
        for model in ("trustedissuer", "linkedaccount", "exchangepolicy", "impersonationpermission"):
            assert superuser.get(page(model), secure=True).status_code == 200
            assert superuser.get(page(model, "add"), secure=True).status_code == 200
        assert superuser.get(page("trustedissuer", "change", issuer.row.pk), secure=True).status_code == 200
    finally:
        admin.site._registry.update(kept)
