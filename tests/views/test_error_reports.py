"""The mail to the administrators about a failure inside an endpoint holds no token, secret or assertion."""

from __future__ import annotations

import contextlib
import logging
from urllib.parse import urlencode

import django
import pytest
from django.core import mail
from django.db import DatabaseError, connections
from django.test import Client as Browser
from django.test import override_settings
from django.utils.log import AdminEmailHandler

from tests.settings import private_key
from tests.worlds.world import SECRET, basic_header, exchange_form
from token_exchange.provider.error_reports import EndpointFailure, without_message
from token_exchange.sts.vocabulary import FORM

# Pairs until Django 6.0, which deprecates them.
ADMINS = ["admin@example.org"] if django.VERSION >= (6, 0) else [("admin", "admin@example.org")]
TOKEN = "a-token-that-is-in-no-mail-0123456789"
CODE = "a-code-that-is-in-no-mail-0123456789"
ASSERTION = "an-assertion-that-is-in-no-mail-0123456789"
IN_QUERY = "a-token-in-the-query-0123456789"
NAMED = "a-token-as-a-name-0123456789"
# What urlencode and Basic make of the secret is as good as the secret.
SECRETS = (TOKEN, CODE, ASSERTION, IN_QUERY, NAMED, SECRET, SECRET.replace(" ", "+"), basic_header("front", SECRET)[6:])

FORMS = {
    "exchange": ("/o/token/", dict(exchange_form(TOKEN, actor_token=TOKEN, client_assertion=ASSERTION))),
    "client credentials": ("/o/token/", {"grant_type": "client_credentials"}),
    "authorization code": ("/o/token/", {"grant_type": "authorization_code", "code": CODE, "code_verifier": CODE}),
    "refresh": ("/o/token/", {"grant_type": "refresh_token", "refresh_token": TOKEN}),
    "password": ("/o/token/", {"grant_type": "password", "username": "alice", "password": TOKEN}),
    "revocation": ("/o/revoke_token/", {"token": TOKEN}),
    "introspection": ("/o/introspect/", {"token": TOKEN}),
    "device": ("/o/device-authorization/", {"client_id": "front"}),
}
OURS = {
    **FORMS,
    "device token": ("/o/token/", {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": CODE}),
}
CREDENTIALS = {
    "form": ({"client_id": "front", "client_secret": SECRET}, {}),
    "basic": ({}, {"Authorization": basic_header("front", SECRET)}),
    "bearer": ({"client_id": "front", "client_secret": SECRET}, {"Authorization": f"Bearer {TOKEN}"}),
}


@pytest.fixture(params=[False, True], ids=["text", "HTML"])
def mailed(request, settings):
    """Return a function that posts a form and returns all mail about it, which Django's own handler wrote."""
    settings.ADMINS = ADMINS
    handler = AdminEmailHandler(include_html=request.param)
    handler.setLevel(logging.ERROR)
    logger = logging.getLogger("django")
    logger.addHandler(handler)

    def post(path, form, headers, **extra):
        body = urlencode({**form, NAMED: "x"})
        extra = {"content_type": FORM, "secure": True, "RAW_URI": f"{path}?{IN_QUERY}", **extra}
        browser = Browser(raise_request_exception=False)
        answer = browser.generic("POST", path, body, headers=headers, **extra)
        return answer, [text for sent in mail.outbox for text in (sent.subject, sent.body, *_html(sent))]

    yield post
    logger.removeHandler(handler)


@pytest.fixture
def broken(world):
    """Let every SQL statement fail with a message that holds its parameters."""
    with _failing(f"no such row: {TOKEN} {SECRET} {CODE}"):
        yield


@contextlib.contextmanager
def _failing(message):
    def fail(execute, sql, params, many, context):
        raise DatabaseError(f"{message} {params}")

    with contextlib.ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(fail))
        yield


def _html(sent):
    return [content for content, _kind in sent.alternatives]


def _told(texts):
    return [
        (secret, text[max(text.find(secret) - 200, 0) :][:400])
        for text in texts
        for secret in SECRETS
        if secret in text
    ]


@pytest.mark.parametrize("credentials", CREDENTIALS)
@pytest.mark.parametrize("door", OURS)
def test_no_mail_holds_a_secret(mailed, broken, door, credentials):
    """No mail shows a secret if our URLs are included: token, revocation, introspection, device, registration."""
    path, form = OURS[door]
    more, headers = CREDENTIALS[credentials]
    answer, texts = mailed(path, {**form, **more}, headers)
    assert answer.status_code >= 500
    assert texts
    assert _told(texts) == []


@pytest.mark.parametrize("credentials", CREDENTIALS)
@pytest.mark.parametrize("door", FORMS)
def test_no_mail_holds_a_secret_with_the_toolkits_urls(settings, mailed, broken, door, credentials):
    """No mail shows a secret if only the toolkit's URLs are included: the backend hides the request."""
    settings.ROOT_URLCONF = "tests.urls_stock"
    path, form = FORMS[door]
    more, headers = CREDENTIALS[credentials]
    answer, texts = mailed(path, {**form, **more}, headers)
    assert answer.status_code >= 500
    assert texts
    assert _told(texts) == []


@pytest.mark.parametrize("urls", ["tests.urls", "tests.urls_stock"])
@pytest.mark.parametrize("door", ["exchange", "introspection"])
def test_no_mail_holds_a_token_of_the_query(settings, mailed, broken, door, urls):
    """If the refusal of a token in the URL fails, the report does not show the query."""
    settings.ROOT_URLCONF = urls
    path, form = FORMS[door]
    answer, texts = mailed(f"{path}?token={IN_QUERY}", form, CREDENTIALS["basic"][1])
    assert answer.status_code >= 500
    assert texts
    assert _told(texts) == []


@pytest.mark.parametrize("path", ["/o/register/", "/o/register/a-client/"])
def test_no_mail_about_a_registration_holds_its_token(settings, mailed, broken, path):
    """Neither the initial access token nor the registration access token is in the mail."""
    settings.OAUTH2_PROVIDER = {
        **settings.OAUTH2_PROVIDER,
        "DCR_ENABLED": True,
        "DCR_REGISTRATION_PERMISSION_CLASSES": ("oauth2_provider.dcr.AllowAllDCRPermission",),
    }
    body = f'{{"client_name": "{TOKEN}", "grant_types": ["client_credentials"]}}'
    browser = Browser(raise_request_exception=False)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    method = "POST" if path == "/o/register/" else "PUT"
    answer = browser.generic(method, path, body, content_type="application/json", secure=True, headers=headers)
    texts = [text for sent in mail.outbox for text in (sent.subject, sent.body, *_html(sent))]
    assert (answer.status_code, bool(texts)) == (500, True)
    assert _told(texts) == []


@pytest.mark.parametrize("path", ["/api/personal-access-tokens/", "/api/impersonation-tickets/"])
def test_no_mail_holds_the_token_of_an_api(world, mailed, path):
    """The bearer token of a request to an API of this app is not in the mail."""
    with _failing("the database is gone"):
        answer, texts = mailed(path, {"name": "x", "scope": "read"}, CREDENTIALS["bearer"][1], RAW_URI=path)
    assert answer.status_code == 500
    assert texts
    assert not [text for text in texts if TOKEN in text]


def test_no_mail_holds_the_token_of_user_info(settings, mailed, broken):
    """The user info endpoint accepts the token in the header and in the form; neither is in the mail."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": private_key()}
    answer, texts = mailed("/o/userinfo/", {"access_token": TOKEN}, CREDENTIALS["bearer"][1])
    assert answer.status_code == 500
    assert texts
    assert _told(texts) == []


def test_the_mail_says_what_failed_and_where(mailed, broken):
    """The mail names the type of the exception and the line that raised it."""
    _answer, texts = mailed("/o/revoke_token/", {"token": TOKEN}, CREDENTIALS["basic"][1])
    assert any("EndpointFailure" in text and "DatabaseError in fail" in text for text in texts)


def test_debug_hides_as_well(broken):
    """The page that Django shows with DEBUG on hides the values too."""
    browser = Browser(raise_request_exception=False)
    with override_settings(DEBUG=True):
        answer = browser.post("/o/revoke_token/", {"token": TOKEN, "client_id": "front", "client_secret": SECRET})
    assert answer.status_code == 500
    assert _told([answer.content.decode()]) == []


def test_a_failure_has_no_context():
    """The exception has neither cause nor context, which a report or an error tracker would show."""

    def fail():
        raise ValueError(TOKEN)

    with pytest.raises(EndpointFailure) as raised:
        without_message(fail)
    assert (raised.value.__context__, raised.value.__cause__) == (None, None)
    assert "ValueError" in str(raised.value)
    assert TOKEN not in str(raised.value)
