"""Hold everything that the administrators configured at one version: targets, policies, issuers, permissions."""

from __future__ import annotations

from collections.abc import Iterable

from token_exchange.sts.errors import UnauthorizedClient
from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.parties import Client
from token_exchange.sts.permission import Permission
from token_exchange.sts.policy import Effect, Policy
from token_exchange.sts.reasons import Reason
from token_exchange.sts.targets import Target, TargetRegistry


class Configuration:
    """Hold all enabled rows at one version; a decision uses one version only, never a mix of two."""

    def __init__(
        self,
        version: int,
        targets: Iterable[Target],
        policies: Iterable[Policy],
        issuers: Iterable[TrustedIssuer] = (),
        permissions: Iterable[Permission] = (),
    ) -> None:
        self.version = version
        self.permissions = tuple(permissions)
        self.issuers = {issuer.key: issuer for issuer in issuers}
        self.issuers_by_name = {issuer.issuer: issuer for issuer in self.issuers.values()}
        self.targets = TargetRegistry(targets)
        self.policies: dict[int, Policy] = {}
        self._permits: dict[str | None, list[Policy]] = {}
        self._denials: list[Policy] = []
        for policy in policies:
            self.policies[policy.key] = policy
            if policy.effect is Effect.DENY:
                self._denials.append(policy)
            else:
                self._permits.setdefault(policy.client_id, []).append(policy)
        self._owned: dict[str | None, set[str]] = {}
        for target in self.targets.by_name.values():
            self._owned.setdefault(target.owner, set()).add(target.name)

    def require_policy_for(self, client: Client) -> None:
        """Raise `UnauthorizedClient` if no policy lets this client exchange anything."""
        if client.client_id not in self._permits:
            raise UnauthorizedClient(Reason.CLIENT_HAS_NO_POLICY)

    def policies_for(self, client: Client) -> list[Policy]:
        """Return the policies that decide about this client: deny policies that may apply, then its own permits."""
        return [*self.denials_for(client), *self._permits.get(client.client_id, ())]

    def denials_for(self, client: Client) -> list[Policy]:
        """Return every deny policy that may apply to this client, in order."""
        return [policy for policy in self._denials if policy.client_id in (None, client.client_id)]

    def accepts(self, client: Client, token_type: str) -> bool:
        """Return True if a policy of this client accepts subject tokens of this type; others are not even verified."""
        return any(token_type in policy.subject_token_types for policy in self._permits.get(client.client_id, ()))

    def targets_owned_by(self, client: Client) -> frozenset[str]:
        """Return the names of the targets that the client owns as their resource server."""
        return frozenset(self._owned.get(client.client_id, ()))

    def asks_for_groups(self, client: Client) -> bool:
        """Return True if a decision about this client needs the groups of users."""
        return any(policy.asks_for_groups for policy in self.policies_for(client))

    def policies_of(self, client: Client, key: int) -> list[Policy]:
        """Return the policy with this key, if it applies to the client, and every deny policy that may apply."""
        return [policy for policy in self.policies_for(client) if policy.effect is Effect.DENY or policy.key == key]

    def permits(self, permission: int) -> bool:
        """Return True if an impersonation permission is enabled and is not a deny permission."""
        return any(row.key == permission and row.effect is Effect.PERMIT for row in self.permissions)
