"""Find the subjects and actors of an exchange: subjects of external issuers become users of this site."""

from __future__ import annotations

from token_exchange.people.accounts import account_of
from token_exchange.people.directory import LocalAccounts
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.issuers import SubjectMapping, TrustedIssuer
from token_exchange.sts.parties import Subject, user_party
from token_exchange.sts.reasons import Reason
from token_exchange.sts.verification import VerifiedToken
from token_exchange.trusted_issuers import created_users, subjects


class Accounts(LocalAccounts):
    """Find subjects of external tokens as well as those of local ones; only local tokens name an actor."""

    def subject_of(self, token: VerifiedToken) -> Subject:
        """Return the subject of a token.

        Raise `InvalidRequest` if the subject is unknown or ambiguous, if it or an actor in the chain is inactive, or
        if the external issuer may not name privileged users.
        """
        if token.issuer is None:
            return super().subject_of(token)
        if token.issuer.subject_mapping is SubjectMapping.WORKLOAD:
            return Subject(party=token.party)
        return self._user_of(token, token.issuer)

    def _user_of(self, token: VerifiedToken, issuer: TrustedIssuer) -> Subject:
        user = subjects.user_of(token, issuer, self._using)
        if user is None:
            return created_users.announced(issuer, self._using)
        account = account_of(user)
        if not account.is_active:
            raise InvalidRequest(Reason.SUBJECT_INACTIVE, "subject_token")
        if account.is_privileged and not issuer.privileged_subjects:
            raise InvalidRequest(Reason.SUBJECT_PRIVILEGED, "subject_token")
        return Subject(party=user_party(account.key), account=self.with_needed_rights(account))

    def with_created_user(self, subject: Subject, token: VerifiedToken) -> Subject:
        """Return the subject, after creating its user if it was only announced.

        The service calls this in the transaction that issues the new token, so that a refusal creates no user.
        """
        if not subject.is_announced:
            return subject
        account = account_of(created_users.create(token, self._using))
        return Subject(party=user_party(account.key), account=account)
