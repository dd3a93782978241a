"""Provide sites that differ from the one in the settings."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import OperationalError, connections
from oauth2_provider.models import get_access_token_model

from token_exchange.models import ExchangedToken, ExchangeRecord, UsedToken
from token_exchange.toolkit.compat import token_database


@pytest.fixture
def scopeless(world):
    """Return a token without any scope, from an exchange whose policy grants none."""
    world.policy(scopes=[], targets=[world.other_target])
    token = world.issued(world.login_token(), audience="invoices-api")
    assert world.introspect(token).get("scope", "") == ""
    return token


@pytest.fixture
def failing_database():
    """Return a context in which the tokens' database fails at statements with the given beginnings."""

    @contextmanager
    def failing(statement):
        models = {
            "tokens": get_access_token_model(),
            "exchanged": ExchangedToken,
            "records": ExchangeRecord,
            "used": UsedToken,
        }
        connection = connections[token_database()]
        quoted = {name: connection.ops.quote_name(model._meta.db_table) for name, model in models.items()}

        def execute(run, sql, parameters, many, context):
            if sql.startswith(statement.format(**quoted)):
                raise OperationalError("the database went away")
            return run(sql, parameters, many, context)

        with connection.execute_wrapper(execute):
            yield

    return failing
