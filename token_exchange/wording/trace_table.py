"""Make tables of a stored trace: for each policy each rule, with the requested and the allowed value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from token_exchange.models import ExchangePolicy
from token_exchange.sts.policy import Effect
from token_exchange.wording.labels import LOCAL_RULES, current_actor, labels_in
from token_exchange.wording.rule_words import RULES, VALUES, VERDICTS

FEW: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """Hold the result of one rule of one policy, in words."""

    rule: str
    passed: bool
    asked: str
    allowed: str


class _Labels(NamedTuple):
    """Hold labels by key, for the subject rule and for the actor rules, and the key of the current actor."""

    subjects: Mapping[str, str]
    actors: Mapping[str, str]
    current_actor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTable:
    """Hold the verdict of one policy and the results of its rules."""

    key: object
    name: str
    exists: bool
    denies: bool
    report_only: bool
    passed: bool
    verdict: str
    is_open: bool
    rows: list[RuleRow]


def policy_tables(
    trace: object, *, granted: bool = False, subjects: Mapping[str, str] = MappingProxyType({})
) -> list[PolicyTable]:
    """Return the tables of a stored trace; entries of an unexpected shape are skipped.

    Users and clients are shown as "name (key)". The trace does not say whether an external issuer chose the name of
    the subject, so the caller passes the label of a local subject in `subjects`.
    """
    trials = [trial for trial in trace if isinstance(trial, Mapping)] if isinstance(trace, list) else []
    keys = [trial.get("policy") for trial in trials]
    known = set(ExchangePolicy.objects.filter(pk__in=[key for key in keys if isinstance(key, int)]).values_list("pk"))
    few, labels = len(trials) <= FEW, _Labels(subjects, labels_in(trials))
    return [
        _table(trial, exists=(trial.get("policy"),) in known, few=few, granted=granted, labels=labels)
        for trial in trials
    ]


def _table(trial: Mapping[str, Any], *, exists: bool, few: bool, granted: bool, labels: _Labels) -> PolicyTable:
    effect, passed = str(trial.get("effect")), bool(trial.get("passed"))
    findings = [finding for finding in trial.get("rules", ()) if isinstance(finding, Mapping)]
    labels = labels._replace(current_actor=current_actor(findings))
    return PolicyTable(
        key=trial.get("policy"),
        name=str(trial.get("name")),
        exists=exists,
        denies=effect == Effect.DENY,
        report_only=bool(trial.get("report_only")),
        passed=passed,
        verdict=_verdict(effect, passed, granted),
        is_open=few or passed,
        rows=[_row(finding, labels) for finding in findings],
    )


def _verdict(effect: str, passed: bool, granted: bool) -> str:
    if granted and passed and effect == Effect.DENY:
        # A deny policy that names scopes removes those and does not prevent the exchange.
        return gettext("applies, but only removes scopes")
    return str(VERDICTS.get((effect, passed), effect))


def _row(finding: Mapping[str, Any], labels: _Labels) -> RuleRow:
    code, asked = str(finding.get("rule")), finding.get("asked")
    show = _period if code == "period" else _words
    known = labels.subjects if code == "subject" else labels.actors if code in LOCAL_RULES else {}
    if code == "chain" and isinstance(asked, list) and asked[:1] == [labels.current_actor]:
        # Only the current actor is known to be local: an external issuer may have chosen the keys of earlier actors.
        asked = [labels.actors.get(labels.current_actor, labels.current_actor), *asked[1:]]
    return RuleRow(
        rule=str(RULES.get(code, code)),
        passed=bool(finding.get("passed")),
        asked=known.get(str(asked)) or show(asked),
        allowed=show(finding.get("allowed")),
    )


def _words(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, list):
        return ", ".join(map(_words, value)) or gettext("none")
    return str(VALUES.get(value, value)) if isinstance(value, str) else str(value)


def _period(value: object) -> str:
    if isinstance(value, int | float):
        return date_format(localtime(datetime.fromtimestamp(value, UTC)), "SHORT_DATETIME_FORMAT")
    if isinstance(value, list) and len(value) == 2:
        begins, ends = (None if moment is None else _period(moment) for moment in value)
        if begins and ends:
            return gettext("from %(begins)s until %(ends)s") % {"begins": begins, "ends": ends}
        if begins:
            return gettext("from %(begins)s") % {"begins": begins}
        return gettext("until %(ends)s") % {"ends": ends} if ends else gettext("always")
    return _words(value)
