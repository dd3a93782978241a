"""Describe exchanges of external tokens."""

from __future__ import annotations

from tests.management.questions.question import Question
from tests.worlds.pasted_issuer import PastedIssuer
from token_exchange.sts.vocabulary import ID_TOKEN, JWT


def _external(issuer, options="", /, subject_token_type=JWT, **claims):
    told = " ".join(f"--claim '{name}={value}'" for name, value in claims.items() if isinstance(value, str))
    token = issuer.token(**claims)
    options = f"--client front --issuer outside --claim sub=alice --lifetime 300 {told} {options}"
    return Question(token, options, subject_token_type=subject_token_type)


def external_login(world):
    """A subject that is linked to Alice."""
    issuer = PastedIssuer(world)
    issuer.policy()
    return _external(issuer)


def external_scope_mapped(world):
    """Present an external scope that is mapped to a local one."""
    issuer = PastedIssuer(world, scope_mapping={"orders": ["orders:read"]})
    issuer.policy()
    return _external(issuer, scope="orders profile")


def external_workload(world):
    """Present the token of a workload that meets the conditions."""
    issuer = PastedIssuer(
        world,
        subject_mapping="workload",
        conditions=[{"claim": "repository_id", "operator": "equals", "values": ["12"]}],
    )
    issuer.policy(subject_kind="workloads")
    return _external(issuer, sub="repo:12:main", repository_id="12")


def external_first_sight(world):
    """Present the first token of a subject, where the row creates users."""
    issuer = PastedIssuer(world, subject_mapping="create")
    issuer.policy()
    return _external(issuer, sub="new")


def external_condition_failed(world):
    """Present a claim that does not meet the condition of the issuer's row."""
    issuer = PastedIssuer(world, conditions=[{"claim": "repository_id", "operator": "equals", "values": ["12"]}])
    issuer.policy()
    return _external(issuer, repository_id="13")


def external_policy_condition_failed(world):
    """Present a claim that does not meet the condition of the policy."""
    issuer = PastedIssuer(world)
    issuer.policy(conditions=[{"claim": "ref", "operator": "equals", "values": ["refs/heads/main"]}])
    return _external(issuer, ref="refs/heads/trial")


def external_stranger(world):
    """Present a subject without a linked user."""
    issuer = PastedIssuer(world)
    issuer.policy()
    return _external(issuer, sub="stranger")


def external_staff(world):
    """Present a subject who is staff, whom the row does not cover."""
    issuer = PastedIssuer(world)
    issuer.policy()
    type(world.alice).objects.filter(pk=world.alice.pk).update(is_staff=True)
    return _external(issuer)


def external_elsewhere(world):
    """Present a token with another audience."""
    issuer = PastedIssuer(world)
    issuer.policy()
    return _external(issuer, aud="https://elsewhere.example")


def external_of_another_issuer(world):
    """Present a token that names another issuer than the option."""
    issuer = PastedIssuer(world)
    issuer.policy()
    return _external(issuer, iss="https://nobody.example")


def external_other_type(world):
    """Present a type that the policy accepts, but not the row."""
    issuer = PastedIssuer(world)
    issuer.policy(subject_token_types=[JWT, ID_TOKEN])
    return _external(issuer, "--subject-token-type id_token", subject_token_type=ID_TOKEN)


def external_disabled(world):
    """Present a token of a disabled issuer."""
    issuer = PastedIssuer(world, enabled=False)
    issuer.policy()
    return _external(issuer)


def external_not_in_the_policy(world):
    """Present a token of an issuer that no policy names."""
    issuer = PastedIssuer(world)
    issuer.policy(lists={"trusted_issuers": []})
    return _external(issuer)


def external_without_id(world):
    """Present a single-use token without `jti`."""
    issuer = PastedIssuer(world, single_use=True)
    issuer.policy()
    return _external(issuer)


PERMITTED = [external_login, external_scope_mapped, external_workload, external_first_sight]
REFUSED = [
    external_condition_failed,
    external_policy_condition_failed,
    external_stranger,
    external_staff,
    external_elsewhere,
    external_of_another_issuer,
    external_other_type,
    external_disabled,
    external_not_in_the_policy,
    external_without_id,
]
