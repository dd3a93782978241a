"""Make three requests that are refused: the client learns little, the administrator everything."""

from __future__ import annotations

from dataclasses import dataclass

from demo_project.cast import BOB, PARTNER
from demo_project.exchanging import Exchange
from demo_project.front_api.back_api import trade
from demo_project.logging_in import sign_in
from demo_project.story import recording
from demo_project.story.stage import Stage
from token_exchange.explanation import verdict


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request, the error that the client gets, and the rule that the record names."""

    title: str
    exchange: Exchange
    error: str
    rule: str


def play(stage: Stage, alices_token: str) -> None:
    """Make three requests that the policy does not allow."""
    terminal, site = stage.terminal, stage.site
    terminal.act(3, "Three refusals, and why")
    terminal.prose(
        "A policy in the admin says what front may do. A client that is refused gets an error code and a request id. "
        "By that id, the administrator finds a record with every rule that was checked."
    )
    bobs_token = sign_in(BOB, PARTNER, site)["access_token"]
    for letter, refusal in zip(
        "abc",
        (
            Refusal("another audience", trade(alices_token, site, audience="payroll"), "invalid_target", "target"),
            Refusal("more scope", trade(alices_token, site, scope="orders:write"), "invalid_scope", "scope"),
            Refusal("Bob's token, issued to partner", trade(bobs_token, site), "invalid_request", "caller_binding"),
        ),
        strict=True,
    ):
        _show(stage, letter, refusal)


def _show(stage: Stage, letter: str, refusal: Refusal) -> None:
    terminal, answer, form = stage.terminal, refusal.exchange.answer, refusal.exchange.form
    terminal.gap()
    terminal.request(f"POST /o/token/       {letter}) {refusal.title}")
    terminal.pair("audience, scope", f"{form['audience']}, {form['scope']}")
    recording.show_refusal(terminal, answer)
    found = verdict.of_record(recording.record_of(answer))
    stage.claim(
        (answer.json.get("error"), found.rule) == (refusal.error, refusal.rule),
        f"Refused with {refusal.error}, and the record names the rule.",
    )
