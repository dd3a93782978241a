"""Find the subjects and actors of local tokens among the users and clients of this site."""

from __future__ import annotations

from dataclasses import replace

from token_exchange.people.accounts import accounts_with_rights, all_active, groups_of, with_rights
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.parties import Account, Actor, Subject, user_party
from token_exchange.sts.permission import PermittedActor
from token_exchange.sts.ports import AccountDirectory
from token_exchange.sts.reasons import Reason
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import NEEDS_PERMISSION


class LocalAccounts(AccountDirectory):
    """Find subjects and actors of local tokens, for one exchange.

    Groups are read only if a policy of the client compares them. Rights are read only if the actor holds no token of
    the subject, because only then the actor's rights are compared with the subject's.
    """

    def __init__(self, using: str, *, with_groups: bool, compares: bool = False) -> None:
        self._using = using
        self._with_groups = with_groups
        self._compares = compares
        """True if the request may name its subject by a user reference, beside an actor token."""

    def subject_of(self, token: VerifiedToken) -> Subject:
        """Return the subject of a local token.

        Raise `InvalidRequest` if the subject, or an actor in the token's chain, is inactive.
        """
        if not self._is_active(token):
            raise InvalidRequest(Reason.SUBJECT_INACTIVE, "subject_token")
        # The verifier has checked the client that the token was issued to, which most often is the actor as well.
        others = tuple(party for party in token.chain if party.client_id != token.client_id)
        if not all_active(others, self._using):
            raise InvalidRequest(Reason.ACTOR_INACTIVE, "subject_token")
        account = self.with_needed_rights(token.account, compares=_needs_rights(token))
        return Subject(party=token.party, account=account)

    def with_created_user(self, subject: Subject, token: VerifiedToken) -> Subject:
        """Return the subject unchanged: the user of a local token always exists."""
        return subject

    def actor_of(self, source: VerifiedToken | PermittedActor) -> Actor:
        """Return the party of an actor token, the holder of a ticket, or a permitted actor, with current rights.

        Raise `InvalidRequest` if the actor is inactive.
        """
        return self._by_permission(source) if isinstance(source, PermittedActor) else self._proved_by(source)

    def with_needed_rights(self, account: Account | None, *, compares: bool = False) -> Account | None:
        """Return the account with groups and rights if `compares` is True, else with groups if a policy needs them."""
        if account is not None and compares:
            return with_rights(account, self._using)
        if account is None or not self._with_groups:
            return account
        return replace(account, groups=groups_of({account.key}, self._using)[account.key])

    def _proved_by(self, token: VerifiedToken) -> Actor:
        if token.holder is not None:
            if not token.holder.is_active:
                raise InvalidRequest(Reason.ACTOR_INACTIVE, "subject_token")
            holder = self.with_needed_rights(token.holder, compares=True)
            return Actor(party=user_party(token.holder.key), account=holder)
        if not self._is_active(token):
            raise InvalidRequest(Reason.ACTOR_INACTIVE, "actor_token")
        return Actor(party=token.party, account=self.with_needed_rights(token.account, compares=self._compares))

    def _by_permission(self, permitted: PermittedActor) -> Actor:
        key = permitted.actor.user_key
        if key is None:  # a client, which was checked as a member of the chain
            return Actor(party=permitted.actor)
        account = accounts_with_rights({key}, self._using).get(key)
        if account is None or not account.is_active:
            raise InvalidRequest(Reason.ACTOR_INACTIVE, "subject_token")
        return Actor(party=permitted.actor, account=account)

    def _is_active(self, token: VerifiedToken) -> bool:
        if token.account is not None:
            return token.account.is_active
        # The verifier has checked the client that the token was issued to; the token may be about another client.
        return token.party.client_id == token.client_id or all_active((token.party,), self._using)


def _needs_rights(token: VerifiedToken) -> bool:
    return token.permitted_actor is not None or token.token_type in NEEDS_PERMISSION
