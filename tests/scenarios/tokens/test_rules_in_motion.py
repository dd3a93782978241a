"""While the rules change again and again during their reading, no token is called active or invalid."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import connections

from tests.worlds.personal_access_tokens import make
from tests.worlds.resource_server import ask
from token_exchange.configuration import snapshot
from token_exchange.models import ConfigurationVersion
from token_exchange.toolkit.compat import token_database


@contextmanager
def rules_in_motion():
    """Raise the version of the rules each time that it has been read."""
    connection = connections[token_database()]
    table = connection.ops.quote_name(ConfigurationVersion._meta.db_table)

    def execute(run, sql, parameters, many, context):
        found = run(sql, parameters, many, context)
        if sql.startswith("SELECT") and table in sql:
            with connection.cursor() as cursor:
                cursor.execute(f"UPDATE {table} SET version = version + 1")
        return found

    snapshot.forget()
    with connection.execute_wrapper(execute):
        yield


@pytest.fixture
def token(world):
    world.policy()
    return world.issued(world.login_token())


@pytest.mark.parametrize("face", ["rest", "function", "class"])
@pytest.mark.urls("tests.worlds.resource_server")
def test_bearer_use(token, face):
    """An API answers 503 with Retry-After, and serves no request."""
    assert ask(f"{face}/any", token).status_code == 200
    with rules_in_motion():
        answer = ask(f"{face}/any", token)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer.json() == {"detail": "The access token cannot be checked at the moment."}
    assert ask(f"{face}/any", token).status_code == 200


@pytest.mark.urls("tests.personal_access_tokens.test_bearer")
def test_a_personal_access_token(world, settings):
    settings.TOKEN_EXCHANGE = {"PERSONAL_ACCESS_TOKEN_BEARER": True}
    value = make(world).value
    assert ask("read", value).status_code == 200
    with rules_in_motion():
        assert ask("read", value).status_code == 503


def test_introspection(world, token):
    """This app's introspection answers 503, so that a resource server does not treat the token as revoked."""
    assert world.introspect(token)["active"]
    with rules_in_motion():
        answer = world.post({"token": token}, client=world.front, path="/o/introspect/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer.json() == {"error": "temporarily_unavailable"}


@pytest.mark.urls("tests.urls_stock")
def test_introspection_by_the_toolkit(world, token):
    """The toolkit's introspection, which cannot answer 503, calls the token inactive."""
    assert world.introspect(token)["active"]
    with rules_in_motion():
        assert world.introspect(token) == {"active": False}
