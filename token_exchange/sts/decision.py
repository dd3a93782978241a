"""Decide an exchange: the endpoint, the simulator, the records and the command line all use this one function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from token_exchange.sts import denial, rules
from token_exchange.sts.errors import InvalidRequest, InvalidScope, InvalidTarget, TokenExchangeError
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.policy import Effect, Policy
from token_exchange.sts.proposal import Proposal, propose
from token_exchange.sts.reasons import Reason
from token_exchange.sts.targets import RequestedTarget
from token_exchange.sts.trace import Answer, Finding, RuleName, Trace, Trial, closest


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """Allow a token to be issued: the proposed token, its policy, and the trace that shows why."""

    policy: Policy
    proposal: Proposal
    scopes: frozenset[str]
    trace: Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Refuse to issue a token: `error` is for the client, the trace for the record."""

    error: TokenExchangeError
    trace: Trace


def decide(exchange: Exchange, policies: Sequence[Policy]) -> Permit | Refusal:
    """Return the permit of the first policy that allows the whole exchange, unless any deny policy applies.

    Policies are asked in the given order and never merged; report-only policies are traced and decide nothing.
    A deny policy is asked as soon as a permit policy passes all rules but the scope, and it compares the requested
    scopes, not the granted ones. Otherwise a subject with fewer scopes could escape a deny policy.
    """
    trials: list[Trial] = []
    denials = [policy for policy in policies if policy.effect is Effect.DENY]
    for policy in policies:
        if policy.effect is Effect.DENY:
            continue
        trial, proposal = _try(exchange, policy)
        trials.append(trial)
        if policy.report_only or proposal is None or not _reaches_scope(trial):
            continue
        denied = [_deny(exchange, rule, proposal.targets) for rule in denials]
        refusal = _denied(exchange, denials, denied, (*denied, *trials))
        if refusal is not None:
            return refusal
        if trial.passed:
            scopes = proposal.scopes - _denied_scopes(denials, denied)
            return Permit(policy=policy, proposal=proposal, scopes=scopes, trace=(*denied, *trials))
    denied = [_deny(exchange, rule, exchange.requested_targets) for rule in denials]
    return Refusal(error=_closest_error(exchange, trials), trace=(*denied, *trials))


def permitted_scopes(exchange: Exchange, denials: Sequence[Policy]) -> frozenset[str]:
    """Return the scopes of the subject token that no deny policy forbids at the requested targets.

    This is for a token that is used without an exchange: no policy has to allow that use, but deny policies count.
    """
    trials = [_deny(exchange, rule, exchange.requested_targets) for rule in denials]
    if _denied(exchange, denials, trials, ()) is not None:
        return frozenset()
    return exchange.subject_token.scopes - _denied_scopes(denials, trials)


def _try(exchange: Exchange, policy: Policy) -> tuple[Trial, Proposal | None]:
    try:
        proposal = propose(exchange, policy)
    except Exception as error:
        return _trial(policy, (Finding(RuleName.PROPOSAL, False, type(error).__name__),)), None
    findings = (_ask(rule.name, partial(rule.check, exchange, policy, proposal)) for rule in rules.RULES)
    return _trial(policy, tuple(findings)), proposal


def _deny(exchange: Exchange, policy: Policy, targets: tuple[RequestedTarget, ...]) -> Trial:
    # A condition that raises an error counts as fulfilled: a deny policy denies in doubt.
    findings = (
        _ask(name, partial(check, exchange, policy, targets), broken=True) for name, check in denial.CONDITIONS.items()
    )
    return _trial(policy, tuple(findings))


def _ask(name: RuleName, question: Callable[[], Answer], *, broken: bool = False) -> Finding:
    try:
        passed, asked, allowed = question()
        # An answer that is neither True nor False is an error in the rule, too.
        return Finding(name, passed is not False if broken else passed is True, asked, allowed)
    except Exception as error:
        return Finding(name, broken, type(error).__name__)


def _trial(policy: Policy, findings: tuple[Finding, ...]) -> Trial:
    return Trial(policy.key, policy.name, policy.effect, policy.report_only, findings)


def _reaches_scope(trial: Trial) -> bool:
    return all(finding.passed or finding.rule is RuleName.SCOPE for finding in trial.findings)


def _applying(denials: Iterable[Policy], denied: Iterable[Trial]) -> list[Policy]:
    return [policy for policy, trial in zip(denials, denied, strict=True) if trial.passed and not policy.report_only]


def _denied_scopes(denials: Iterable[Policy], denied: Iterable[Trial]) -> frozenset[str]:
    return frozenset().union(*(policy.scopes for policy in _applying(denials, denied)))


def _denied(exchange: Exchange, denials: Sequence[Policy], denied: Sequence[Trial], trace: Trace) -> Refusal | None:
    for policy in _applying(denials, denied):
        if not policy.scopes:
            kind = InvalidTarget if policy.targets else InvalidRequest
            parameter = None if policy.targets else "subject_token"
            return Refusal(error=kind(Reason.DENIED_BY_POLICY, parameter), trace=trace)
        if not policy.scopes.isdisjoint(exchange.requested_scopes or ()):
            return Refusal(error=InvalidScope(Reason.DENIED_BY_POLICY), trace=trace)
    return None


def _closest_error(exchange: Exchange, trials: Iterable[Trial]) -> TokenExchangeError:
    """Return the error of the policy that came closest: it names the parameter to change first."""
    failed = [trial for trial in trials if not (trial.report_only or trial.passed)]
    trial = closest(failed, Trial.results)
    stopped_by = "" if trial is None else trial.findings[trial.results().index(False)].rule
    # Without a policy, or if computing the new token failed, no rule was asked: report the error of the first.
    rule = next((rule for rule in rules.RULES if rule.name == stopped_by), rules.RULES[0])
    if rule.name is RuleName.TARGET and exchange.unknown_targets:
        return rule.error(Reason.TARGET_UNKNOWN, rule.parameter)
    return rule.error(Reason.NOT_PERMITTED_BY_ANY_POLICY, rule.parameter, detail=stopped_by)
