"""The checks report classes that make a bearer token the user of a request, and the admin page of an application."""

from __future__ import annotations

import pytest
from django.contrib import admin
from oauth2_provider.backends import OAuth2Backend
from oauth2_provider.middleware import OAuth2ExtraTokenMiddleware, OAuth2TokenMiddleware

from tests.checks.cure import assert_cured, configure, found, lines_of

STOCK = {
    "E020": ("AUTHENTICATION_BACKENDS", OAuth2Backend),
    "E021": ("MIDDLEWARE", OAuth2TokenMiddleware),
    "E021 extra": ("MIDDLEWARE", OAuth2ExtraTokenMiddleware),
}


class OwnBackend(OAuth2Backend):
    """An authentication backend of a site, without our mixin."""


class OwnTokenMiddleware(OAuth2TokenMiddleware):
    """A middleware of a site that sets the user, without our mixin."""


class OwnExtraMiddleware(OAuth2ExtraTokenMiddleware):
    """A middleware of a site that sets the token, without our mixin."""


class OwnApplicationAdmin(admin.ModelAdmin):
    """An application admin of a site, without our mixin."""


OWN = {
    "E020": ("AUTHENTICATION_BACKENDS", OwnBackend),
    "E021": ("MIDDLEWARE", OwnTokenMiddleware),
    "E021 extra": ("MIDDLEWARE", OwnExtraMiddleware),
}


def named(found_class):
    return f"{found_class.__module__}.{found_class.__qualname__}"


@pytest.mark.parametrize("case", STOCK)
def test_the_toolkits_own(settings, case):
    """The toolkit's class is reported with the line that replaces it, and only that line."""
    setting, stock = STOCK[case]
    before = [*getattr(settings, setting)]
    setattr(settings, setting, [*before, named(stock)])
    assert list(found()) == [case[:4]]
    assert_cured(settings, case[:4])
    cured = getattr(settings, setting)
    assert (cured[:-1], cured[-1].partition(".")[0]) == (before, "token_exchange")


@pytest.mark.parametrize("case", OWN)
def test_a_class_of_the_sites_own_is_kept(settings, case, monkeypatch):
    """The hint adds the mixin to the site's class; written there, the lines correct it."""
    setting, own = OWN[case]
    setattr(settings, setting, [*getattr(settings, setting), named(own)])
    hint = found()[case[:4]].hint
    assert hint.partition("\n")[0].endswith(f"Write in {__name__}:")
    namespace = dict(globals())
    exec(f"{lines_of(hint)}\n    pass", namespace)
    monkeypatch.setitem(globals(), own.__name__, namespace[own.__name__])
    assert found() == {}


@pytest.mark.parametrize("path", ["token_exchange.no.such.Class", "tests.checks.test_logins.named", "NoPathAtAll"])
def test_what_is_no_class_is_left_to_django(settings, path):
    """A middleware function and a path that cannot be imported are not reported; Django reports the latter."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, path]
    assert found() == {}


def test_the_page_of_an_application(settings):
    """An admin class without the panel is a warning, with the line for ours or with the mixin."""
    configure(settings, APPLICATION_ADMIN_CLASS=None)
    assert list(found()) == ["W003"]
    assert_cured(settings, "W003")
    configure(settings, APPLICATION_ADMIN_CLASS=OwnApplicationAdmin)
    hint = found()["W003"].hint
    assert "class OwnApplicationAdmin(TokenExchangeApplicationMixin, ModelAdmin):" in hint
    assert "APPLICATION_ADMIN_CLASS" not in hint
