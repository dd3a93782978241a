"""The checks report views that accept tokens without our rules, under any prefix."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.urls import include, path, re_path
from django.views.decorators.cache import never_cache
from oauth2_provider.decorators import protected_resource, rw_protected_resource
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.views import IntrospectTokenView, ProtectedResourceView

from tests.checks.cure import found, lines_of
from token_exchange.provider.validator import TokenExchangeValidator
from token_exchange.views.introspection import IntrospectionView


class OwnIntrospection(IntrospectTokenView):
    """An introspection view of a site, inherited from the toolkit's."""


class OfOurs(IntrospectionView):
    """An introspection view of a site, inherited from ours."""


class WithOwnValidator(ProtectedResourceView):
    validator_class = OAuth2Validator


class WithOwnBackend(ProtectedResourceView):
    oauthlib_backend_class = OAuthLibCore


class WithOurs(ProtectedResourceView):
    validator_class = TokenExchangeValidator


def view(request):
    return HttpResponse("")


OURS = path("o/", include("token_exchange.urls"))
THEIRS = path("o/", include("oauth2_provider.urls"))


def site(settings, *patterns):
    settings.ROOT_URLCONF = type("URLs", (), {"urlpatterns": list(patterns)})
    return found()


@pytest.mark.parametrize(
    ("patterns", "prefix"),
    [
        pytest.param([THEIRS], "o/", id="without ours"),
        pytest.param([OURS, path("oauth/", include("oauth2_provider.urls"))], "oauth/", id="another prefix"),
        pytest.param([OURS, THEIRS, path("v2/o/", include("oauth2_provider.urls"))], "v2/o/", id="a second include"),
        pytest.param([path("", include("oauth2_provider.urls"))], "", id="at the root"),
    ],
)
def test_the_toolkits_introspection_where_it_is_reached(settings, patterns, prefix):
    """It is reported with its path; the line of the hint, before the others, corrects it."""
    message = site(settings, *patterns)["E022"]
    assert message.msg.startswith(f"/{prefix}introspect/ ")
    ours = eval(lines_of(message.hint).removesuffix(","), {"path": path, "include": include})
    assert "E022" not in site(settings, ours, *patterns)


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(path("<slug:tenant>/introspect", IntrospectTokenView.as_view()), id="a parameter"),
        pytest.param(path("<uuid:tenant>/i", IntrospectTokenView.as_view()), id="a parameter of another kind"),
        pytest.param(re_path(r"^(?P<tenant>[a-z]{3,5})/in/?$", IntrospectTokenView.as_view()), id="an expression"),
        pytest.param(path("deep/", include([path("er/", never_cache(IntrospectTokenView.as_view()))])), id="decorated"),
    ],
)
def test_it_is_found_at_any_path(settings, pattern):
    assert "E022" in site(settings, OURS, pattern)


def test_a_view_of_the_sites_own(settings):
    """The hint names the site's class and tells it to inherit from ours; then it is accepted."""
    hint = site(settings, OURS, path("mine/", OwnIntrospection.as_view()))["E022"].hint
    assert hint.partition("\n")[0].endswith(f"Write in {__name__}:")
    namespace = {}
    exec(f"{lines_of(hint)}\n    pass", namespace)
    assert namespace["OwnIntrospection"].__mro__[1] is IntrospectionView
    assert site(settings, OURS, path("mine/", OfOurs.as_view())) == {}


@pytest.mark.parametrize("own", [WithOwnValidator, WithOwnBackend])
def test_a_view_that_names_the_toolkits_classes(settings, own):
    """A view that names the toolkit's class itself is reported, even if the settings name ours."""
    assert list(site(settings, OURS, path("mine/", own.as_view()))) == ["E023"]
    assert site(settings, OURS, path("mine/", WithOurs.as_view())) == {}


@pytest.mark.parametrize("decorator", [protected_resource, rw_protected_resource])
def test_the_toolkits_decorators(settings, decorator):
    """A view under the toolkit's decorator is reported, unless the decorator gets our validator."""
    assert list(site(settings, OURS, path("a/", never_cache(decorator()(view))))) == ["E024"]
    assert list(site(settings, OURS, path("a/", decorator()(never_cache(view))))) == ["E024"]
    assert site(settings, OURS, path("a/", decorator(validator_cls=TokenExchangeValidator)(view))) == {}
    assert site(settings, OURS, path("a/", never_cache(view))) == {}


def test_what_is_never_reached_is_no_matter(settings):
    """The toolkit's view is not reported if ours comes first under the same path."""
    assert site(settings, OURS, THEIRS) == {}
