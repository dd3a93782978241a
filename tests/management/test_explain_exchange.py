"""`explain_exchange` gives the same verdict as the token endpoint, on a terminal and as JSON, and stores nothing."""

from __future__ import annotations

import io
import json
import shlex

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.management import questions
from tests.worlds.client_chain import ClientChain
from tests.worlds.help_desk import HelpDesk
from tests.worlds.pasted_issuer import ISSUER, PastedIssuer
from tests.worlds.personal_access_tokens import make, policy_for_scripts, trade
from tests.worlds.support_team import SupportTeam
from token_exchange.explanation import verdict
from token_exchange.models import ExchangeRecord
from token_exchange.sts.rules import RULES
from token_exchange.sts.vocabulary import (
    ACCESS_TOKEN,
    GRANT_TYPE,
    ID_TOKEN,
    JWT,
    PERSONAL_ACCESS_TOKEN,
    REFRESH_TOKEN,
    USER,
)
from token_exchange.toolkit.compat import token_database

ERRORS = {rule.name: rule.error.error for rule in RULES}
PERMITTED = [pytest.param(question, id=question.__name__) for question in questions.PERMITTED]
REFUSED = [pytest.param(question, id=question.__name__) for question in questions.REFUSED]


@pytest.fixture(autouse=True)
def still_clock():
    """Stop the clock, so that the remaining lifetimes are the same in both answers."""
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False):
        yield


def explain(options, *more):
    """Return the output of the command and its exit status."""
    out = io.StringIO()
    try:
        call_command("explain_exchange", *shlex.split(options), *more, stdout=out)
    except SystemExit as exited:
        return out.getvalue(), exited.code
    return out.getvalue(), 0


def explained(options):
    """Return the document that the command writes, and its exit status."""
    text, status = explain(options, "--json")
    return json.loads(text), status


def without_sentences(trace):
    """Return the trace in the form in which the record has it."""
    return [{name: value for name, value in trial.items() if name != "sentence"} for trial in trace]


def answered(world, question):
    """Return the answer of the endpoint and its record."""
    answer = world.exchange(question.token, client=question.client, **question.form)
    return answer, ExchangeRecord.objects.get(request_id=answer["X-Request-Id"])


@pytest.mark.scenario("M15")
class TestSameVerdict:
    """Endpoint and command agree on every request, down to the last rule."""

    @pytest.mark.parametrize("ask", PERMITTED)
    def test_what_the_endpoint_grants_is_permitted(self, world, ask):
        """Scope, audience, lifetime, actors and the whole trace are those of the record."""
        question = ask(world)
        document, status = explained(question.options)
        answer, record = answered(world, question)

        assert answer.status_code == 200, answer.content
        assert (status, document["verdict"], document["error"]) == (0, "permit", None)
        granted = document["granted"]
        assert (granted["scope"], granted["lifetime"]) == (answer.json()["scope"], answer.json()["expires_in"])
        assert (granted["audience"], granted["resource"], granted["way"]) == (
            record.audience,
            record.resource,
            record.way,
        )
        assert granted["actors"][:1] == [actor for actor in [record.actor] if actor]
        assert [decider["name"] for decider in document["decided_by"]] == [record.policy_name]
        assert without_sentences(document["trace"]) == record.trace

    @pytest.mark.parametrize("ask", REFUSED)
    def test_what_the_endpoint_refuses_is_refused(self, world, ask):
        """Error, description, reason and the whole trace are those of the answer and its record."""
        question = ask(world)
        document, status = explained(question.options)
        answer, record = answered(world, question)

        assert answer.status_code in (400, 401), answer.content
        assert (status, document["verdict"], document["granted"]) == (1, "refusal", None)
        assert (document["error"], document["reason"]) == (record.error, record.reason)
        assert (document["detail"] or "") == record.detail
        assert document["error_description"] == answer.json()["error_description"]
        assert without_sentences(document["trace"]) == record.trace
        if document["rule"] is not None:
            assert ERRORS[document["rule"]] == record.error

    def test_a_client_without_a_secret_is_refused_by_both(self, world):
        """A client without a secret cannot authenticate, with any token (P19)."""
        client = world.client("open", secret="")
        world.policy(client=client)
        answer = world.post({"grant_type": GRANT_TYPE}, client=client, secret="")
        document, status = explained("--client open --subject alice --issued-to spa")

        assert (status, document["error"], document["reason"]) == (1, "invalid_client", "client_secret_is_blank")
        assert answer.json()["error"] == document["error"]

    def test_an_unusable_client_is_refused_by_both(self, world, alices_token, monkeypatch):
        """A client that the site's own model calls unusable is refused."""
        monkeypatch.setattr(type(world.front), "is_usable", lambda self, request: self.client_id != "front")
        document, status = explained("--client front --subject alice --issued-to spa")

        assert (status, document["error"]) == (1, "invalid_client")
        assert world.exchange(alices_token).json()["error"] == document["error"]

    @pytest.mark.parametrize("ask", REFUSED)
    def test_a_record_tells_the_same_verdict(self, world, ask):
        """The explanation of a record names the same policy, rule and changes as that of the request."""
        question = ask(world)
        document, _status = explained(question.options)
        _answer, record = answered(world, question)
        told = verdict.of_record(record)

        assert (told.error, told.reason, told.rule or None) == (record.error, record.reason, document["rule"])
        assert [told.trace[index]["name"] for index in told.deciding] == [
            decider["name"] for decider in document["decided_by"]
        ]
        assert told.changes == document["changes"][: len(told.changes)]

    def test_an_expired_token_is_refused_by_both(self, world, alices_token):
        """A token that expires now is refused by both."""
        with time_machine.travel(timezone.now() + timezone.timedelta(hours=10), tick=False):
            answer = world.exchange(alices_token)
        record = ExchangeRecord.objects.get(request_id=answer["X-Request-Id"])
        document, _status = explained("--client front --subject alice --issued-to spa --lifetime 0")

        assert (
            (document["error"], document["reason"])
            == (record.error, record.reason)
            == (
                "invalid_request",
                "token_expired",
            )
        )

    def test_a_disabled_server_is_refused_by_both(self, world, alices_token, settings):
        """While token exchange is switched off, both refuse."""
        settings.TOKEN_EXCHANGE = {"ENABLED": False}

        document, status = explained("--client front --subject alice --issued-to spa")

        assert (status, document["error"]) == (1, world.exchange(alices_token).json()["error"])
        assert "switched off" in explain("--client front --subject alice --issued-to spa")[0]


class TestNothingLeftBehind:
    """The command stores nothing."""

    @pytest.mark.parametrize("ask", [*PERMITTED, *REFUSED])
    def test_a_question_only_reads(self, world, ask):
        """The command runs no statement that writes."""
        options = ask(world).options
        before = world.counts()

        with CaptureQueriesContext(connections[token_database()]) as queries:
            explain(options)

        assert world.counts() == before
        assert {query["sql"].split()[0] for query in queries} == {"SELECT"}

    def test_no_secret_is_shown(self, world):
        """The explanation contains no secret (M15)."""
        world.policy()
        text, _status = explain("--client front --subject alice --issued-to spa", "--json")

        assert world.front.client_secret not in text
        assert world.alice.password not in text


class TestWhatWouldHaveToChange:
    """Following the suggested changes turns the refusal into a permit."""

    def changes(self, options):
        """Return the suggested changes."""
        return " ".join(explained(options)[0]["changes"])

    def test_a_scope_that_the_policy_lacks(self, world):
        """The change names the policy, and no other input, if only the policy lacks the scope."""
        question = questions.asking.wider_scope(world)

        assert "The scope write is missing in: the policy." in self.changes(question.options)

    def test_a_scope_that_the_subject_token_lacks(self, world):
        """The change names the subject token if only that lacks the scope."""
        question = questions.asking.scope_not_held(world)

        assert "The scope orders:read is missing in: the subject token." in self.changes(question.options)

    def test_a_scope_that_the_actor_token_lacks(self, world):
        """The change names the actor token if only that lacks the scope."""
        question = questions.actors.delegation_with_less(world)

        assert "The scope read is missing in: the actor token." in self.changes(question.options)

    def test_a_client_that_is_not_named(self, world):
        """The change names the issuing client and the field to add it to."""
        question = questions.subjects.token_of_another_client(world)

        assert "Add the client spa under “issued to”" in self.changes(question.options)

    def test_a_target_left_out(self, world):
        """If the request names no target, the change is to name one."""
        question = questions.asking.target_left_out(world)

        assert "Name an audience or resource" in self.changes(question.options)

    def test_the_closest_of_several_policies(self, world):
        """Of three policies that refuse, the changes are about the one that came closest."""
        document, _status = explained(questions.policies.two_policies_refuse(world).options)

        assert [decider["policy"] for decider in document["decided_by"]] == [document["trace"][1]["policy"]]
        assert document["rule"] == "scope"

    def test_a_deny_policy(self, world):
        """If a deny policy decided, the change is about that policy."""
        question = questions.policies.denied(world)
        document, _status = explained(question.options)

        (decider,) = document["decided_by"]
        assert "No client at all may exchange" in decider["sentence"]
        assert "deny policy" in " ".join(document["changes"])

    @pytest.mark.parametrize("ask", REFUSED)
    def test_every_refusal_is_answered_with_something_to_read(self, world, ask):
        """The text names the error, and either a change or the reason in words."""
        text, _status = explain(ask(world).options)

        assert text.startswith("REFUSED invalid_") or text.startswith("REFUSED unauthorized_client")
        assert len(text.splitlines()) > 3


class TestText:
    """The explanation can be read on a terminal."""

    OPTIONS = "--client front --subject alice --issued-to spa --subject-scope read write"

    @pytest.fixture(autouse=True)
    def terminal(self, monkeypatch):
        """Return a terminal of 80 columns."""
        monkeypatch.setenv("COLUMNS", "80")

    def test_it_fits_the_terminal(self, world):
        """No line is longer than 80 columns, for any policy."""
        world.policy(name="a rather long name " * 4, scopes=["read", *(f"scope-number-{n}" for n in range(20))])
        text, _status = explain(f"{self.OPTIONS} --scope write --audience back-api")

        assert max(map(len, text.splitlines())) <= 80

    def test_each_policy_is_a_sentence_and_each_rule_is_marked(self, world):
        """The text has the sentence of the policy, a cross at the scope and check marks at the other rules."""
        world.policy(name="Front reads")
        text, _status = explain(f"{self.OPTIONS} --scope write")

        assert "“Front reads” does not allow the exchange (this came closest)" in text
        assert "Client front may exchange an access token of any user" in " ".join(text.split())
        assert [line.split()[1] for line in text.splitlines() if "✗" in line] == ["Scope"]
        assert text.count("✓") > 10

    def test_a_permit_says_what_is_granted(self, world):
        """The text of a permit names targets, scopes, lifetime and actors."""
        world.policy()
        text, _status = explain(self.OPTIONS)

        assert text.startswith("PERMITTED by the policy")
        granted = "A token for back-api with read, for 300 seconds; acting for its subject: client:front."
        assert granted in " ".join(text.split())

    def test_a_name_cannot_steer_the_terminal(self, world):
        """Control characters in stored names are left out."""
        world.policy(name="red \033[31m\r\n alert")
        text, _status = explain(self.OPTIONS)

        assert "\033" not in text
        assert "\r" not in text

    def test_a_terminal_without_the_characters_gets_plain_ones(self, world):
        """On an ASCII terminal the text uses replacement characters."""
        world.policy(name="Für alle")
        out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        with pytest.raises(SystemExit):
            call_command("explain_exchange", *self.OPTIONS.split(), "--scope", "write", stdout=out)
        out.seek(0)
        text = out.read()

        assert '"F?r alle"' in text
        assert "x Scope" in text


class TestExternalTokens:
    """The command explains exchanges of external tokens."""

    @pytest.fixture
    def claims(self, tmp_path):
        """Return a function that writes claims to a file and returns the option that names the file."""

        def written(claims):
            path = tmp_path / "claims.json"
            path.write_text(claims if isinstance(claims, str) else json.dumps(claims))
            return f"--claims {path}"

        return written

    def test_claims_come_from_a_file(self, world, claims):
        """Claims of any type are read from a file; a claim on the command line replaces that of the file."""
        issuer = PastedIssuer(
            world,
            subject_mapping="workload",
            conditions=[{"claim": "/kubernetes.io/namespace", "operator": "equals", "values": ["shop"]}],
        )
        issuer.policy(subject_kind="workloads")
        options = f"--client front --issuer {ISSUER} {claims({'sub': 'a', 'kubernetes.io': {'namespace': 'shop'}})}"
        assert explained(f"{options} --claim sub=b")[1] == 0
        assert explained(f"{options} --claim kubernetes.io=shop")[0]["reason"] == "claim_condition_failed"

    def test_a_file_is_taken_at_its_word(self, world, claims):
        """Missing standard claims are added to those of the file, which are not changed."""
        PastedIssuer(world).policy()
        options = "--client front --issuer outside"
        assert explained(f"{options} {claims({'sub': 'alice'})}")[1] == 0
        for change, flaw in (({"exp": 1}, "expired"), ({"iat": "now"}, "time_malformed"), ({"sub": 7}, "subject_mal")):
            document, status = explained(f"{options} {claims({'sub': 'alice', **change})}")
            assert (status, document["reason"]) == (1, "claims_invalid")
            assert document["detail"].startswith(flaw)

    def test_an_answer_of_an_old_server(self, world, claims):
        """For an issuer with introspection, the claims are those of its answer."""
        row = PastedIssuer(
            world, verification="introspection", token_types=[ACCESS_TOKEN], subject_claim="username"
        ).row
        world.policy(ways=["same_subject"], lists={"trusted_issuers": [row]})
        options = "--client front --issuer outside --claim username=alice"
        document, status = explained(options)
        assert (status, document["question"]["subject_token"]["claims"]["active"]) == (0, True)
        assert explained(f"{options} {claims({'active': False})}")[0]["reason"] == "introspection_inactive"
        world.policy(client=world.agent)
        assert explained(options.replace("front", "agent"))[0]["reason"] == "token_unknown"

    def test_no_user_is_created(self, world):
        """A supposed first token of a subject creates no user."""
        options = questions.external_tokens.external_first_sight(world).options
        before = world.counts()
        assert explain(options)[1] == 0
        assert world.counts() == before

    def test_the_text_tells_what_the_token_says(self, world):
        """The text names the issuer and the claims, and what to change after a refusal."""
        text, _status = explain(questions.external_tokens.external_condition_failed(world).options)
        text = " ".join(text.split())
        assert "REFUSED invalid_request (claim_condition_failed: repository_id)" in text
        assert f"presents a JWT of {ISSUER} that says" in text
        assert "repository_id 13" in text
        assert "What would have to change" in text

    @pytest.mark.parametrize(
        "options",
        [
            "--issuer nobody --claim sub=alice",
            "--issuer OUTSIDE --claim sub=alice",
            "--issuer outside --claim sub",
            "--issuer outside --claims /nowhere.json",
            "--issuer outside --claim sub=alice --issued-to spa",
            "--issuer outside --claim sub=alice --acting client:spa",
            "--issuer outside --claim sub=alice --subject-scope read",
            "--subject alice --claim sub=alice",
            "--subject alice --subject-token-type jwt",
            "--issuer outside --subject alice",
        ],
    )
    def test_questions_that_make_no_sense(self, world, options):
        """Options for local tokens together with options for external ones exit with status 2."""
        PastedIssuer(world)
        with pytest.raises(CommandError) as raised:
            explain(f"--client front {options}")
        assert raised.value.returncode == 2 or "not allowed with" in str(raised.value)

    @pytest.mark.parametrize("kind", ["token", "list", "twice"])
    def test_a_file_that_holds_no_claims_is_not_repeated(self, world, claims, kind):
        """A file that contains a token instead of claims is refused, and not shown."""
        token = PastedIssuer(world).token()
        content = {"token": token, "list": f'["{token}"]', "twice": f'{{"sub": "{token}", "sub": "{token}"}}'}[kind]
        with pytest.raises(CommandError) as raised:
            explain(f"--client front --issuer outside {claims(content)}")
        assert raised.value.returncode == 2
        assert token[:20] not in str(raised.value)


class TestUsage:
    """Invalid combinations of options exit with status 2."""

    @pytest.mark.parametrize(
        ("options", "complaint"),
        [
            ("--client nobody --subject alice", "no client 'nobody'"),
            ("--client FRONT --subject alice", "no client 'FRONT'"),
            ("--client front --subject nobody", "no user 'nobody'"),
            ("--client front --subject 999999", "no user '999999'"),
            ("--client front --subject alice --issued-to nobody", "no client 'nobody'"),
            ("--client front --subject alice --actor-user nobody", "no user 'nobody'"),
            ("--client front --subject alice --acting client:nobody", "no client 'nobody'"),
            ("--client front --subject-client front --issued-to spa", "omit --issued-to"),
            ("--client front --subject alice --acting client:spa --may-act client:spa", "omit --acting or --may-act"),
        ],
    )
    def test_an_unknown_name_is_an_error_of_usage(self, world, options, complaint):
        """An unknown user or client is an error of usage, not a refusal."""
        with pytest.raises(CommandError, match=complaint) as raised:
            explain(options)

        assert raised.value.returncode == 2

    def test_a_primary_key_names_a_user_too(self, world):
        """--subject accepts a primary key, which records contain."""
        world.policy()
        document, status = explained(f"--client front --subject {world.alice.pk} --issued-to spa")

        assert (status, document["question"]["subject_token"]["user"]) == (0, "alice")

    def test_a_user_may_be_acting_already(self, world):
        """--acting accepts users and clients, the current actor first."""
        world.policy(max_chain_depth=3)
        document, _status = explained("--client front --subject alice --issued-to spa --acting bob client:agent")

        assert document["question"]["subject_token"]["actors"] == [str(world.bob.pk), "client:agent"]
        assert document["granted"]["actors"] == ["client:front", str(world.bob.pk), "client:agent"]

    def test_a_question_without_a_subject_is_none(self, world):
        """One of --subject and --subject-client is required."""
        with pytest.raises(CommandError, match="subject"):
            explain("--client front")


class TestKindsOfToken:
    """Every kind of subject token can be described, and the verdict is the endpoint's."""

    def same(self, answer, options):
        """Return the explanation of an exchange, after comparing verdict, reason and trace with the record."""
        record = ExchangeRecord.objects.get(request_id=answer["X-Request-Id"])
        document, status = explained(options)
        assert (status == 0) == (answer.status_code == 200), (answer.content, document)
        assert (document["reason"] or "") == record.reason
        assert without_sentences(document["trace"]) == record.trace
        return document

    @pytest.mark.parametrize("scope", ["read", "orders:read"])
    @pytest.mark.parametrize("audience", ["back-api", "invoices-api"])
    def test_a_personal_access_token(self, world, scope, audience):
        """A personal access token is explained with its own scopes and targets."""
        policy_for_scripts(world)
        value = make(world, scopes=["read"], days=1).value
        options = (
            "--client front --subject alice --subject-token-type personal_access_token --subject-scope read "
            f"--subject-audience back-api --lifetime 86400 --audience {audience} --scope {scope}"
        )
        document = self.same(trade(world, value, audience=audience, scope=scope), options)
        assert document["question"]["subject_token"]["token_type"] == PERSONAL_ACCESS_TOKEN

    @pytest.mark.parametrize("holder", ["carol", "dave", "bob"])
    def test_a_ticket(self, world, holder):
        """A ticket is explained by the permissions, and the explanation does not use it up."""
        support = SupportTeam(world)
        value = support.ticket(actor={"carol": support.carol, "dave": support.dave}.get(holder, support.carol))
        options = (
            f"--client desk --subject alice --subject-token-type impersonation_ticket --ticket-of {holder} "
            "--reason asked --subject-scope read --subject-audience back-api --lifetime 600"
        )
        if holder == "bob":  # the endpoint has no ticket of somebody whom no permission names
            assert explained(options)[0]["rule"] == "permission"
            assert "impersonation permission" in " ".join(explained(options)[0]["changes"])
        else:
            assert explained(options)[1] == explained(options)[1] == 0
            self.same(support.trade(value), options)

    @pytest.mark.parametrize("switched_on", [True, False])
    def test_a_reference_to_a_user(self, world, settings, switched_on):
        """A user reference is explained, also on a site that does not accept them."""
        settings.TOKEN_EXCHANGE = {"USER_REFERENCES": switched_on}
        support = SupportTeam(world)
        carols = world.login_token(support.carol, client=support.desk)
        answer = support.trade("alice", subject_token_type=USER, actor_token=carols)
        options = "--client desk --subject alice --subject-token-type user --actor-user carol --actor-scope read write"
        self.same(answer, f"{options} --lifetime 36000")

    @pytest.mark.parametrize("client", ["spa", "front"])
    def test_a_refresh_token(self, world, client):
        """A refresh token is explained for its own client and refused for every other."""
        caller = getattr(world, client)
        world.policy(client=caller, subject_token_types=[REFRESH_TOKEN], ways=["same_subject", "client_acts"])
        token = world.login()["refresh_token"]
        answer = world.exchange(token, client=caller, subject_token_type=REFRESH_TOKEN)
        document, status = explained(
            f"--client {client} {questions.question.ALICE} --subject-token-type refresh_token "
            "--subject-scope read write"
        )
        assert (status == 0) == (answer.status_code == 200) == (client == "spa")
        assert document["rule"] == (None if client == "spa" else "caller_binding")

    @pytest.mark.parametrize(("sub", "status"), [("engineer", 0), ("guest", 1)])
    def test_an_id_token_of_this_server(self, world, sub, status):
        """Claims of a local ID token can be given, for conditions of a policy."""
        condition = {"claim": "role", "operator": "equals", "values": ["engineer"]}
        world.policy(
            client=world.spa,
            subject_token_types=[ID_TOKEN],
            ways=["same_subject"],
            conditions=[condition],
            scopes=["read"],
        )
        options = f"--client spa --subject alice --subject-token-type id_token --subject-scope read --claim role={sub}"
        assert explained(options)[1] == status

    @pytest.mark.parametrize(
        ("options", "complaint"),
        [
            ("--subject alice --subject-token-type jwt", "does not fit a local token"),
            ("--subject alice --subject-token-type impersonation_ticket", "add --ticket-of"),
            ("--subject alice --subject-token-type personal_access_token --issued-to spa", "--issued-to does not fit"),
            ("--subject alice --subject-token-type refresh_token --acting client:spa", "--acting does not fit"),
            ("--subject alice --subject-token-type user --subject-scope read", "--subject-scope does not fit"),
            ("--subject alice --ticket-of bob", "--ticket-of does not fit"),
            ("--subject-client front --subject-token-type id_token", "is an access token"),
        ],
    )
    def test_what_does_not_fit_is_an_error_of_usage(self, world, options, complaint):
        """An option that does not fit the kind of token is named in the error."""
        with pytest.raises(CommandError, match=complaint) as raised:
            explain(f"--client front {options}")
        assert raised.value.returncode == 2


class TestRecordedExchange:
    """A recorded exchange is explained again under the current rules."""

    def again(self, answer, *more):
        """Return the explanation of the recorded exchange, and the status."""
        text, status = explain(f"--request-id {answer['X-Request-Id']}", *more, "--json")
        return json.loads(text), status

    def test_what_was_refused_is_permitted_after_the_policy_was_changed(self, world):
        """A refused exchange is permitted in the explanation after its policy was changed."""
        policy = world.policy()
        answer = world.exchange(world.login_token(), scope="read write", audience="back-api")
        assert answer.status_code == 400
        document, status = self.again(answer)
        record = ExchangeRecord.objects.get(request_id=answer["X-Request-Id"])
        assert (status, document["reason"]) == (1, record.reason)
        assert without_sentences(document["trace"]) == record.trace
        policy.scopes = ["read", "write"]
        policy.save()
        assert self.again(answer)[1] == 0
        assert ExchangeRecord.objects.count() == 1

    def test_a_chain_is_asked_again_with_all_its_actors(self, world):
        """The actors of an exchanged subject token are read from its row."""
        relay = ClientChain(world)
        token = relay.token(1)
        answer = relay.hop(1, token)
        assert answer.status_code == 200
        document, status = self.again(answer)
        assert (status, document["granted"]["actors"]) == (0, ["client:hop-1", "client:hop-0"])
        relay.policies[1].max_chain_depth = 1
        relay.policies[1].save()
        assert self.again(answer)[0]["rule"] == "chain"

    def test_an_actor_token_is_asked_again(self, world):
        """The recorded actor is the actor in the explanation."""
        desk = HelpDesk(world)
        answer = desk.exchange()
        document, status = self.again(answer)
        assert (status, document["question"]["actor_token"]["user"]) == (0, "bob")
        desk.policy.actor_users.set([])
        assert self.again(answer)[1] == 1

    @pytest.mark.parametrize("kind", ["ticket", "personal"])
    def test_a_ticket_and_a_personal_access_token(self, world, kind):
        """A used ticket and a personal access token are explained with the values of their rows."""
        if kind == "ticket":
            support = SupportTeam(world)
            answer = support.trade(support.ticket())
            row = support.permission
        else:
            row = policy_for_scripts(world)
            answer = trade(world, make(world, scopes=["read"]).value, audience="back-api")
        assert answer.status_code == 200, answer.content
        assert self.again(answer)[1] == 0
        row.enabled = False
        row.save()
        assert self.again(answer)[1] == 1

    def test_a_token_of_an_external_issuer(self, world):
        """A record has no claims, so the linked subject is shown, and other claims have to be given."""
        issuer = PastedIssuer(world, conditions=[{"claim": "stage", "operator": "equals", "values": ["production"]}])
        issuer.policy()
        answer = world.exchange(issuer.token(stage="production"), subject_token_type=JWT)
        assert answer.status_code == 200, answer.content
        assert self.again(answer)[0]["reason"] == "claim_condition_failed"
        assert self.again(answer, "--claim", "sub=alice", "--claim", "stage=production")[1] == 0

    def test_an_option_replaces_what_the_record_tells(self, world):
        """An option replaces the recorded value, for example the client."""
        world.policy()
        answer = world.exchange(world.login_token())
        assert self.again(answer)[1] == 0
        assert self.again(answer, "--client", "agent")[0]["reason"] == "client_has_no_policy"

    def test_the_text_tells_what_was_recorded(self, world):
        """The text shows the recorded answer beside the current one."""
        world.policy()
        answer = world.exchange(world.login_token(), audience="nowhere")
        text, status = explain(f"--request-id {answer['X-Request-Id']}")
        assert status == 1
        said = " ".join(text.split())
        assert "Refused on " in said
        assert ": target_unknown. The rules of today:" in said

    def test_records_that_cannot_be_asked_again(self, world):
        """An unknown request id, and a refusal before the token was read, give an error that says what to do."""
        world.policy()
        answer = world.exchange("unknown")
        for options, complaint in (
            ("--request-id none", "No exchange is recorded"),
            (f"--request-id {answer['X-Request-Id']}", "add --subject"),
            ("--subject alice", "--client"),
            ("--client front", "Name the owner of the token"),
        ):
            with pytest.raises(CommandError, match=complaint) as raised:
                explain(options)
            assert raised.value.returncode == 2
        assert self.again(answer, "--subject", "alice", "--issued-to", "spa")[1] == 0


class TestNames:
    """The text has names beside keys."""

    def test_actors_and_subjects_are_named(self, world):
        """Actors and subjects have names in the grant, in the question and in the rules."""
        HelpDesk(world)
        options = "--client desk --subject alice --issued-to spa --actor-user bob"
        text = " ".join(explain(options)[0].split())
        bob, alice = f"bob ({world.bob.pk})", f"alice ({world.alice.pk})"
        assert f"acting for its subject: {bob}." in text
        assert f"Actor {bob}" in text
        assert f"Subject {alice}" in text
        assert f"with {bob} acting" in " ".join(explain(f"{options} --acting bob")[0].split())


class TestAdvice:
    """Every suggested change helps, and none is given twice."""

    @pytest.mark.parametrize("narrows", [True, False])
    def test_narrowing_is_no_advice_where_nothing_would_remain(self, world, narrows):
        """Narrowing is not suggested if the policy grants none of the requested scopes."""
        world.policy(narrows_scope=narrows)
        options = f"--client front {questions.question.ALICE} --subject-scope read write --scope write"
        changes = explained(options)[0]["changes"]
        assert not [change for change in changes if "narrow" in change]
        assert "Request at least one of these scopes: read." in changes

    def test_narrowing_is_advice_where_something_would_remain(self, world):
        """Narrowing is suggested, and turns the refusal into a permit, if some scopes remain."""
        policy = world.policy()
        options = f"--client front {questions.question.ALICE} --subject-scope read write --scope read write"
        assert any("let the policy narrow" in change for change in explained(options)[0]["changes"])
        policy.narrows_scope = True
        policy.save()
        assert explained(options)[1] == 0

    @pytest.mark.parametrize("ask", REFUSED)
    def test_no_advice_is_given_twice(self, world, ask):
        """No suggested change is repeated."""
        changes = explained(ask(world).options)[0]["changes"]
        assert len(changes) == len(set(changes))
