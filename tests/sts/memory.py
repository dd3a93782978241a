"""Fill the ports of the service in memory: a small server that issues tokens by login and by exchange."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256

from token_exchange.sts.audit import Circumstances
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.form import Form
from token_exchange.sts.issuance import BEARER, IssuedToken
from token_exchange.sts.parties import Actor, Subject, user_party
from token_exchange.sts.policy import Way
from token_exchange.sts.ports import AccountDirectory, AuditTrail, SingleUse, TokenIssuer, TokenVerifier
from token_exchange.sts.reasons import Reason
from token_exchange.sts.service import SecurityTokenService
from token_exchange.sts.vocabulary import ACCESS_TOKEN, GRANT_TYPE


class Vault(TokenVerifier, SingleUse, TokenIssuer):
    """Issue tokens, and verify only those."""

    def __init__(self):
        self.tokens = {}
        self.used = set()

    def login(self, verified):
        """Return a new token that proves what is given."""
        value = f"token-number-{len(self.tokens):06}"
        fingerprint = sha256(value.encode()).hexdigest()
        root = verified.root or fingerprint
        self.tokens[value] = replace(verified, fingerprint=fingerprint, root=root)
        return value

    def claim(self, token):
        """Mark a token as used; refuse a second use."""
        if token.token_id in self.used:
            raise InvalidRequest(Reason.TOKEN_REPLAYED, "subject_token")
        self.used.add(token.token_id)

    def release(self, token):
        """Undo a claim."""
        self.used.discard(token.token_id)

    def verify(self, token, now):
        """Return what the token proves."""
        verified = self.tokens.get(token.value)
        if verified is None:
            raise InvalidRequest(Reason.TOKEN_UNKNOWN)
        if verified.expires <= now:
            raise InvalidRequest(Reason.TOKEN_EXPIRED)
        return verified

    def issue(self, permit, exchange):
        """Issue the token that the permit describes."""
        subject_token, proposal = exchange.subject_token, permit.proposal
        issued = replace(
            subject_token,
            client_id=exchange.client.client_id,
            scopes=permit.scopes,
            audiences=frozenset(requested.target.name for requested in proposal.targets),
            expires=exchange.now + proposal.lifetime,
            chain=proposal.chain,
            may_act=None if proposal.chain else permit.policy.may_act,
            generation=subject_token.generation + 1,
            is_without_actor=subject_token.is_without_actor or proposal.way is Way.WITHOUT_ACTOR,
            party=exchange.subject.party,
            account=exchange.subject.account,
            issuer=None,
            token_id=None,
            claims={},
        )
        value = self.login(issued)
        return IssuedToken(
            value=value,
            fingerprint=self.tokens[value].fingerprint,
            issued_token_type=ACCESS_TOKEN,
            token_type=BEARER,
            lifetime=proposal.lifetime,
            scopes=permit.scopes,
        )

    @contextmanager
    def unit_of_work(self):
        """Forget what was issued if anything fails before the end."""
        before = dict(self.tokens)
        try:
            yield
        except BaseException:
            self.tokens = before
            raise


class Directory(AccountDirectory):
    """Return the accounts that the tokens name; refuse those in `inactive`.

    `newcomers` are accounts by party that exist as soon as the first token for them is issued.
    """

    def __init__(self, inactive=(), newcomers=()):
        self.inactive = set(inactive)
        self.newcomers = dict(newcomers)

    def subject_of(self, token):
        """Return the subject."""
        if token.account is not None and token.account.key in self.inactive:
            raise InvalidRequest(Reason.SUBJECT_INACTIVE, "subject_token")
        return Subject(party=token.party, account=token.account, is_announced=token.party in self.newcomers)

    def with_created_user(self, subject, token):
        """Return the subject, with the new account if it is a newcomer."""
        if not subject.is_announced:
            return subject
        account = self.newcomers[subject.party]
        return Subject(party=user_party(account.key), account=account)

    def actor_of(self, token):
        """Return the actor."""
        if token.account is not None and token.account.key in self.inactive:
            raise InvalidRequest(Reason.ACTOR_INACTIVE, "actor_token")
        return Actor(party=token.party, account=token.account)


class Trail(AuditTrail):
    """Keep every event, or raise an error if `fails` is set."""

    def __init__(self):
        self.events = []
        self.fails = False

    def record(self, event):
        """Keep the event."""
        if self.fails:
            raise OSError("no room")
        self.events.append(event)


class Server:
    """Send requests to a service in memory."""

    def __init__(self, configuration, *, inactive=(), newcomers=()):
        self.vault, self.trail = Vault(), Trail()
        self.service = SecurityTokenService(
            configuration=configuration,
            verifiers={ACCESS_TOKEN: self.vault},
            accounts=Directory(inactive, newcomers),
            issuers={ACCESS_TOKEN: self.vault},
            audit=self.trail,
            single_use=self.vault,
            unit_of_work=self.vault.unit_of_work,
        )

    def exchange(self, subject_token, *, client, now, client_scopes, **parameters):
        """Send a request; a parameter that is a list is repeated."""
        form = {
            "grant_type": GRANT_TYPE,
            "subject_token": subject_token,
            "subject_token_type": ACCESS_TOKEN,
            **({"actor_token_type": ACCESS_TOKEN} if "actor_token" in parameters else {}),
            **parameters,
        }
        pairs = [
            (name, value)
            for name, values in form.items()
            for value in (values if isinstance(values, list) else [values])
        ]
        circumstances = Circumstances(request_id="r", client_id=client.client_id, address=None, now=now)
        return self.service.exchange(
            Form.of(pairs), client=client, client_scopes=client_scopes, circumstances=circumstances
        )
