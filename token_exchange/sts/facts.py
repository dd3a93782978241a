"""What is kept beside an issued token so that the rules can be asked about it again at every use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.origin import Origin
from token_exchange.sts.parties import Party
from token_exchange.sts.permission import ActAsMethod, PermittedActor
from token_exchange.sts.policy import Policy, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts that one exchange was decided by; targets are told by their keys, because a name may be reused."""

    origin: Origin
    token_type: str
    """Of the subject token."""
    issued_to: str | None
    """The client that the subject token was issued to."""
    meant_for: frozenset[int]
    """The targets that the subject token was meant for."""
    way: Way
    targets: frozenset[int]
    only_for: frozenset[int] | None = None
    """The only targets that the lineage may lead to; None leaves it open."""
    narrowed: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """By target: the only resource URIs of it that the lineage may open."""
    clients: Mapping[str, str] = field(default_factory=dict)
    """The primary key, as text, of each client of the lineage by its client id: an id may be reused too."""
    terms: str = ""
    """A digest of the conditions that were asked about claims, which are not kept."""
    permitted_actor: PermittedActor | None = None

    def as_plain(self) -> dict[str, Any]:
        """Return the facts as JSON holds them."""
        permitted_actor = self.permitted_actor
        return {
            "origin": self.origin.value,
            "token_type": self.token_type,
            "issued_to": self.issued_to,
            "meant_for": sorted(self.meant_for),
            "way": self.way.value,
            "targets": sorted(self.targets),
            "only_for": None if self.only_for is None else sorted(self.only_for),
            "narrowed": {str(key): sorted(uris) for key, uris in self.narrowed.items()},
            "clients": dict(self.clients),
            "terms": self.terms,
            "permitted_actor": None
            if permitted_actor is None
            else {**asdict(permitted_actor), "actor": permitted_actor.actor.subject},
        }


def read(plain: Mapping[str, Any]) -> Facts:
    """Return the facts that JSON spells; raise ValueError for anything that `as_plain` did not write."""
    try:
        return Facts(
            origin=Origin(plain["origin"]),
            token_type=plain["token_type"],
            issued_to=plain["issued_to"],
            meant_for=frozenset(plain["meant_for"]),
            way=Way(plain["way"]),
            targets=frozenset(plain["targets"]),
            only_for=None if plain["only_for"] is None else frozenset(plain["only_for"]),
            narrowed={int(key): frozenset(uris) for key, uris in plain["narrowed"].items()},
            clients=dict(plain["clients"]),
            terms=plain["terms"],
            permitted_actor=None if plain["permitted_actor"] is None else _permitted_actor(plain["permitted_actor"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("these are not the facts of an issued token") from error


def _permitted_actor(plain: Mapping[str, Any]) -> PermittedActor:
    return PermittedActor(**{**plain, "method": ActAsMethod(plain["method"]), "actor": Party(None, plain["actor"])})


def terms_of(policy: Policy, issuer: TrustedIssuer | None) -> str:
    """Return a digest of what policy and external issuer ask of claims, "" where they ask nothing.

    The claims of a subject token are not kept, so conditions that have changed cannot be asked again: a token that was
    issued under other ones is inactive.
    """
    asked: list[object] = [policy.conditions] if policy.conditions else []
    if issuer is not None:
        lists = map(sorted, (issuer.audiences, issuer.token_types))
        asked += [issuer.conditions, *lists, issuer.subject_claim, issuer.subject_mapping.value, issuer.mapping_claim]
    return sha256(repr(asked).encode()).hexdigest() if asked else ""
