"""Run a process that exchanges, replays, revokes or switches policies on the test database.

    python -m tests.concurrency.worker DATABASE WORK ARGUMENTS-AS-JSON

It prints "ready", waits for a line on its standard input, works, and prints what it did as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier


def exchange(token, seconds, **parameters):
    """Exchange the token again and again; return status and members of every answer."""
    from tests.worlds.world import exchange_form

    front = _application("front")
    answers = []
    end = time.monotonic() + seconds
    while not answers or time.monotonic() < end:
        answer = _sender().post(exchange_form(token, **parameters), client=front)
        answers.append({"status": answer.status_code, **answer.json()})
        if answer.status_code != 200 and seconds:
            time.sleep(0.001)
    return answers


def replay(tokens, client="front", **parameters):
    """Exchange all the tokens at the same moment, each in its own thread; return every answer."""
    from django.db import connections

    from tests.worlds.world import exchange_form

    application, together = _application(client), Barrier(len(tokens))

    def trade(token):
        try:
            together.wait()
            answer = _sender().post(exchange_form(token, **parameters), client=application)
            return {"status": answer.status_code, **answer.json()}
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tokens)) as threads:
        return list(threads.map(trade, tokens))


def revoke(token, client, delay=0.0):
    """Revoke the token at the revocation endpoint."""
    time.sleep(delay)
    return _sender().post({"token": token}, client=_application(client), path="/o/revoke_token/").status_code


def switch(names, seconds):
    """Enable one of two policies and disable the other, again and again, each time in one transaction."""
    from django.db import transaction

    from token_exchange.models import ExchangePolicy

    end, turns = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        on, off = names if turns % 2 else reversed(names)
        with transaction.atomic():
            ExchangePolicy.objects.filter(name=off).update(enabled=False)
            ExchangePolicy.objects.filter(name=on).update(enabled=True)
        turns += 1
        time.sleep(0.05)  # far faster than any administrator, and time enough to be read once
    return turns


def _sender():
    """Return the client of the small site, without creating the site again."""
    from tests.worlds.world import World

    world = World.__new__(World)
    world.secrets = set()
    return world


def _application(client_id):
    from oauth2_provider.models import get_application_model

    return get_application_model().objects.get(client_id=client_id)


WORK = {"exchange": exchange, "replay": replay, "revoke": revoke, "switch": switch}


def main(database, work, arguments):
    """Connect to the test database and do the work."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    # Whoever trades a revoked token as fast as this one would soon have to wait.
    settings.TOKEN_EXCHANGE = {"BAD_SECRETS_PER_MINUTE": 0, "BAD_TOKENS_PER_MINUTE": 0}
    django.setup()
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(WORK[work](**json.loads(arguments))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
