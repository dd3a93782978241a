"""An insertion writes the same row as `save()` of the ORM."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.functional import lazystr
from oauth2_provider.models import get_access_token_model, set_token_value

from token_exchange.models import ExchangedToken, ExchangeRecord
from token_exchange.tokens.insertion import insertion
from token_exchange.toolkit.compat import token_database

NOW = timezone.now()


RECORD = {
    "created": NOW,
    "request_id": "0" * 32,
    "outcome": ExchangeRecord.Outcome.GRANTED,
    "client_id": lazystr("front"),
    "address": "2001:db8::1",
    "subject": "é 'quoted' \\ %s",
    "act": {"sub": "client:front"},
    "audience": ["back-api"],
    "lifetime": 300,
    "trace": [{"rules": [None, True, 1.5]}],
}
EXCHANGED = {
    "fingerprint": "1" * 64,
    "subject_fingerprint": "2" * 64,
    "root": "2" * 64,
    "generation": 1,
    "client_id": "front",
    "subject": "1",
    "way": "client_acts",
    "audience": ["back-api"],
    "policy_id": 7,
    "revoked_with_parents": True,
    "issued": NOW,
    "expires": NOW + timedelta(minutes=5),
}


@pytest.mark.parametrize(("model", "values"), [(ExchangeRecord, RECORD), (ExchangedToken, EXCHANGED)])
def test_an_inserted_row_is_the_row_that_save_would_write(db, model, values):
    """Every column has the same value in an inserted row and in a saved one, defaults included."""
    assert insertion(model, token_database()).insert(values)
    inserted = taken(model)
    model(**values).save(using=token_database())
    assert inserted == taken(model)


def test_an_inserted_instance_is_the_row_that_save_would_write(world):
    """A token of the toolkit is inserted with the checksum that `save()` computes."""
    inserted, saved = access_token(world), access_token(world)
    model = type(saved)
    assert insertion(model, token_database()).insert_instance(inserted)
    row = taken(model)
    saved.save(using=token_database())
    assert row == taken(model)


def test_a_value_that_no_field_takes_is_no_row(db):
    """A misspelt attribute raises an error, and is not replaced by a default."""
    with pytest.raises(TypeError, match="actr"):
        insertion(ExchangeRecord, token_database()).insert({**RECORD, "actr": "client:front"})


def access_token(world):
    """Return an unsaved access token of the toolkit."""
    token = get_access_token_model()(
        user=world.alice,
        application=world.front,
        scope="read write",
        resource=["https://back-api.example/"],
        expires=NOW + timedelta(minutes=5),
    )
    set_token_value(token, "a-token-that-nobody-presents")
    return token


def taken(model):
    """Delete the newest row; return its values without the primary key and the times that `save()` sets."""
    rows = model._default_manager.using(token_database()).order_by()
    row = rows.values().latest("pk")
    rows.filter(pk=row.pop("id"))._raw_delete(rows.db)
    assert row.keys() >= {"expires"} or row["created"] == NOW
    return {column: value for column, value in row.items() if column not in ("created", "updated")}
