"""Present two tokens that must be refused: the client gets the same answer to both, the records differ."""

from __future__ import annotations

import jwt

from demo_project.cast import PORTAL
from demo_project.exchanging import trade
from demo_project.external_site import cast
from demo_project.external_site.keys import new_rsa_key
from demo_project.shortening import short
from demo_project.story import recording
from demo_project.story.stage import Stage
from demo_project.wire import Answer
from token_exchange.sts.vocabulary import ID_TOKEN


def play(stage: Stage, id_token: str) -> None:
    """Present a forged token, then a genuine one for another audience."""
    forged = _present(stage, "d) the same claims, signed with another key", forged_copy(id_token))
    for_wiki = stage.external.id_token(cast.LIDDELL, cast.WIKI)
    misused = _present(stage, "e) her ID token for another app, wiki", for_wiki)
    stage.claim(
        [recording.record_of(answer).reason for answer in (forged, misused)] == ["signature_invalid", "claims_invalid"],
        "Each record has the exact reason.",
    )
    stage.claim(
        (forged.status, forged.json) == (misused.status, misused.json) and forged.status == 400,
        "The client gets the same answer to both, which helps no attacker.",
    )


def forged_copy(token: str) -> str:
    """Return a token with the same claims and key id, signed with another key."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims, new_rsa_key(), "RS256", headers={"kid": jwt.get_unverified_header(token)["kid"]})


def _present(stage: Stage, title: str, token: str) -> Answer:
    answer = trade(PORTAL, token, stage.site, token_type=ID_TOKEN).answer
    stage.terminal.gap()
    stage.terminal.request(f"POST /o/token/       {title}")
    stage.terminal.pair("subject_token", short(token))
    recording.show_refusal(stage.terminal, answer)
    return answer
