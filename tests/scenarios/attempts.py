"""Prepare, for each reason of a refusal, one request that is refused for exactly this reason."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_application_model

from tests.worlds.world import exchange_form
from token_exchange.models import ExchangedToken
from token_exchange.sts import service
from token_exchange.sts.vocabulary import ACCESS_TOKEN, GRANT_TYPE
from token_exchange.toolkit.compat import fingerprint_of

CHANGES = {
    "body_too_large": {f"x{number}": "1" for number in range(120)},
    "client_authenticated_twice": {"client_secret": "another"},
    "parameter_malformed": {"scope": "réad"},
    "parameter_missing": {"without": ["subject_token_type"]},
    "parameter_repeated": {"scope": ["read", "read"]},
    "parameter_too_large": {"scope": "x" * 5_000},
    "parameter_unsupported": {"authorization_details": "[]"},
    "parameter_without_its_token": {"actor_token_type": ACCESS_TOKEN},
    "target_malformed": {"resource": "/api"},
    "target_repeated": {"audience": ["back-api", "back-api"]},
    "target_unknown": {"audience": "nope"},
    "token_type_unsupported": {"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"},
    "too_many_targets": {"audience": [f"api-{number}" for number in range(11)]},
}
"""Where it is enough to change a correct exchange of `front`."""


def prepared(reason, world, monkeypatch):
    """Prepare the site and return the request that is refused for this reason."""
    if reason in CHANGES:
        token = world.login_token()
        return lambda: world.exchange(token, **CHANGES[reason])
    return globals()[f"_{reason}"](world, monkeypatch)


def row_of(token):
    """Return the query for a token's row."""
    return get_access_token_model().objects.filter(token_checksum=fingerprint_of(token))


def _spoiled(rows, **values):
    assert rows.update(**values) == 1


def _plain(world, **request):
    form = exchange_form(world.login_token())
    return lambda: world.post(form, **{"client": world.front, **request})


def _child(world, parent):
    """Return the request that exchanges an exchanged token once more, and the query for its `ExchangedToken`."""
    world.policy(client=world.agent, issued_to=[world.front], subject_kind="any_user", max_chain_depth=2)
    token = world.issued(parent)
    beside = ExchangedToken.objects.filter(fingerprint=fingerprint_of(token))
    return (lambda: world.exchange(token, client=world.agent)), beside


def _client_authentication_failed(world, monkeypatch):
    return _plain(world, secret="wrong")


def _client_is_public(world, monkeypatch):
    return _plain(world, client=world.client("public", client_type="public"))


def _client_secret_is_blank(world, monkeypatch):
    return _plain(world, client=world.client("blank", secret=""), secret="")


def _client_has_no_policy(world, monkeypatch):
    return _plain(world, client=world.agent)


def _query_not_allowed(world, monkeypatch):
    return _plain(world, path="/o/token/?scope=read")


def _transport_not_secure(world, monkeypatch):
    return _plain(world, secure=False)


def _body_malformed(world, monkeypatch):
    body = f'{{"grant_type": "{GRANT_TYPE}"}}'
    return lambda: world.send(body, client=world.front, content_type="application/json")


def _token_unknown(world, monkeypatch):
    token = world.login_token()
    world.revoke(token, client=world.spa)
    return lambda: world.exchange(token)


def _token_expired(world, monkeypatch):
    token = world.login_token()
    _spoiled(row_of(token), expires=timezone.now() - timedelta(seconds=1))
    return lambda: world.exchange(token)


def _token_without_origin(world, monkeypatch):
    token = world.login_token()
    _spoiled(row_of(token), application=None)
    return lambda: world.exchange(token)


def _token_issuer_disabled(world, monkeypatch):
    token = world.login_token(client=world.client("portal", grant="authorization-code"))
    monkeypatch.setattr(get_application_model(), "is_usable", lambda self, request: self.client_id != "portal")
    return lambda: world.exchange(token)


def _token_revoked(world, monkeypatch):
    request, beside = _child(world, world.login_token())
    _spoiled(beside, revoked=timezone.now())
    return request


def _chain_malformed(world, monkeypatch):
    request, beside = _child(world, world.login_token())
    _spoiled(beside, act={"sub": 7})
    return request


def _ancestor_revoked(world, monkeypatch):
    world.policy(client=world.front, ways=["without_actor"], subject_kind="clients", issued_to=[world.back])
    parent = world.client_token(world.back)
    world.policy(client=world.agent, ways=["client_acts"], subject_kind="clients", issued_to=[world.front])
    token = world.issued(parent)
    # Past all signals: a deletion that nobody was told of.
    gone = row_of(parent)
    gone._raw_delete(gone.db)
    return lambda: world.exchange(token, client=world.agent)


def _no_longer_granted(world, monkeypatch):
    policy = world.policy(targets=[world.other_target], scopes=["read"])
    token = world.issued(world.login_token(), audience="invoices-api")
    world.policy(client=world.agent, issued_to=[world.front], max_chain_depth=2)
    policy.enabled = False
    policy.save()
    return lambda: world.exchange(token, client=world.agent)


def _subject_inactive(world, monkeypatch):
    token = world.login_token(world.bob)
    _deactivated(world.bob)
    return lambda: world.exchange(token)


def _actor_inactive(world, monkeypatch):
    world.policy(ways=["delegation"], lists={"actor_users": [world.bob]})
    # An actor token must be the caller's own: Bob logs in through `front`.
    world.front.authorization_grant_type = "authorization-code"
    world.front.save()
    token, actor_token = world.login_token(), world.login_token(world.bob, client=world.front)
    _deactivated(world.bob)
    return lambda: world.exchange(token, actor_token=actor_token)


def _deactivated(user):
    user.is_active = False
    user.save()


def _denied_by_policy(world, monkeypatch):
    bob = {"subject_users": [world.bob]}
    world.policy(effect="deny", scopes=[], subject_kind="listed_users", lists=bob)
    token = world.login_token(world.bob)
    return lambda: world.exchange(token)


def _server_failure(world, monkeypatch):
    token = world.login_token()

    def trip(exchange, policies):
        raise RuntimeError(f"tripped over {token}")

    def failing():
        with monkeypatch.context() as patch:
            patch.setattr(service, "decide", trip)
            return world.exchange(token)

    return failing


def _not_permitted_by_any_policy(world, monkeypatch):
    token = world.client_token(world.agent)
    return lambda: world.exchange(token)
