"""Store the facts of an exchange beside the new token, so that the rules can decide again at every use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from typing import Any, Final

from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.origin import Origin
from token_exchange.sts.parties import Party
from token_exchange.sts.permission import ActAsMethod, PermittedActor
from token_exchange.sts.policy import Policy, Way
from token_exchange.sts.vocabulary import ACCESS_TOKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Hold the facts on which one exchange was decided; targets are stored by key, because a name may be reused."""

    origin: Origin
    token_type: str
    """The type of the subject token."""
    issued_to: str | None
    """The client that the subject token was issued to."""
    meant_for: frozenset[int]
    """The targets that the subject token was meant for."""
    way: Way
    targets: frozenset[int]
    issued_token_type: str = ACCESS_TOKEN
    """The type of the new token, which the policy has to allow at every use."""
    authentication: Mapping[str, object] = field(default_factory=dict)
    """The claims `auth_time`, `acr` and `amr` of the original authentication, as far as they are known."""
    only_for: frozenset[int] | None = None
    """The only targets that later tokens of the lineage may have; None for any."""
    narrowed: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """For some targets, by key: the only resource URIs that later tokens of the lineage may have."""
    clients: Mapping[str, str] = field(default_factory=dict)
    """The primary key, as text, of each client of the lineage by its client id: a client id may be reused, too."""
    terms: str = ""
    """A digest of what was decided by claims of the subject token, which are not stored, and of `may_act`."""
    permitted_actor: PermittedActor | None = None

    def as_plain(self) -> dict[str, Any]:
        """Return the facts as a dictionary that JSON can hold."""
        permitted_actor = self.permitted_actor
        return {
            "origin": self.origin.value,
            "token_type": self.token_type,
            "issued_to": self.issued_to,
            "meant_for": sorted(self.meant_for),
            "way": self.way.value,
            "targets": sorted(self.targets),
            "issued_token_type": self.issued_token_type,
            "authentication": dict(self.authentication),
            "only_for": None if self.only_for is None else sorted(self.only_for),
            "narrowed": {str(key): sorted(uris) for key, uris in self.narrowed.items()},
            "clients": dict(self.clients),
            "terms": self.terms,
            "permitted_actor": None
            if permitted_actor is None
            else {**asdict(permitted_actor), "actor": permitted_actor.actor.subject},
        }


def read(plain: Mapping[str, Any]) -> Facts:
    """Return the facts from a dictionary; raise ValueError if it does not have the form that `as_plain` writes."""
    try:
        return Facts(
            origin=Origin(plain["origin"]),
            token_type=plain["token_type"],
            issued_to=plain["issued_to"],
            meant_for=frozenset(plain["meant_for"]),
            way=Way(plain["way"]),
            targets=frozenset(plain["targets"]),
            issued_token_type=str(plain["issued_token_type"]),
            authentication=dict(plain["authentication"]),
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
    """Return a digest of what policy and external issuer decide by claims, and of `may_act`; "" if that is nothing.

    The claims of a subject token are not stored, so an issuer or conditions that changed cannot be asked about them: a
    token that was issued under other ones becomes inactive. So does a token whose next actor its policy names anew.
    """
    asked: list[object] = [policy.conditions] if policy.conditions else []
    if policy.may_act is not None:
        asked.append(policy.may_act)
    if issuer is not None:
        asked += [(name, _ordered(getattr(issuer, name))) for name in _OF_AN_ISSUER]
    return sha256(repr(asked).encode()).hexdigest() if asked else ""


# At every use, the current subject is compared with `privileged_subjects`.
_OF_AN_ISSUER: Final = tuple(
    field.name for field in fields(TrustedIssuer) if field.name not in ("key", "privileged_subjects")
)


def _ordered(value: object) -> object:
    """Return the value with its sets in order, because the order of a set differs between processes."""
    if isinstance(value, Mapping):
        return sorted((key, sorted(listed)) for key, listed in value.items())
    return sorted(value) if isinstance(value, frozenset) else value
