"""GET /api/v1/triggers/{id} and its workflow view over HTTP (S-35 to S-38)."""

import pytest

from tests.e2e.partner import TIMESTAMP

NOT_FOUND = '{"statusCode":404,"message":"Trigger not found","error":"Not Found"}'


@pytest.fixture
def partner(new_partner):
    partner = new_partner()
    partner.registers("user_signup")
    return partner


def test_s4_a_trigger_can_be_read_as_soon_as_its_event_is_answered(partner):
    for _ in range(5):
        trigger = partner.sends("user_signup")
        reply = partner.api.call("GET", f"/triggers/{trigger}")

        assert reply.status == 200
        assert reply.json["id"] == trigger
        assert reply.json["status"] in ("queued", "processing", "completed")


def test_s35_s36_s37_a_finished_trigger_is_shown_in_the_shape_of_the_contract(partner):
    trigger = partner.sends("user_signup")
    shown = partner.finished(trigger)

    times = [shown.pop(name) for name in ("created_at", "started_at", "completed_at")]
    assert all(map(TIMESTAMP.fullmatch, times))
    assert times == sorted(times)
    assert shown == {
        "id": trigger,
        "flow_type": "workflow",
        "trigger_type": "workflow",
        "status": "completed",
        "summary": {"total_contacts": 0, "sent": 0, "failed": 0, "filtered": 0},
        "details_endpoint": f"/triggers/{trigger}/workflow",
    }


def test_s38_d33_the_workflow_view_of_an_event_that_matched_nothing_says_so(partner):
    trigger = partner.sends("user_signup")
    shown = partner.finished(trigger)

    assert partner.workflow_view(trigger) == {
        **shown,
        "event_name": "user_signup",
        "workflows": [],
        "executions": [],
        "filtered_contacts": [],
        "has_more": False,
        "next_cursor": None,
    }


@pytest.mark.parametrize("view", ["", "/workflow"])
def test_another_teams_trigger_is_not_found(partner, new_partner, view):
    trigger = partner.sends("user_signup")
    reply = new_partner().api.call("GET", f"/triggers/{trigger}{view}")

    assert (reply.status, reply.text) == (404, NOT_FOUND)


def test_an_id_that_never_was_is_not_found(partner):
    reply = partner.api.call("GET", "/triggers/01937b1e-6c00-7000-8000-000000000000")

    assert (reply.status, reply.text) == (404, NOT_FOUND)
