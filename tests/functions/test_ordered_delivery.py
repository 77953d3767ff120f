"""Ordered delivery through the functions, on tables and queues made as the template says."""

from tests.functions.conftest import Stack
from tests.functions.test_deliveries import attempt, disable, listed, ready, subscribe

__all__ = ["ready"]

ORDER = {"by": "contact", "policy": "block", "skip_after": None}


def test_the_second_event_of_a_contact_waits_for_the_first(ready: Stack) -> None:
    subscribe(ready, ordering=ORDER)
    attempt(ready, events=3)
    waiting, following, head = sorted(listed(ready), key=lambda each: each["status"])

    assert (waiting["status"], following["status"]) == ("pending", "pending")
    assert head["status"] == "retrying"
    assert ready.call("get_delivery", path={"id": waiting["id"]}).body["attempts"] == []
    assert ready.waiting("RETRY") == 1


def test_without_the_switch_all_are_tried_at_once(ready: Stack) -> None:
    subscribe(ready, ordering=None)
    attempt(ready, events=3)

    assert [each["status"] for each in listed(ready)] == ["retrying"] * 3


def test_what_waits_goes_when_the_switch_is_taken_away(ready: Stack) -> None:
    endpoint = subscribe(ready, ordering=ORDER)
    attempt(ready, events=2)
    changed = ready.call(
        "change_webhook_endpoint", path={"id": endpoint}, body={"ordering": None}
    ).body
    (head,) = [each["id"] for each in listed(ready) if each["status"] == "retrying"]
    ready.call("retry_delivery", path={"id": head})
    ready.work("deliver_webhooks", "RETRY")
    ready.work("deliver_webhooks", "DELIVERY")

    assert changed["ordering"] is None
    assert [each["status"] for each in listed(ready)] == ["retrying"] * 2


def test_what_was_held_goes_in_turn_when_it_is_released(ready: Stack) -> None:
    endpoint = subscribe(ready, ordering=ORDER)
    disable(ready, endpoint)
    attempt(ready, events=2)
    held = [each["status"] for each in listed(ready)]
    ready.call("enable_webhook_endpoint", path={"id": endpoint})
    ready.call("release_held", path={"id": endpoint})
    ready.work("run_replays", "REPLAY")
    ready.work("deliver_webhooks", "RETRY")

    assert held == ["held", "held"]
    assert sorted(each["status"] for each in listed(ready)) == ["pending", "retrying"]


def test_what_is_discarded_has_its_line_freed_by_a_message_of_a_minute_later(
    ready: Stack,
) -> None:
    endpoint = subscribe(ready, ordering=ORDER)
    disable(ready, endpoint)
    attempt(ready, events=2)
    ready.call("discard_held", path={"id": endpoint})
    ready.work("run_replays", "REPLAY")

    assert [each["status"] for each in listed(ready)] == ["failed", "failed"]
    assert ready.waiting("DELIVERY") == 2
