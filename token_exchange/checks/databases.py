"""Check that the models of this app are in the database of the access tokens."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import router


# Not Tags.database: the check asks the router and opens no database, so it can run at every start.
@register(Tags.models)
def check_databases(**kwargs: Any) -> list[CheckMessage]:
    """Report models in another database: a token and its record have to be saved in one transaction."""
    from token_exchange.toolkit.compat import token_database

    using = token_database()
    models = apps.get_app_config("token_exchange").get_models()
    elsewhere = [
        model.__name__ for model in models if {router.db_for_read(model), router.db_for_write(model)} != {using}
    ]
    if not elsewhere:
        return []
    return [
        Error(
            f"{', '.join(elsewhere)} must be in the database of the access tokens, {using!r}.",
            hint="Add these lines at the beginning of db_for_read and db_for_write of your database router:\n"
            'if model._meta.app_label == "token_exchange":\n'
            f'    return "{using}"',
            id="token_exchange.E005",
        )
    ]
