"""The OpenAPI document of personal access tokens agrees with the views: paths, methods, fields and answers."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from tests.docs.pages import FOLDER
from tests.worlds.personal_access_tokens import make, policy_for_scripts
from token_exchange.models import PersonalAccessToken
from token_exchange.rest_framework.personal_access_token_serializers import (
    NewTokenSerializer,
    RenewalSerializer,
    TokenSerializer,
)
from token_exchange.urls import personal_access_tokens_api

API = json.loads((FOLDER / "openapi" / "personal-access-tokens.json").read_text(encoding="utf-8"))
ROOT = "/api/personal-access-tokens"


def resolved(part):
    """A part of the description, looked up if it is only referred to."""
    while "$ref" in part:
        found = API
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def described(path, method, status):
    """The schema of one answer."""
    answer = resolved(API["paths"][path][method]["responses"][str(status)])
    return resolved(answer["content"]["application/json"]["schema"])


def test_paths_and_methods():
    """Each path of the include is described, with exactly the methods that its view has."""
    served = {
        "/" + re.sub(r"<int:key>", "{id}", str(pattern.pattern)): (set(pattern.callback.actions), pattern.callback)
        for pattern in personal_access_tokens_api.urlpatterns
    }
    told = {path: set(operations) for path, operations in API["paths"].items()}
    assert told == {path: methods - {"head"} for path, (methods, _view) in served.items()}


@pytest.mark.parametrize(
    ("schema", "serializer"),
    [("NewToken", NewTokenSerializer), ("Renewal", RenewalSerializer), ("Token", TokenSerializer)],
)
def test_fields(schema, serializer):
    """Each field of a body is described, and said to be required where it is."""
    fields = serializer().fields
    told = API["components"]["schemas"][schema]
    assert set(told["properties"]) == set(fields)
    assert set(told["required"]) == {name for name, field in fields.items() if field.required or field.read_only}


@pytest.fixture
def asking(world):
    """A function that sends a request in Alice's session, and keeps which answers there were."""
    policy_for_scripts(world)
    seen = set()

    def ask(method, path, body=None, *, key="", user=world.alice, content_type="application/json", status):
        browser = Browser()
        if user:
            browser.force_login(user)
        content = {} if method == "get" else {"data": body or {}, "content_type": content_type}
        answer = getattr(browser, method)(ROOT + path.replace("{id}", str(key)), secure=True, **content)
        assert answer.status_code == status, answer.content
        schema, found = described(path, method, status), answer.json()
        for document in found if schema["type"] == "array" else [found]:
            assert_fits(document, resolved(schema["items"]) if schema["type"] == "array" else schema)
        seen.add((path, method, str(status)))

    ask.seen = seen
    return ask


KINDS = {"integer": int, "string": str, "null": type(None), "boolean": bool, "array": list}


def assert_fits(document, schema):
    """The members are those of the schema, each of its kind."""
    if schema.get("additionalProperties"):
        return
    assert set(document) == set(schema["properties"]) == set(schema["required"])
    for name, value in document.items():
        told = resolved(schema["properties"][name])
        kinds = told["type"] if isinstance(told["type"], list) else [told["type"]]
        assert type(value) in [KINDS[kind] for kind in kinds], name
        assert "pattern" not in told or re.fullmatch(told["pattern"], value), name


def test_every_answer_that_is_described_is_given_and_fits(world, asking, settings):
    """No status is described that does not occur, and what comes has the members that are described."""
    ends = (timezone.now() + timedelta(days=3)).isoformat()
    making = {"name": "backup", "scopes": ["read"], "targets": ["back-api"], "expires": ends}
    asking("post", "/", making, status=201)
    asking("post", "/", making, status=400)
    asking("post", "/", making, content_type="text/plain", status=415)
    asking("get", "/", status=200)
    key = PersonalAccessToken.objects.get().pk
    asking("post", "/{id}/renew/", {"expires": ends}, key=key, status=200)
    asking("post", "/{id}/renew/", {}, key=key, status=400)
    asking("post", "/{id}/renew/", {}, key=key, content_type="text/plain", status=415)
    asking("post", "/{id}/renew/", {"expires": ends}, key=key + 1, status=404)
    asking("post", "/{id}/revoke/", key=key, status=200)
    asking("post", "/{id}/revoke/", key=key, status=404)
    for path, operations in API["paths"].items():
        for method in operations:
            asking(method, path, making, key=key, user=None, status=401)
    make(world)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.scenarios.personal_access_tokens.test_pages.Hijacked"]
    for path, operations in API["paths"].items():
        for method in operations:
            asking(method, path, making, key=key, status=403)
    told = {
        (path, method, status)
        for path, operations in API["paths"].items()
        for method, operation in operations.items()
        for status in operation["responses"]
    }
    assert asking.seen == told
