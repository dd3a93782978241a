"""Provide a small site for exchanges: users, clients, targets, policies, and tokens that the site has issued.

Tests reach it as the fixture `world`. Tokens come from the site's own endpoints, exchanges go over HTTP.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
from urllib.parse import parse_qs, urlencode, urlsplit

from django.contrib.auth import get_user_model
from django.forms.models import model_to_dict
from django.test import Client as Browser
from oauth2_provider.models import get_access_token_model, get_application_model

from tests.worlds.log_capture import TELLING_LENGTH, LogCapture, capturing_logs
from token_exchange.models import ExchangedToken, ExchangePolicy, ExchangeRecord, Target
from token_exchange.sts.vocabulary import ACCESS_TOKEN, FORM, GRANT_TYPE

VERIFIER = "a-code-verifier-long-enough-for-the-specification-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CALLBACK = "https://client.example/callback"
SECRET = "a secret with : and % and spaces"

SECRET_PARAMETERS = {"subject_token", "actor_token", "client_secret", "client_assertion", "token"}
ISSUED_MEMBERS = ("access_token", "refresh_token", "id_token")

_numbers = itertools.count(1)


class World:
    """Alice and Bob; `spa` logs users in; `front` calls `back` for them; `agent` is another client."""

    def __init__(self):
        self.heard = LogCapture()
        """What the logs said during the last request."""
        self.secrets = {SECRET}
        """Every token that was sent or answered, and every client secret."""
        self.alice = self.user("alice")
        self.bob = self.user("bob")
        self.spa = self.client("spa", grant="authorization-code")
        self.front = self.client("front")
        self.back = self.client("back")
        self.agent = self.client("agent")
        self.target = self.make_target("back-api", owner=self.back)
        self.other_target = self.make_target("invoices-api", scopes=["invoices:read", "read"])

    # People, clients, rules

    def user(self, username, **fields):
        return get_user_model().objects.create_user(username, f"{username}@example.org", "password", **fields)

    def client(self, client_id, *, grant="client-credentials", client_type="confidential", secret=SECRET, **fields):
        return get_application_model().objects.create(
            name=client_id,
            client_id=client_id,
            client_secret=secret,
            client_type=client_type,
            authorization_grant_type=grant,
            redirect_uris=CALLBACK,
            skip_authorization=True,
            **fields,
        )

    def make_target(self, name, *, scopes=("read", "write", "orders:read", "orders:write"), resources=None, **fields):
        resources = resources or [f"https://{name}.example/"]
        return Target.objects.create(name=name, scopes=list(scopes), resources=list(resources), **fields)

    def policy(
        self,
        *,
        client=None,
        targets=None,
        issued_to=None,
        scopes=("read", "orders:read"),
        lists=None,
        **fields,
    ):
        """Create a policy by which `front` exchanges tokens of `spa` for `back-api` and becomes their actor."""
        fields.setdefault("name", f"policy {next(_numbers)}")
        fields.setdefault("ways", ["client_acts"])
        deny = fields.get("effect") == "deny"
        policy = ExchangePolicy.objects.create(
            client=client or (None if deny else self.front), scopes=list(scopes), **fields
        )
        policy.targets.set([self.target] if targets is None and not deny else targets or [])
        policy.issued_to.set([self.spa, self.front] if issued_to is None else issued_to)
        for name, members in (lists or {}).items():
            getattr(policy, name).set(members)
        return policy

    # Tokens, minted by the site itself

    def login_token(self, user=None, *, client=None, scope="read write", resource=None):
        """Return the access token of a user's login through a client: authorization code with PKCE."""
        return self.login(user, client=client, scope=scope, resource=resource)["access_token"]

    def login(self, user=None, *, client=None, scope="read write", resource=None):
        """Return the whole answer of the token endpoint to a user's login through a client."""
        code = self.authorization_code(user, client=client, scope=scope, resource=resource)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        answer = self.post(form, client=client or self.spa)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def authorization_code(self, user=None, *, client=None, scope="read write", resource=None):
        """Return the code of a user's consent to a client, before it is used."""
        browser = Browser()
        browser.force_login(user or self.alice)
        asked = {
            "response_type": "code",
            "client_id": (client or self.spa).client_id,
            "redirect_uri": CALLBACK,
            "scope": scope,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **({"resource": resource} if resource else {}),
        }
        granted = browser.get("/o/authorize/", asked, secure=True)
        return parse_qs(urlsplit(granted["Location"]).query)["code"][0]

    def client_token(self, client=None, *, scope="read write"):
        """Return the access token that a client obtains for itself."""
        answer = self.post({"grant_type": "client_credentials", "scope": scope}, client=client or self.front)
        assert answer.status_code == 200, answer.content
        return answer.json()["access_token"]

    # Requests

    def post(self, parameters, *, client=None, path="/o/token/", secret=SECRET, basic=True, **extra):
        """POST a form; `parameters` is a mapping (a list value repeats) or a list of pairs."""
        headers = dict(extra.pop("headers", {}))
        if client is not None and basic:
            headers["Authorization"] = basic_header(client.client_id, secret)
        elif client is not None:
            credentials = [("client_id", client.client_id), ("client_secret", secret)]
            parameters = [*pairs_of(parameters), *credentials]
        self.secrets |= {value for name, value in pairs_of(parameters) if name in SECRET_PARAMETERS}
        return self.send(urlencode(pairs_of(parameters)), path=path, headers=headers, **extra)

    def send(self, body, *, client=None, path="/o/token/", content_type=FORM, headers=None, **extra):
        """POST this body and capture the logs; `client` authenticates with HTTP Basic."""
        authorization = {"Authorization": basic_header(client.client_id, SECRET)} if client else {}
        extra.setdefault("secure", True)
        with capturing_logs() as self.heard:
            answer = Browser().generic(
                "POST", path, body, content_type=content_type, headers={**authorization, **(headers or {})}, **extra
            )
        if answer.headers.get("Content-Type") == "application/json":
            self.secrets |= {answer.json()[name] for name in ISSUED_MEMBERS if name in answer.json()}
        return answer

    def exchange(self, subject_token, /, *, client=None, without=(), **parameters):
        """Send a valid exchange request of `front`, with parameters added, replaced or left out."""
        return self.post(exchange_form(subject_token, without=without, **parameters), client=client or self.front)

    def issued(self, subject_token, /, **request):
        """Return the token of a successful exchange."""
        answer = self.exchange(subject_token, **request)
        assert answer.status_code == 200, answer.content
        return answer.json()["access_token"]

    def granted(self, subject_token, /, **request):
        """Return the scopes of a successful exchange."""
        answer = self.exchange(subject_token, **request)
        assert answer.status_code == 200, answer.content
        return set(answer.json()["scope"].split())

    def introspect(self, token, *, client=None):
        """Return the introspection of a token for a client."""
        return self.post({"token": token}, client=client or self.front, path="/o/introspect/").json()

    def revoke(self, token, *, client):
        """Revoke a token at the revocation endpoint as its client."""
        return self.post({"token": token}, client=client, path="/o/revoke_token/")

    # The sandwich

    def refused(self, valid, mutated, *, error, reason=None, status=400):
        """Send a valid request, the changed one and a valid one: only the changed one is refused, and leaves a record.

        `valid` and `mutated` are callables that send one request each. Returns the refused answer.
        """
        first = valid()
        assert first.status_code == 200, first.content
        before = self.counts()
        answer = mutated()
        self.assert_refusal(answer, before, error=error, reason=reason, status=status)
        last = valid()
        assert last.status_code == 200, last.content
        return answer

    def refuses(self, token, /, *, error="invalid_request", reason=None, client=None, without=(), **changes):
        """Check that an exchange of this token is refused with these changes, and granted without them."""
        return self.refused(
            lambda: self.exchange(token, client=client),
            lambda: self.exchange(token, client=client, without=without, **changes),
            error=error,
            reason=reason,
        )

    def refused_but_for(self, good, bad, *, reason, client=None, **changes):
        """Check that a bad token is refused between two exchanges of a good one by the same client."""
        return self.refused(
            lambda: self.exchange(good, client=client),
            lambda: self.exchange(bad, client=client, **changes),
            error="invalid_request",
            reason=reason,
        )

    def assert_refusal(self, answer, before, *, error, reason=None, status=400):
        """Check that a refusal leaves one record and no other row, and that its answer reveals nothing."""
        body = answer.json()
        assert (answer.status_code, body.get("error")) == (status, error), answer.content
        assert set(body) <= {"error", "error_description", "error_uri"}
        assert answer["Content-Type"].startswith("application/json")
        assert answer["Cache-Control"] == "no-store"
        after = self.counts()
        assert after == {**before, "records": before["records"] + 1}
        record = ExchangeRecord.objects.latest("pk")
        assert (record.outcome, record.error) == ("refused", error)
        assert record.request_id == answer["X-Request-Id"]
        if reason is not None:
            assert record.reason == reason
        self.assert_silent(answer.content.decode(), str(answer.headers), str(model_to_dict(record)))
        assert not [line for line in self.heard.lines if "\r" in line or "\n" in line], "a log line stays one line"

    def assert_silent(self, *texts):
        """Check that these texts, and the logs of the last request, contain no token and no secret."""
        secrets = {secret for secret in self.secrets if len(secret) >= TELLING_LENGTH}
        assert not [text for text in texts if any(secret in text for secret in secrets)]
        assert not self.heard.tells(secrets)

    def counts(self):
        """Return the number of rows in every table that an exchange might write to."""
        return {
            "tokens": get_access_token_model().objects.count(),
            "exchanged": ExchangedToken.objects.count(),
            "users": get_user_model().objects.count(),
            "records": ExchangeRecord.objects.count(),
        }


def exchange_form(subject_token, /, *, without=(), **parameters):
    """Return the pairs of a valid exchange request; a parameter that is a list is repeated."""
    form = {
        "grant_type": GRANT_TYPE,
        "subject_token": subject_token,
        "subject_token_type": ACCESS_TOKEN,
        **parameters,
    }
    if "actor_token" in form:
        form.setdefault("actor_token_type", ACCESS_TOKEN)
    return [(name, value) for name, value in pairs_of(form) if name not in without]


def pairs_of(parameters):
    """Return the pairs of a mapping, in which a list repeats its name, or the pairs themselves."""
    if not isinstance(parameters, dict):
        return list(parameters)
    return [
        (name, value)
        for name, values in parameters.items()
        for value in (values if isinstance(values, list | tuple) else [values])
    ]


def flipped(token):
    """Return the token with one character changed."""
    return token[:-1] + ("A" if token[-1] != "A" else "B")


def basic_header(client_id, secret):
    """Return the header of HTTP Basic with both parts form-encoded (RFC 6749 §2.3.1)."""
    encoded = urlencode({client_id: secret}).replace("=", ":", 1)
    return "Basic " + base64.b64encode(encoded.encode()).decode()
