"""Tokens of an external issuer: what they say, and what becomes of their subject."""

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
    """A scope of theirs that stands for one of ours."""
    issuer = PastedIssuer(world, scope_mapping={"orders": ["orders:read"]})
    issuer.policy()
    return _external(issuer, scope="orders profile")


def external_workload(world):
    """A job that meets the conditions, and is nobody here."""
    issuer = PastedIssuer(
        world,
        subject_mapping="workload",
        conditions=[{"claim": "repository_id", "operator": "equals", "values": ["12"]}],
    )
    issuer.policy(subject_kind="workloads")
    return _external(issuer, sub="repo:12:main", repository_id="12")


def external_first_sight(world):
    """A subject whom nobody has seen, where the row creates users."""
    issuer = PastedIssuer(world, subject_mapping="create")
    issuer.policy()
    return _external(issuer, sub="new")


def external_condition_failed(world):
    """A claim that does not say what the issuer's row asks."""
    issuer = PastedIssuer(world, conditions=[{"claim": "repository_id", "operator": "equals", "values": ["12"]}])
    issuer.policy()
    return _external(issuer, repository_id="13")


def external_policy_condition_failed(world):
    """A claim that does not say what the policy asks."""
    issuer = PastedIssuer(world)
    issuer.policy(conditions=[{"claim": "ref", "operator": "equals", "values": ["refs/heads/main"]}])
    return _external(issuer, ref="refs/heads/trial")


def external_stranger(world):
    """A subject that nobody linked."""
    issuer = PastedIssuer(world)
    issuer.policy()
    return _external(issuer, sub="stranger")


def external_staff(world):
    """A subject who is staff, whom the issuer may not name."""
    issuer = PastedIssuer(world)
    issuer.policy()
    type(world.alice).objects.filter(pk=world.alice.pk).update(is_staff=True)
    return _external(issuer)


def external_elsewhere(world):
    """A token that is meant for another server."""
    issuer = PastedIssuer(world)
    issuer.policy()
    return _external(issuer, aud="https://elsewhere.example")


def external_of_another_issuer(world):
    """A token that names another issuer than the one it is said to be of."""
    issuer = PastedIssuer(world)
    issuer.policy()
    return _external(issuer, iss="https://nobody.example")


def external_other_type(world):
    """A type that the row does not take, and the policy does."""
    issuer = PastedIssuer(world)
    issuer.policy(subject_token_types=[JWT, ID_TOKEN])
    return _external(issuer, "--subject-token-type id_token", subject_token_type=ID_TOKEN)


def external_disabled(world):
    """An issuer that has been switched off."""
    issuer = PastedIssuer(world, enabled=False)
    issuer.policy()
    return _external(issuer)


def external_not_in_the_policy(world):
    """An issuer that no policy names."""
    issuer = PastedIssuer(world)
    issuer.policy(lists={"trusted_issuers": []})
    return _external(issuer)


def external_without_id(world):
    """A token that counts once, and has no id to tell it by."""
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
