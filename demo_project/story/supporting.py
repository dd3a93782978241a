"""Let Carol of support act for Alice: with a reason, after an approval, and visibly for Alice."""

from __future__ import annotations

from demo_project import letters
from demo_project.cast import ADMIN, ALICE, CAROL, DAVE, DESK
from demo_project.exchanging import Exchange
from demo_project.shortening import short
from demo_project.story import looking_on, recording
from demo_project.story.presenting import call, present
from demo_project.story.stage import Stage
from demo_project.support_desk import SupportDesk, reasons_on
from token_exchange.sts.vocabulary import IMPERSONATION_TICKET

REASON = "Case 7: the bicycle bell never came"


def play(stage: Stage) -> None:
    """Request, approve, exchange and use a ticket; then let Alice stop it."""
    stage.terminal.act(6, "Carol of support acts for Alice")
    stage.terminal.prose(
        "Alice complains: a bicycle bell never came. Carol of support has to look at her orders, and must not ask for "
        "her password. A permission in the admin says: support may act for customers, through desk, to read orders, "
        "with a reason, after another user has approved it."
    )
    carol = SupportDesk(CAROL, stage.site)
    _reach_too_far(stage, carol)
    ticket = _obtain(stage, carol)
    exchange = _act(stage, ticket)
    _act_again(stage, ticket)
    looking_on.play(stage, str(exchange.answer.json.get("access_token", "")), REASON)


def _reach_too_far(stage: Stage, carol: SupportDesk) -> None:
    terminal = stage.terminal
    terminal.gap()
    terminal.prose(f"a) Carol asks for a ticket to act as {ADMIN.username}, who is a customer as well.")
    answer = carol.ask(ADMIN, REASON)
    reasons = list(reasons_on(answer))
    terminal.answer(answer.status, {"the page says": reasons})
    stage.claim(
        answer.status == 403 and any("superuser" in reason for reason in reasons),
        "No ticket is made: a permission for customers does not reach a superuser among them.",
    )


def _obtain(stage: Stage, carol: SupportDesk) -> str:
    terminal = stage.terminal
    terminal.gap()
    terminal.prose("b) Carol asks for a ticket to act as alice, and Dave approves it.")
    asked = carol.ask(ALICE, REASON)
    page = asked.headers.get("Location", "")
    terminal.answer(asked.status, {"reason": REASON, "the ticket": page})
    too_early = carol.collect(page)
    terminal.pair("before the approval", short(too_early) if too_early else "nothing for Carol to collect")
    SupportDesk(DAVE, stage.site).approve(page)
    ticket = carol.collect(page)
    terminal.pair("after the approval", f"she collects it, valid once within ten minutes: {short(ticket)}")
    stage.claim(not too_early and ticket != "", "Carol cannot get a ticket alone: another user decides.")
    return ticket


def _act(stage: Stage, ticket: str) -> Exchange:
    with letters.collected() as received:
        exchange = present(stage, "c) the ticket", DESK, ticket, IMPERSONATION_TICKET)
    seen = call(stage, "GET /back/orders/", exchange)
    stage.claim(
        (seen.get("user"), seen.get("acting"), seen.get("reason")) == (ALICE.username, [CAROL.username], REASON),
        "back answers as it does to Alice, and sees who acts, and why.",
    )
    told = [letter for letter in received if letter.to == [ALICE.email] and REASON in str(letter.body)]
    stage.terminal.gap()
    for letter in told:
        stage.terminal.pair(f"e-mail to {ALICE.username}", str(letter.subject))
    stage.claim(len(told) == 1, "Alice gets an e-mail about it at once.")
    return exchange


def _act_again(stage: Stage, ticket: str) -> None:
    answer = present(stage, "d) the same ticket again", DESK, ticket, IMPERSONATION_TICKET).answer
    stage.claim(
        answer.status == 400 and recording.record_of(answer).reason == "token_replayed",
        "A ticket can be exchanged once.",
    )
