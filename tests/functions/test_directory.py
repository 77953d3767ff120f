"""Event types through the management API (contract 7)."""

import json

import pytest

from tests.functions.conftest import sample


def test_an_event_type_is_registered_shown_listed_and_deleted(stack):
    created = stack.call("create_event_type")
    shown = stack.call("get_event_type", path={"name": "order_shipped"})
    listed = stack.call("list_event_types")
    deleted = [stack.call("delete_event_type") for _ in range(2)]
    gone = stack.call("get_event_type", path={"name": "order_shipped"})

    assert created.status == 201
    assert created.body == shown.body
    assert listed.body["event_types"][0] == shown.body
    assert [reply.status for reply in deleted] == [204, 204]
    assert (gone.status, gone.body["message"]) == (404, "Event type not found")


def test_an_event_type_that_exists_is_a_conflict(stack):
    assert [stack.call("create_event_type").status for _ in range(2)] == [201, 409]


@pytest.mark.parametrize("name", ["", "a b", ".x", "x" * 129, 5, None])
def test_an_event_type_needs_a_good_name_and_the_answer_says_so_d_6(stack, name):
    reply = stack.call("create_event_type", body={"name": name})

    assert reply.status == 400
    assert [each["field"] for each in reply.body["details"]] == ["name"]


def names(reply):
    return [each["name"] for each in reply.body["event_types"] if not each["builtin"]]


def test_a_list_is_read_page_by_page(stack):
    for number in range(5):
        stack.call("create_event_type", body={"name": f"event_{number}"})
    first = stack.call("list_event_types", query={"limit": "3"})
    cursor = first.body["next_cursor"]
    rest = stack.call("list_event_types", query={"limit": "20", "cursor": cursor})

    assert names(first) + names(rest) == [f"event_{number}" for number in range(5)]
    assert (first.body["has_more"], rest.body["has_more"]) == (True, False)
    assert rest.body["next_cursor"] is None


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"cursor": "?"}]
)
def test_a_bad_limit_or_cursor_is_refused(stack, query):
    assert stack.call("list_event_types", query=query).status == 400


def test_health_needs_no_key(stack):
    from partner_events import VERSION

    answer = stack.handler("get_health")(sample("api/get_health"), None)

    assert json.loads(answer["body"]) == {"status": "ok", "version": VERSION}
