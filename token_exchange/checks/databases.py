"""Our models live in the database of the access tokens: issuance and record are one transaction (P42)."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import router


# Not Tags.database: the router is asked, no database is opened, so a plain `check` can tell.
@register(Tags.models)
def check_databases(**kwargs: Any) -> list[CheckMessage]:
    """A token in one database and its record in another could not live or die together."""
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
            f"{', '.join(elsewhere)}: not in the database of the access tokens, {using!r}.",
            hint="Write in db_for_read and db_for_write of your router, before anything else:\n"
            'if model._meta.app_label == "token_exchange":\n'
            f'    return "{using}"',
            id="token_exchange.E005",
        )
    ]
