"""What the product itself says happened: its name, its message, and how long that is waited for."""

from datetime import UTC, datetime, timedelta

from partner_events.domain.ids import ContactId, TeamId
from partner_events.domain.messages import RunTrigger
from partner_events.domain.trigger import ORPHANED_AFTER, WORKER_TIMEOUT, Trigger
from partner_events.jsontext import loads
from partner_events.usecases.own_events import announce, own_event, own_event_id
from tests.fakes.dispatcher import RecordingDispatcher

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ACME = TeamId("acme")


def told(*cause: str, team: TeamId = ACME, name: str = "client.created") -> Trigger:
    return own_event(name, *cause, team=team, data={"client_id": 7}, now=NOW)


def test_the_same_cause_leads_to_the_same_event_and_another_to_another():
    ids = [
        told("c1").id,
        told("c2").id,
        told("c1", "2").id,
        told("c1", team=TeamId("globex")).id,
        told("c1", name="client.status_changed").id,
    ]

    assert told("c1").id == ids[0] == own_event_id("client.created", "c1", team=ACME)
    assert len(set(ids)) == len(ids)


def test_an_own_event_has_its_data_and_may_name_a_contact_but_tells_no_details_of_one():
    event = own_event(
        "client.created", "c1", team=ACME, data={"a": 1}, now=NOW, contact_id=ContactId("c1")
    ).event

    assert loads(event.data) == {"a": 1}
    assert event.contact_id == "c1"
    assert not event.contact.identities


def test_the_message_of_an_own_event_is_waited_for_as_long_as_a_worker_may_write_its_record():
    dispatcher = RecordingDispatcher()
    announce(told("c1"), told("c2"), now=NOW, dispatcher=dispatcher)
    messages = dispatcher.sent

    assert [each.trigger for each in messages] == [told("c1").id, told("c2").id]
    for each in messages:
        assert isinstance(each, RunTrigger)
        dropped_at = each.accepted_at + ORPHANED_AFTER
        assert dropped_at - NOW >= WORKER_TIMEOUT + timedelta(seconds=5)
