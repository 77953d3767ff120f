"""`partner-events` against a deployed stack."""

import json

import boto3
import pytest

from partner_events_tools import admin
from partner_events_tools.local.api import Api
from partner_events_tools.local.stack import STACK_NAME


@pytest.fixture
def partner_events(stack, monkeypatch, capsys):
    """Runs the command line with the credentials of the stack, and returns what it printed."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    for name, value in stack.environment().items():
        monkeypatch.setenv(name, value)

    def partner_events(*arguments: str, fails: bool = False):
        status = admin.main(["--stack-name", STACK_NAME, *arguments])
        printed = capsys.readouterr()
        assert status == int(fails), printed.err
        return printed.err if fails else json.loads(printed.out)

    return partner_events


@pytest.fixture
def team(partner_events) -> str:
    return partner_events("team", "create", "--name", "Acme", "--plan", "starter")["id"]


@pytest.fixture
def api_of(stack, team):
    return lambda made: Api(url=stack.state.api_url, team=team, key=made["key"])


def test_a_team_is_made_and_shown(partner_events, team):
    shown = partner_events("team", "show", team)

    assert (shown["name"], shown["plan"], shown["requests_per_hour"]) == ("Acme", "starter", 1000)
    assert shown["company_id"] > 0


def test_a_key_works_at_once_with_the_scopes_that_it_was_given(partner_events, team, api_of):
    scopes = ("--scope", "directory:read", "--scope", "events:read")
    made = partner_events("key", "create", team, "--name", "Reader", *scopes)
    api = api_of(made)

    assert made["key"].startswith("sk_live_")
    assert api.call("GET", "/event-types").status == 200
    refusal = api.call("POST", "/event-types", {"name": "user_signup"})
    assert (refusal.status, refusal.json["message"]) == (
        403,
        "This API key lacks the scope directory:write",
    )


def test_d8_a_key_is_listed_but_never_shown_again(partner_events, team):
    made = partner_events("key", "create", team, "--name", "Billing", "--test")
    (listed,) = partner_events("key", "list", team)["keys"]

    assert made["key"].startswith("sk_test_")
    assert listed == {name: value for name, value in made.items() if name != "key"}


def test_d8_a_key_that_was_revoked_before_anybody_used_it_is_401(partner_events, team, api_of):
    """An environment that knows the key forgets it within 30 s; that is tested with the gate."""
    made = partner_events("key", "create", team, "--name", "Leaked")
    revoked = partner_events("key", "revoke", team, made["id"])
    (listed,) = partner_events("key", "list", team)["keys"]

    assert api_of(made).call("GET", "/event-types").status == 401
    assert listed["revoked_at"] == revoked["revoked_at"]


def test_d8_a_key_whose_time_is_over_is_401(partner_events, team, api_of):
    until = ("--expires-at", "2024-12-15T10:00:00Z")
    made = partner_events("key", "create", team, "--name", "Trial", *until)

    assert made["expires_at"] == "2024-12-15T10:00:00.000Z"
    assert api_of(made).call("GET", "/event-types").status == 401


def test_what_does_not_exist_is_said_in_one_line(partner_events):
    assert partner_events("team", "show", "nobody", fails=True) == (
        "partner-events: There is no team nobody\n"
    )
