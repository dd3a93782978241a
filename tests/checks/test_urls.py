"""The includes of a site, and what its metadata say."""

from __future__ import annotations

import pytest
from django.urls import include, path

from tests.checks.cure import configure, found, lines_of, paste
from token_exchange.sts.vocabulary import GRANT_TYPE


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.urls("tests.urls_stock")
def test_metadata_that_do_not_tell_the_truth(settings, enabled):
    """Where only the toolkit's views tell, the list must hold the grant exactly when it is on."""
    settings.TOKEN_EXCHANGE = {"ENABLED": enabled}
    configure(settings, OAUTH2_GRANT_TYPES_SUPPORTED=["refresh_token", *([] if enabled else [GRANT_TYPE])])
    messages = found()
    assert sorted(messages) == ["E022", "W001"]
    paste(settings, messages["W001"].hint)
    assert list(found()) == ["E022"], "the toolkit's introspection is another matter"
    assert settings.OAUTH2_PROVIDER["OAUTH2_GRANT_TYPES_SUPPORTED"][0] == "refresh_token"


def test_our_own_metadata_need_no_list(settings):
    """Where the site includes our views, they know whether the grant is on."""
    configure(settings, OAUTH2_GRANT_TYPES_SUPPORTED=["refresh_token"])
    assert found() == {}


class ReversedURLs:
    """A site that includes the toolkit's URLs first."""

    urlpatterns = [path("oauth/", include("oauth2_provider.urls")), path("oauth/", include("token_exchange.urls"))]


def test_views_that_are_never_reached(settings):
    """The toolkit's views must not come first; the hint tells the order under the site's own prefix."""
    settings.ROOT_URLCONF = ReversedURLs
    messages = found()
    assert list(messages) == ["W002"]
    patterns = eval(f"[{lines_of(messages['W002'].hint)}]", {"path": path, "include": include})
    settings.ROOT_URLCONF = type("OrderedURLs", (), {"urlpatterns": patterns})
    assert found() == {}


def test_a_site_without_urls(settings):
    """Nothing is asked of URLs that do not exist."""
    settings.ROOT_URLCONF = None
    configure(settings, OAUTH2_GRANT_TYPES_SUPPORTED=[GRANT_TYPE])
    assert found() == {}
