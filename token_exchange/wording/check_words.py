"""The checks of an impersonation permission in the words of the admin: why somebody may not."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

CHECKS: Final = {
    "": _("may"),
    "denied": _("a denial applies"),
    "period": _("the permission is not in force now"),
    "method": _("not in this manner"),
    "actor": _("who acts is not named"),
    "subject": _("who is acted for is not named"),
    "oneself": _("nobody acts as themselves"),
    "activity": _("one of the two is inactive"),
    "privilege": _("staff and superusers are not reached by this permission"),
    "ceiling": _("who is acted for has rights or groups that the other lacks"),
    "client": _("not through this client"),
    "targets": _("not for these targets"),
    "scopes": _("not with these scopes"),
}


def check_in_words(name: str) -> str:
    """Return the words for a check that failed, "may" for none."""
    return str(CHECKS.get(name, name))
