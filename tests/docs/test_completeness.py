"""The documentation lists every setting, check, error, rule and limit, and no others."""

from __future__ import annotations

import ast
import re
from importlib import import_module

import pytest

from tests.docs.pages import FOLDER, PACKAGE, PAGES, codes, rows
from token_exchange.conf import KNOWN_SETTINGS, token_exchange_settings
from token_exchange.sts import delegation, vocabulary
from token_exchange.sts.policy import Policy
from token_exchange.sts.reasons import Reason
from token_exchange.sts.rules import RULES
from token_exchange.wording.detail_words import FLAWS


def test_every_setting():
    """The table of settings names each one and its default."""
    settings = {cells[0].strip("`"): cells[1].strip("`") for cells in rows("settings.md", "## `TOKEN_EXCHANGE`")[1:]}
    assert set(settings) == set(KNOWN_SETTINGS)
    assert (settings.pop("REQUIRE_HTTPS"), settings.pop("VERIFIERS")) == ("not DEBUG", "{}")
    for name, default in settings.items():
        assert ast.literal_eval(default) == getattr(token_exchange_settings, name.lower())


def test_every_system_check():
    """The table of checks holds the ids in the source, in order and without a gap."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "checks").glob("*.py"))
    ids = sorted({f"token_exchange.{number}" for number in re.findall(r"\b([EW]\d{3})\b", source)})
    assert codes("settings.md", "## Checks") == ids


def test_every_reason_code():
    """The page of errors explains each reason once, and each flaw of a token."""
    flaws = codes("errors.md", "## What was wrong with a token")
    assert sorted(flaws) == sorted(FLAWS)
    assert sorted(codes("errors.md")) == sorted([*Reason, *flaws])


def test_every_error_that_a_client_sees():
    """The page of errors has a row for each error code of an exchange."""
    told = {cells[1].strip("`") for cells in rows("errors.md", "## What the client sees")[1:]}
    raised = re.findall(r'error(?:: ClassVar\[str\])? = "(\w+)"', (PACKAGE / "sts" / "errors.py").read_text())
    assert told == {*raised, "unsupported_grant_type", "temporarily_unavailable", "server_error"}


def test_every_rule_in_its_order():
    """The page of policies lists the rules in the order in which they are asked, with the error of each."""
    listed = rows("policies.md", "### The rules of a permit policy, in the order asked")[1:]
    assert [cells[0].strip("`") for cells in listed] == [rule.name for rule in RULES]
    assert [cells[2].strip("`") for cells in listed] == [rule.error.error for rule in RULES]


def test_every_limit():
    """The page of tokens tells the limits that the code has (RFC 6749 §5.1: sizes are documented)."""
    told = {cells[0]: cells[1] for cells in rows("tokens-and-revocation.md", "## Limits")[1:]}
    number = {what: int(re.match(r"[\d,]+", limit)[0].replace(",", "")) for what, limit in told.items()}
    assert number == {
        "request body": vocabulary.MAX_BODY_BYTES,
        "fields in the body": vocabulary.MAX_FIELDS,
        "`subject_token`, `actor_token`": vocabulary.MAX_TOKEN_BYTES,
        "any other parameter": vocabulary.MAX_PARAMETER_BYTES,
        "`audience` values, `resource` values": vocabulary.MAX_TARGETS,
        "actors in a chain": delegation.MAX_CHAIN_DEPTH,
        "a chain, as JSON": delegation.MAX_CHAIN_BYTES,
        "exchanges from the first token to the last": delegation.MAX_GENERATIONS,
        "difference between the clocks of two servers": vocabulary.LEEWAY,
        "a policy's longest lifetime, unless it says otherwise": Policy(key=1, name="").max_lifetime,
    }


DOTTED = sorted(
    {
        (page.name, found.rstrip("."))
        for page in [*PAGES, FOLDER.parent / "README.md", FOLDER.parent / "CONTRIBUTING.md"]
        for found in re.findall(r"\btoken_exchange(?:\.\w+)+\b", page.read_text(encoding="utf-8"))
        if not re.fullmatch(r"token_exchange\.(?:[EW]\d{3}|\w+_\w*issuer|css|js)", found)
    }
)


@pytest.mark.parametrize(("page", "dotted"), DOTTED, ids=[f"{page}-{dotted}" for page, dotted in DOTTED])
def test_every_dotted_path_can_be_imported(page, dotted):
    """A module, class, function or permission that a page names exists under that name."""
    module, _, attribute = dotted.rpartition(".")
    try:
        import_module(dotted)
    except ModuleNotFoundError:
        assert hasattr(import_module(module), attribute), page
