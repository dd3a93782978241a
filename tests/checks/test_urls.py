"""The checks report URLs in the wrong order, and metadata that contradict ENABLED."""

from __future__ import annotations

import pytest
from django.urls import include, path

from tests.checks.cure import configure, found, lines_of, paste
from token_exchange.sts.vocabulary import GRANT_TYPE


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.urls("tests.urls_stock")
def test_metadata_that_do_not_tell_the_truth(settings, enabled):
    """If only the toolkit's views serve metadata, the list must hold the grant only while it is on."""
    settings.TOKEN_EXCHANGE = {"ENABLED": enabled}
    configure(settings, OAUTH2_GRANT_TYPES_SUPPORTED=["refresh_token", *([] if enabled else [GRANT_TYPE])])
    messages = found()
    assert sorted(messages) == ["E022", "W001"]
    paste(settings, messages["W001"].hint)
    assert list(found()) == ["E022"], "the toolkit's introspection is another matter"
    assert settings.OAUTH2_PROVIDER["OAUTH2_GRANT_TYPES_SUPPORTED"][0] == "refresh_token"


def test_our_own_metadata_need_no_list(settings):
    """If the site includes our views, the list is not checked."""
    configure(settings, OAUTH2_GRANT_TYPES_SUPPORTED=["refresh_token"])
    assert found() == {}


class ReversedURLs:
    """URLs of a site that includes the toolkit's first."""

    urlpatterns = [path("oauth/", include("oauth2_provider.urls")), path("oauth/", include("token_exchange.urls"))]


def test_views_that_are_never_reached(settings):
    """The toolkit's views before ours are reported, with the right order under the site's own prefix."""
    settings.ROOT_URLCONF = ReversedURLs
    messages = found()
    assert list(messages) == ["W002"]
    patterns = eval(f"[{lines_of(messages['W002'].hint)}]", {"path": path, "include": include})
    settings.ROOT_URLCONF = type("OrderedURLs", (), {"urlpatterns": patterns})
    assert found() == {}


def test_a_site_without_urls(settings):
    """A site without ROOT_URLCONF gets no message."""
    settings.ROOT_URLCONF = None
    configure(settings, OAUTH2_GRANT_TYPES_SUPPORTED=[GRANT_TYPE])
    assert found() == {}
