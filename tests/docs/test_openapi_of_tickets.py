"""The OpenAPI document of tickets agrees with the views: paths, methods, fields and answers."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client as Browser

from tests.docs.pages import FOLDER
from tests.worlds.ticket_pages import SupportOffice
from token_exchange.models import ImpersonationTicket
from token_exchange.rest_framework.impersonation_ticket_serializers import TicketRequestSerializer, TicketSerializer
from token_exchange.urls import impersonation_tickets_api

API = json.loads((FOLDER / "openapi" / "impersonation-tickets.json").read_text(encoding="utf-8"))
ROOT = "/api/impersonation-tickets"
KINDS = {"integer": int, "string": str, "null": type(None), "boolean": bool, "array": list, "object": dict}
WISH = {"subject": "alice", "targets": ["back-api"], "scopes": ["read"], "reason": "Case 7"}


def resolved(part):
    """A part of the description, looked up if it is only referred to, and put together of its parts."""
    while "$ref" in part:
        found = API
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    parts = [resolved(one) for one in part.get("allOf", ())]
    if not parts:
        return part
    properties = {name: schema for one in parts for name, schema in one["properties"].items()}
    return {"type": "object", "properties": properties, "required": [name for one in parts for name in one["required"]]}


def assert_fits(value, schema):
    """A value is of its kind, with the members that are described, no more and no fewer."""
    schema = resolved(schema)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert type(value) in [KINDS[kind] for kind in kinds], value
    if isinstance(value, list):
        for one in value:
            assert_fits(one, schema["items"])
    if isinstance(value, dict) and not schema.get("additionalProperties"):
        assert set(value) == set(schema["properties"]) == set(schema["required"])
        for name, member in value.items():
            assert_fits(member, schema["properties"][name])
    assert "pattern" not in schema or re.fullmatch(schema["pattern"], value)
    assert "enum" not in schema or value in schema["enum"]


def test_paths_and_methods():
    """Each path of the include is described, with exactly the methods that its view has."""
    served = {
        "/" + re.sub(r"<int:key>", "{id}", str(pattern.pattern)): set(pattern.callback.actions) - {"head"}
        for pattern in impersonation_tickets_api.urlpatterns
    }
    assert {path: set(operations) for path, operations in API["paths"].items()} == served


@pytest.mark.parametrize(
    ("schema", "serializer"), [("TicketRequest", TicketRequestSerializer), ("Ticket", TicketSerializer)]
)
def test_fields(schema, serializer):
    """Each field of a body is described, said to be required where it is, and as long as it may be."""
    fields = serializer().fields
    told = API["components"]["schemas"][schema]
    assert set(told["properties"]) == set(fields)
    assert set(told["required"]) == {name for name, field in fields.items() if field.required or field.read_only}
    if schema == "TicketRequest":
        longest = {name: getattr(field, "max_length", None) for name, field in fields.items()}
        assert {name: described.get("maxLength") for name, described in told["properties"].items()} == longest


def test_states():
    """Every state that a ticket may be in is described."""
    told = API["components"]["schemas"]["Ticket"]["properties"]["state"]["enum"]
    assert sorted(told) == sorted(ImpersonationTicket.State.values)


@pytest.fixture
def asking(world):
    """A function that sends a request in somebody's session, and keeps which answers there were."""
    seen = set()

    def ask(user, method, path, body=None, *, key="", status, content_type="application/json"):
        browser = Browser()
        if user:
            browser.force_login(user)
        content = {} if method == "get" else {"data": body or {}, "content_type": content_type}
        answer = getattr(browser, method)(ROOT + path.replace("{id}", str(key)), secure=True, **content)
        assert answer.status_code == status, answer.content
        told = resolved(API["paths"][path][method]["responses"][str(status)])
        assert_fits(answer.json(), told["content"]["application/json"]["schema"])
        seen.add((path, method, str(status)))
        return answer.json().get("id") if isinstance(answer.json(), dict) else None

    ask.seen = seen
    return ask


def test_every_answer_that_is_described_is_given_and_fits(world, asking, settings):
    """No status is described that does not occur, and what comes has the members that are described."""
    office = SupportOffice(world)
    carol, dave = office.carol, office.dave
    asking(carol, "post", "/", {**WISH, "context": {"a": 1}}, status=201)
    asking(carol, "post", "/", {**WISH, "reason": ""}, status=400)
    asking(carol, "post", "/", {**WISH, "subject": "bob"}, status=403)
    asking(carol, "post", "/", WISH, content_type="text/plain", status=415)
    office.permission.approval_required = True
    office.permission.save()
    approved, declined = (asking(carol, "post", "/", WISH, status=202) for _number in range(2))
    for user in (carol, dave):
        asking(user, "get", "/", status=200)
        asking(user, "get", "/{id}/", key=approved, status=200)
    for what, key in (("approve", approved), ("decline", declined)):
        for status in (200, 409):
            asking(dave, "post", f"/{{id}}/{what}/", key=key, status=status)
    for status in (200, 409):
        asking(carol, "post", "/{id}/hand-over/", key=approved, status=status)
    for key, status in ((approved, 200), (declined, 409)):
        asking(carol, "post", "/{id}/withdraw/", key=key, status=status)
    for path, operations in API["paths"].items():
        for method in operations:
            asking(None, method, path, WISH, key=approved, status=401)
            if path != "/":
                asking(world.bob, method, path, key=approved, status=404)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.scenarios.personal_access_tokens.test_pages.Hijacked"]
    for path, operations in API["paths"].items():
        for method in operations:
            asking(carol, method, path, WISH, key=approved, status=403)
    assert asking.seen == {
        (path, method, status)
        for path, operations in API["paths"].items()
        for method, operation in operations.items()
        for status in operation["responses"]
    }
