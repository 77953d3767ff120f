"""PATCH /webhooks/endpoints/{id}: change_webhook_endpoint changes what is sent, and only that."""

import pytest

from partner_events.domain.ids import TeamId
from tests.functions.conftest import sample

MADE = {
    "url": "http://127.0.0.1/",
    "event_types": ["*"],
    "headers": {"Authorization": "Bearer 1", "X-Env": "live"},
    "rate_per_second": 5,
    "filter": {"exists": [{"var": "event.data.a"}]},
    "ordering": {"by": "lead", "policy": "skip", "skip_after": 3},
}
TEAM = TeamId(sample("api/list_workflows")["headers"]["x-team-id"])


@pytest.fixture
def made(stack):
    return stack.call("create_webhook_endpoint", body=MADE).body


@pytest.fixture
def change(stack, made):
    return lambda **body: stack.call("change_webhook_endpoint", path={"id": made["id"]}, body=body)


def test_the_sample_changes_what_it_names(stack, made):
    reply = stack.call("change_webhook_endpoint", path={"id": made["id"]})

    assert reply.status == 200
    assert reply.body["event_types"] == ["client.*", "invoice.created"]
    assert (reply.body["rate_per_second"], reply.body["url"]) == (10, made["url"])


def test_what_is_not_sent_stays_as_it_is(stack, made, change):
    changed = change(description="New").body
    shown = stack.call("get_webhook_endpoint", path={"id": made["id"]}).body
    del made["secret"]

    assert changed == shown
    assert {**made, "description": "New", "updated_at": shown["updated_at"]} == shown
    assert shown["updated_at"] > made["updated_at"]


def test_null_takes_a_limit_the_filter_or_the_ordering_away(change):
    changed = change(rate_per_second=None, filter=None, ordering=None).body

    assert changed["rate_per_second"] is changed["filter"] is changed["ordering"] is None


def test_an_ordering_is_replaced_as_a_whole(change):
    changed = change(ordering={"by": "contact"}).body

    assert changed["ordering"] == {"by": "contact", "policy": "block", "skip_after": None}


def test_a_hidden_value_that_comes_back_is_the_one_that_was_hidden(stack, made, change):
    shown = change(headers={**made["headers"], "X-New": "1"}).body["headers"]
    kept = stack.parts.endpoints.get(TEAM, made["id"]).headers

    assert shown == {"Authorization": "********", "X-Env": "live", "X-New": "1"}
    assert kept == {"Authorization": "Bearer 1", "X-Env": "live", "X-New": "1"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url": None}, "url"),
        ({"event_types": []}, "event_types"),
        ({"active": None}, "active"),
        ({"headers": {"Cookie": "********"}}, "headers.Cookie"),
        ({"timeout_seconds": 31}, "timeout_seconds"),
        ({"secret": "whsec_" + "A" * 32}, "secret"),
    ],
)
def test_a_field_that_is_wrong_is_named_and_nothing_changes_d_6(stack, made, change, given, field):
    reply = change(description="New", **given)
    shown = stack.call("get_webhook_endpoint", path={"id": made["id"]}).body

    assert reply.status == 400
    assert [each["field"] for each in reply.body["details"]] == [field]
    assert shown["description"] == ""


def test_a_url_that_may_not_be_sent_to_is_refused(change):
    assert change(url="ftp://x").status == 400


def test_a_change_into_a_twin_of_another_endpoint_is_refused(stack, change):
    url = "http://127.0.0.1/other"
    other = stack.call("create_webhook_endpoint", body={**MADE, "url": url}).body
    reply = change(url=url)

    assert reply.status == 409
    assert other["id"] in reply.body["message"]


def test_an_endpoint_that_is_not_there_is_404(stack, made):
    stack.call("delete_webhook_endpoint", path={"id": made["id"]})

    assert stack.call("change_webhook_endpoint", path={"id": made["id"]}).status == 404


def test_the_next_event_goes_where_the_change_says(stack, made, change):
    """The routes that a worker remembers are given up with every change."""
    routing = stack.parts.routing
    before = routing.of(TEAM).endpoints[0]
    change(url="http://127.0.0.1/new", active=False)
    after = routing.of(TEAM).endpoints[0]

    assert (before.url, before.active) == (made["url"], True)
    assert (after.url, after.active) == ("http://127.0.0.1/new", False)
