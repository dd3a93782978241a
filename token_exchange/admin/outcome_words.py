"""What came of asking an outside issuer, in words for whoever has to mend it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

OUTCOMES: Final = {
    "ok": _("It answered, and its keys are in use."),
    "pasted": _("Its keys were pasted: nothing is fetched."),
    "url_invalid": _("The URL is no https URL with a host."),
    "name_unknown": _("Its host name leads nowhere."),
    "address_not_public": _("Its host name leads to a private address, which this issuer's row does not allow."),
    "connection_failed": _("No connection could be made."),
    "certificate_refused": _("Its certificate is not one that this server, or the authorities given here, believes."),
    "too_slow": _("It did not answer in time."),
    "too_large": _("Its answer is too large."),
    "compressed": _("Its answer is compressed, which nobody asked for."),
    "failed": _("It gave no answer that could be read."),
    "not_json": _("Its answer is no JSON."),
    "not_an_object": _("Its answer is JSON, but no object."),
    "name_repeated": _("A name stands twice in its answer."),
    "too_deep": _("Its answer is nested too deeply."),
    "number_out_of_range": _("A number in its answer is too large, or none that JSON has."),
    "text_unstorable": _("A text in its answer holds characters that cannot be stored."),
    "no_metadata": _("It has no metadata where discovery looks for them."),
    "issuer_differs": _("Its metadata are of another issuer."),
    "no_jwks_url": _("Its metadata name no https address of its keys."),
    "no_keys": _("Its keys have never been fetched."),
    "no_usable_key": _("It has no key for the algorithms chosen here."),
    "key_set_malformed": _("What it publishes is no set of keys."),
    "key_set_too_large": _("It publishes too many keys."),
    "no_credentials": _("This site's settings have no credentials of the name given here."),
}


def outcome_in_words(code: str) -> str:
    """Return the sentence for an outcome, nothing for one that has none."""
    if code.startswith("status_"):
        return gettext("It answered with the status %(status)s instead of 200.") % {"status": code[7:]}
    return str(OUTCOMES.get(code, ""))
