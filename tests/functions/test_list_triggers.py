"""list_triggers: a team's accepted events, those yet to run first (contract 7)."""

from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.timestamps import format_timestamp
from tests.functions.conftest import sample


def accept(stack, name="user_signup", **more):
    """Send an event, and let a worker run it if it is due."""
    stack.call("create_event_type", body={"name": name})
    body = {"event_name": name, **more}
    reply = stack.call("send_event", sample("api/send_event/user_signup"), body=body)
    stack.work("run_triggers", "TRIGGER")
    return reply.body["trigger_id"]


def listed(stack, **query):
    reply = stack.call("list_triggers", query=query)
    assert reply.status == 200
    return [each["id"] for each in reply.body["triggers"]]


def test_a_team_without_triggers_has_an_empty_list(stack):
    reply = stack.call("list_triggers")

    assert reply.body == {"triggers": [], "next_cursor": None, "has_more": False}


def test_a_listed_trigger_is_what_get_shows_and_the_name_of_its_event_s_35(stack):
    id = accept(stack)
    shown = stack.call("get_trigger", path={"id": id}).body
    (only,) = stack.call("list_triggers").body["triggers"]

    assert only == {**shown, "event_name": "user_signup"}


def test_triggers_are_listed_page_by_page_newest_first(stack):
    ids = [accept(stack) for _ in range(3)]
    first = stack.call("list_triggers", query={"limit": "2"}).body
    rest = stack.call("list_triggers", query={"limit": "2", "cursor": first["next_cursor"]}).body

    assert [each["id"] for each in first["triggers"] + rest["triggers"]] == ids[::-1]
    assert (first["has_more"], rest["has_more"], rest["next_cursor"]) == (True, False, None)


def test_triggers_are_filtered_by_status_name_and_time(stack):
    ahead = format_timestamp(datetime.now(UTC) + timedelta(hours=1))
    done, waits = accept(stack), accept(stack, "order_paid", trigger_at=ahead)

    assert listed(stack, status="completed") == [done]
    assert listed(stack, status="scheduled") == [waits]
    assert listed(stack, event_name="order_paid") == [waits]
    assert listed(stack, since="2024-12-10T10:00:00Z") == [waits, done]
    assert listed(stack, since=ahead) == []


@pytest.mark.parametrize(
    ("query", "field"), [({"status": "done"}, "status"), ({"since": "yesterday"}, "since")]
)
def test_a_filter_that_makes_no_sense_is_400_and_named(stack, query, field):
    reply = stack.call("list_triggers", query=query)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, field)


def test_a_strange_cursor_is_400(stack):
    reply = stack.call("list_triggers", query={"cursor": "x"})

    assert (reply.status, reply.body["message"]) == (
        400,
        "cursor is not one that this list returned",
    )
