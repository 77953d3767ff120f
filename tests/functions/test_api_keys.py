"""create_api_key, list_api_keys, delete_api_key and get_team (D-8, contract 7)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from partner_events import wiring
from partner_events.domain.ids import KeyId, TeamId
from partner_events.domain.key import Scope, looks_like_key
from partner_events.domain.timestamps import format_timestamp, parse_timestamp
from tests.functions.conftest import add_key, sample

TEAM = TeamId(sample("api/get_team")["headers"]["x-team-id"])
ROUTES = ["create_api_key", "list_api_keys", "delete_api_key"]


def listed(stack, **query):
    return stack.call("list_api_keys", query=query).body


def create(stack, **body):
    body = {"name": "backend", "scopes": ["events:write"], **body}
    return stack.call("create_api_key", body=body)


def test_a_new_key_is_shown_once_and_lets_its_holder_in_d_8(stack):
    reply = stack.call("create_api_key")
    key = reply.body["key"]
    shown = {name: value for name, value in reply.body.items() if name != "key"}
    used = stack.call("get_team", headers={"x-api-key": key})

    assert (reply.status, used.status) == (201, 200)
    assert looks_like_key(key)
    assert key.startswith("sk_live_")
    assert shown["scopes"] == ["events:read", "events:write"]
    assert shown["expires_at"] == "2099-01-01T00:00:00.000Z"
    assert shown in [{**each, "last_used_at": None} for each in listed(stack)["api_keys"]]
    assert key not in str(listed(stack))


def test_the_list_says_when_a_key_was_last_used_to_the_hour(stack):
    before = datetime.now(UTC).replace(microsecond=0)
    made = create(stack).body
    unused, *_ = [each for each in listed(stack)["api_keys"] if each["id"] == made["id"]]
    stack.call("get_team", headers={"x-api-key": made["key"]})
    used, *_ = [each for each in listed(stack)["api_keys"] if each["id"] == made["id"]]

    assert (made["last_used_at"], unused["last_used_at"]) == (None, None)
    assert before <= parse_timestamp(used["last_used_at"]) <= datetime.now(UTC)


def test_nothing_that_is_stored_tells_the_key_d_8(stack):
    key = create(stack).body["key"]
    (stored,) = [each for each in stack.parts.keys.of_team(TEAM) if each.name == "backend"]

    assert key not in repr(stored)
    assert len(stored.hash) == 64


def test_a_test_key_says_so(stack):
    assert create(stack, test=True).body["key"].startswith("sk_test_")


def test_a_key_has_its_scopes_and_no_others_d_8(stack):
    key = create(stack).body["key"]
    refused = stack.call("list_api_keys", headers={"x-api-key": key})

    assert refused.status == 403
    assert "admin" in refused.body["message"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes.0 must be one of events:write"),
        ({"scopes": [{}]}, "scopes.0 must be one of events:write"),
        ({"expires_at": "soon"}, "Invalid expires_at format"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at must be a future date"),
        ({"requests_per_minute": 0}, "requests_per_minute must be"),
        ({"requests_per_minute": 10**9}, "requests_per_minute must be"),
        ({"requests_per_minute": 1.5}, "requests_per_minute must be"),
        ({"requests_per_minute": "60"}, "requests_per_minute must be"),
    ],
)
def test_a_key_that_makes_no_sense_is_400(stack, body, message):
    reply = create(stack, **body)

    assert (reply.status, reply.body["message"].startswith(message)) == (400, True)


@pytest.mark.parametrize(("asked", "given"), [({}, 60), ({"requests_per_minute": 2}, 2)])
def test_a_key_has_a_minute_of_its_own_for_partner_events_d_7(stack, asked, given):
    made = create(stack, **asked).body
    event = sample("api/send_partner_event/by_email")
    reply = stack.call("send_partner_event", event, headers={"x-api-key": made["key"]})
    (shown,) = [each for each in listed(stack)["api_keys"] if each["id"] == made["id"]]

    assert (made["requests_per_minute"], shown["requests_per_minute"]) == (given, given)
    assert (reply.status, reply.headers["X-RateLimit-Limit"]) == (201, str(given))


def test_a_key_ends_when_it_expires_d_8(stack):
    soon = datetime.now(UTC) + timedelta(hours=1)
    create(stack, expires_at=format_timestamp(soon))
    (stored,) = [each for each in stack.parts.keys.of_team(TEAM) if each.name == "backend"]

    assert stored.is_live(soon - timedelta(milliseconds=1))
    assert not stored.is_live(soon)


def test_two_keys_live_at_a_time_so_that_one_can_replace_the_other_d_8(stack):
    old, new = create(stack).body, create(stack).body
    deleted = stack.call("delete_api_key", path={"id": old["id"]})
    wiring.parts.cache_clear()  # another environment, or this one half a minute later
    status = {
        each["id"]: stack.call("get_team", headers={"x-api-key": each["key"]}).status
        for each in (old, new)
    }

    assert (deleted.status, deleted.text) == (204, "")
    assert status == {old["id"]: 401, new["id"]: 200}
    ids = [each["id"] for each in listed(stack)["api_keys"]]
    assert (old["id"] in ids, new["id"] in ids) == (False, True)


def test_a_key_may_be_deleted_again_but_not_one_that_never_was(stack):
    id = create(stack).body["id"]
    again = [stack.call("delete_api_key", path={"id": id}).status for _ in range(2)]

    assert again == [204, 204]
    assert stack.call("delete_api_key").status == 404


def test_another_team_s_key_is_404(stack):
    team = replace(stack.parts.teams.get(TEAM), id=TeamId("other"))
    add_key(stack.parts, team, None, [Scope.ADMIN])
    (theirs,) = stack.parts.keys.of_team(team.id)

    assert stack.call("delete_api_key", path={"id": theirs.id}).status == 404
    assert stack.parts.keys.of_team(team.id)[0].revoked_at is None
    assert KeyId(theirs.id) not in [each["id"] for each in listed(stack)["api_keys"]]


def test_keys_are_listed_page_by_page(stack):
    made = [create(stack).body["id"] for _ in range(3)]
    first = listed(stack, limit="2")
    rest = listed(stack, limit="2", cursor=first["next_cursor"])
    ids = [each["id"] for each in first["api_keys"] + rest["api_keys"]]

    assert (len(ids), ids[1:]) == (4, made)
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert stack.call("list_api_keys", query={"cursor": "x"}).status == 400


@pytest.mark.parametrize("function", ROUTES)
def test_keys_are_for_admins_only_d_8(stack, function):
    team = stack.parts.teams.get(TEAM)
    others = [scope for scope in Scope if scope is not Scope.ADMIN]
    key = add_key(stack.parts, team, None, others)
    reply = stack.call(function, headers={"x-api-key": key})

    assert (reply.status, "admin" in reply.body["message"]) == (403, True)


def test_any_key_may_see_its_team_the_plan_and_what_is_used_d_7(stack):
    key = add_key(stack.parts, stack.parts.teams.get(TEAM), None, [Scope.WEBHOOKS_WRITE])
    body = stack.call("get_team", headers={"x-api-key": key}).body

    assert list(body) == ["id", "company_id", "name", "plan", "created_at", "limits", "usage"]
    assert (body["id"], body["name"], body["plan"]) == (TEAM, "Sample", "starter")
    assert body["limits"] == {"requests_per_hour": 1000}
    assert body["usage"]["requests"]["events"] == 0
    assert 1 <= body["usage"]["requests"]["api"] <= 20
