"""Deliveries, what is held of them, and replays through the management API (contract 7)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.endpoint_health import Disabled
from partner_events.domain.ids import TeamId
from partner_events.domain.key import Scope
from partner_events.domain.team import Plan
from partner_events.domain.timestamps import format_timestamp
from partner_events.usecases.make_team import make_team
from tests.functions.conftest import Stack, add_key, sample
from tests.functions.test_workers import send

NOBODY = "http://127.0.0.1:65535/"  # nothing listens there


@pytest.fixture
def ready(stack: Stack) -> Stack:
    stack.call("create_event_type", body={"name": "user_signup"})
    return stack


def subscribe(stack: Stack, **changes) -> str:
    body = {"url": NOBODY, "event_types": ["user_signup"], **changes}
    return stack.call("create_webhook_endpoint", body=body).body["id"]


def attempt(stack: Stack, events: int = 1) -> list[str]:
    """Send events and have each delivered once; return the deliveries, newest first."""
    for _ in range(events):
        send(stack)
    stack.work("run_triggers", "TRIGGER")
    stack.work("deliver_webhooks", "DELIVERY")
    return [each["id"] for each in listed(stack)]


def listed(stack: Stack, **query: str) -> list[dict]:
    return stack.call("list_deliveries", query=query).body["deliveries"]


def disable(stack: Stack, endpoint: str) -> None:
    team = sample("api/list_workflows")["headers"]["x-team-id"]
    health = stack.parts.health.get(team, endpoint)
    now = datetime.now(UTC)
    disabled = replace(health, disabled_at=now, reason=Disabled.GONE, version=health.version + 1)
    stack.parts.health.save(disabled, previous=health)


def replayed(stack: Stack, endpoint: str, **body):
    since = format_timestamp(datetime.now(UTC) - timedelta(hours=1))
    return stack.call("replay_deliveries", path={"id": endpoint}, body={"since": since, **body})


def test_a_delivery_is_shown_with_its_attempts(ready):
    endpoint = subscribe(ready)
    (id,) = attempt(ready)
    shown = ready.call("get_delivery", path={"id": id}).body
    (tried,) = shown["attempts"]

    assert id.startswith("dlv_")
    assert (shown["endpoint_id"], shown["event_type"]) == (endpoint, "user_signup")
    assert (shown["status"], shown["failure_reason"]) == ("retrying", None)
    assert set(tried) == {"at", "status_code", "duration_ms", "error", "response_body"}
    assert (tried["status_code"], tried["error"]) == (None, "connect")
    assert shown["next_attempt_at"] > tried["at"]


def test_the_deliveries_of_all_endpoints_are_listed_by_time_newest_first(ready):
    endpoints = {subscribe(ready), subscribe(ready, url=NOBODY + "2")}
    attempt(ready, events=3)
    first = ready.call("list_deliveries", query={"limit": "4"}).body
    rest = ready.call("list_deliveries", query={"cursor": first["next_cursor"]}).body
    all_of_them = first["deliveries"] + rest["deliveries"]
    times = [each["created_at"] for each in all_of_them]

    assert [first["has_more"], rest["has_more"]] == [True, False]
    assert len({each["id"] for each in all_of_them}) == 6
    assert {each["endpoint_id"] for each in all_of_them} == endpoints
    assert times == sorted(times, reverse=True)


def test_a_list_can_be_narrowed(ready):
    one, two = subscribe(ready), subscribe(ready, url=NOBODY + "2")
    attempt(ready)
    disable(ready, two)
    attempt(ready)
    tomorrow = format_timestamp(datetime.now(UTC) + timedelta(minutes=30))

    assert {each["endpoint_id"] for each in listed(ready, endpoint=one)} == {one}
    assert [each["endpoint_id"] for each in listed(ready, status="held")] == [two]
    assert len(listed(ready, status="retrying")) == 3
    assert len(listed(ready, event_type="user_signup", endpoint=two)) == 2
    assert listed(ready, event_type="other") == listed(ready, since=tomorrow) == []
    assert "attempts" not in listed(ready)[0]


@pytest.mark.parametrize(
    ("query", "field"), [({"status": "lost"}, "status"), ({"since": "yesterday"}, "since")]
)
def test_a_filter_that_is_wrong_is_named_d_6(ready, query, field):
    reply = ready.call("list_deliveries", query=query)

    assert reply.status == 400
    assert reply.body["details"][0]["field"] == field


def test_a_cursor_that_no_list_returned_is_refused(ready):
    subscribe(ready)

    assert ready.call("list_deliveries", query={"cursor": "x"}).status == 400


def test_another_teams_deliveries_and_replays_are_not_found(ready):
    endpoint = subscribe(ready)
    (id,) = attempt(ready)
    replay = replayed(ready, endpoint).body["id"]
    other = make_team(
        id=TeamId("other"),
        name="Other",
        plan=Plan.STARTER,
        own_requests_per_hour=None,
        now=datetime.now(UTC),
        teams=ready.parts.teams,
    )
    key = add_key(ready.parts, other, None, [Scope.WEBHOOKS_WRITE])
    headers = {"x-api-key": key, "x-team-id": None}
    calls = {
        "get_delivery": id,
        "retry_delivery": id,
        "get_replay": replay,
        "cancel_replay": replay,
        "enable_webhook_endpoint": endpoint,
        "release_held": endpoint,
        "discard_held": endpoint,
        "replay_deliveries": endpoint,
    }
    statuses = [
        ready.call(name, path={"id": of}, headers=headers).status for name, of in calls.items()
    ]

    assert statuses == [404] * len(calls)
    listing = ready.call("list_deliveries", query={"endpoint": endpoint}, headers=headers)
    assert listing.body["deliveries"] == []


def test_a_retry_is_accepted_and_sends_the_delivery_now(ready):
    subscribe(ready)
    (id,) = attempt(ready)
    reply = ready.call("retry_delivery", path={"id": id})
    ready.work("deliver_webhooks", "RETRY")
    shown = ready.call("get_delivery", path={"id": id}).body

    assert (reply.status, reply.body["status"]) == (202, "pending")
    assert len(shown["attempts"]) == 2


def test_a_retry_to_an_endpoint_that_is_disabled_or_deleted_is_a_conflict(ready):
    endpoint = subscribe(ready)
    (id,) = attempt(ready)
    disable(ready, endpoint)
    disabled = ready.call("retry_delivery", path={"id": id})
    ready.call("delete_webhook_endpoint", path={"id": endpoint})
    deleted = ready.call("retry_delivery", path={"id": id})

    assert [disabled.status, deleted.status] == [409, 409]
    assert disabled.body["message"] == "The endpoint is disabled: enable it first"


def test_an_endpoint_shows_how_it_is_doing(ready):
    endpoint = subscribe(ready)
    attempt(ready)
    failing = ready.call("get_webhook_endpoint", path={"id": endpoint}).body["health"]
    disable(ready, endpoint)
    attempt(ready, events=2)
    disabled = ready.call("get_webhook_endpoint", path={"id": endpoint}).body["health"]

    assert failing["failing_since"] is not None
    assert (failing["held"], failing["disabled_at"], failing["reason"]) == (0, None, None)
    assert (disabled["held"], disabled["reason"]) == (2, "gone")
    assert disabled["last_success_at"] is None
    listing = ready.call("list_webhook_endpoints").body["endpoints"]
    assert [each["health"] for each in listing] == [disabled]


def test_what_a_disabled_endpoint_holds_is_sent_when_it_is_enabled_and_released(ready):
    endpoint = subscribe(ready)
    disable(ready, endpoint)
    attempt(ready, events=3)
    too_early = ready.call("release_held", path={"id": endpoint})
    enabled = ready.call("enable_webhook_endpoint", path={"id": endpoint})
    released = ready.call("release_held", path={"id": endpoint})
    ready.work("run_replays", "REPLAY")
    ready.work("deliver_webhooks", "RETRY")
    shown = ready.call("get_replay", path={"id": released.body["id"]}).body

    assert too_early.status == 409
    assert enabled.body["health"]["disabled_at"] is None
    assert enabled.body["health"]["held"] == 3
    assert (released.status, released.body["kind"]) == (202, "release")
    assert (shown["status"], shown["matched"], shown["sent"]) == ("completed", 3, 3)
    assert [each["status"] for each in listed(ready)] == ["retrying"] * 3


def test_the_team_hears_that_an_endpoint_was_enabled(ready):
    endpoint = subscribe(ready)
    subscribe(ready, url=NOBODY + "ops", event_types=["endpoint.*"])
    disable(ready, endpoint)
    ready.call("enable_webhook_endpoint", path={"id": endpoint})
    ready.call("enable_webhook_endpoint", path={"id": endpoint})
    ready.work("run_triggers", "TRIGGER")
    ready.work("deliver_webhooks", "DELIVERY")

    assert [each["event_type"] for each in listed(ready)] == ["endpoint.enabled"]


def test_what_is_held_can_be_discarded_and_still_be_replayed(ready):
    endpoint = subscribe(ready)
    disable(ready, endpoint)
    attempt(ready, events=2)
    ready.call("discard_held", path={"id": endpoint})
    ready.work("run_replays", "REPLAY")
    discarded = listed(ready)
    ready.call("enable_webhook_endpoint", path={"id": endpoint})
    counted = replayed(ready, endpoint, statuses=["failed"], dry_run=True)

    assert {(each["status"], each["failure_reason"]) for each in discarded} == {
        ("failed", "discarded")
    }
    assert (counted.status, counted.body["matched"], counted.body["sent"]) == (200, 2, 0)


def test_a_replay_sends_again_what_a_dry_run_counted(ready):
    endpoint = subscribe(ready)
    attempt(ready, events=3)
    counted = replayed(ready, endpoint, statuses=["retrying"], dry_run=True).body
    order = replayed(ready, endpoint, statuses=["retrying"], types=["user_*", "user_signup"][1:])
    ready.work("run_replays", "REPLAY")
    retries = ready.waiting("RETRY")
    shown = ready.call("get_replay", path={"id": order.body["id"]}).body

    assert (counted["matched"], counted["dry_run"]) == (3, True)
    assert order.status == 202
    assert (shown["status"], shown["matched"], shown["sent"]) == ("completed", 3, 3)
    assert retries == 3 + 3


def test_a_replay_that_has_ended_cannot_be_cancelled_and_one_that_runs_can(ready):
    endpoint = subscribe(ready)
    running = replayed(ready, endpoint).body["id"]
    cancelled = [ready.call("cancel_replay", path={"id": running}) for _ in range(2)]
    ended = replayed(ready, endpoint, dry_run=True, statuses=["failed"]).body["id"]
    ready.work("run_replays", "REPLAY")

    assert [each.status for each in cancelled] == [200, 200]
    assert cancelled[0].body["status"] == "cancelled"
    assert ready.call("cancel_replay", path={"id": ended}).status == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"since": None}, "since"),
        ({"since": "2024-12-10"}, "since"),
        ({"until": "tomorrow"}, "until"),
        ({"statuses": ["lost"]}, "statuses.0"),
        ({"types": ["*x"]}, "types.0"),
        ({"dry_run": "yes"}, "dry_run"),
    ],
)
def test_a_field_of_a_replay_that_is_wrong_is_named_d_6(ready, change, field):
    endpoint = subscribe(ready)
    body = {"since": "2024-12-10T00:00:00Z", **change}
    reply = ready.call("replay_deliveries", path={"id": endpoint}, body=body)

    assert reply.status == 400
    assert reply.body["details"][0]["field"] == field


def test_a_window_that_ends_before_it_begins_is_refused(ready):
    body = {"since": "2024-12-10T00:00:00Z", "until": "2024-12-09T00:00:00Z"}
    reply = ready.call("replay_deliveries", path={"id": subscribe(ready)}, body=body)

    assert reply.status == 400


def test_run_replays_handles_its_sample(ready):
    answer = ready.handler("run_replays")(sample("workers/run_replays"), None)

    assert answer == {"batchItemFailures": []}
