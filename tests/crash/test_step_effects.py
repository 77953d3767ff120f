"""Steps that change contacts and leads, with a process that dies at every single point."""

import pytest

from partner_events.domain.execution import ExecutionStatus
from partner_events.domain.ids import TriggerId
from partner_events.domain.lead import Lead
from partner_events.domain.workflow import workflow_from
from partner_events.usecases.client_events import STATUS_CHANGED
from tests.crash.world import START, TEAM, World

STEPS = [
    {"id": "mark", "type": "update_contact", "set": {"status": "vip"}, "add_tags": ["buyer"]},
    {
        "id": "book",
        "type": "update_lead",
        "transaction_id": "txn_1",
        "cost": {"operation": "add", "amount": 1},
        "conversion": {"event_id": "sale", "revenue": 9},
    },
]
POINTS = 90
MESSAGES = [
    {"id": "mail", "type": "email", "subject": "s", "text": "t", "category": "transactional"},
    {
        "id": "text",
        "type": "sms",
        "to": "+14155551234",
        "text": "t",
        "category": "transactional",
        "on_failure": "continue",
    },
]


def a_world(steps=STEPS, **faults):
    world = World(**faults)
    for key in ("welcome", "onboarding", "vip"):
        world.workflows.delete(TEAM, key)
    definition = {
        "key": "one",
        "status": "active",
        "triggers": [{"event": "user_signup"}],
        "steps": steps,
    }
    world.workflows.put(
        workflow_from(definition, team=TEAM, version=1, created_at=START, updated_at=START)
    )
    lead = Lead(
        transaction_id="txn_1", team=TEAM, cid="cmp_1", created_at=START, updated_at=START, cost=1
    )
    world.leads.add(lead)
    return world


def run(world):
    while True:
        try:
            world.accept("t1")
            break
        except BaseException as error:  # noqa: BLE001 (the simulated death of the process)
            if type(error).__name__ != "Died":
                raise
    world.drain()
    (execution,) = [
        each for each in world.executions.of_trigger(TriggerId("t1")) if each.workflow == "one"
    ]
    return execution


@pytest.mark.parametrize("point", range(1, POINTS))
@pytest.mark.parametrize("kind", ["dies", "repeats"])
def test_contact_and_lead_are_changed_once_and_told_once(kind, point):
    world = a_world(**{kind: lambda passed: passed == point})
    execution = run(world)
    lead = world.leads.get(TEAM, "txn_1")
    (contact,) = world.contacts.all_contacts
    names = [each.event.name for each in world.triggers._rows.triggers.values()]

    assert execution.status is ExecutionStatus.COMPLETED
    assert (contact.status, contact.tags) == ("vip", {"buyer"})
    assert (lead.cost, len(lead.conversions)) == (2, 1)
    assert names.count(STATUS_CHANGED) == 1
    assert names.count("conversion.created") == 1


@pytest.mark.parametrize("point", range(1, POINTS))
def test_nobody_is_written_to_twice_and_what_is_unknown_says_so(point):
    steps = [{**each, "on_failure": "continue"} for each in MESSAGES]
    world = a_world(steps, dies=lambda passed: passed == point)
    execution = run(world)
    sent = {"mail": len(world.mails.sent), "text": len(world.texts.sent)}
    errors = {each.step: each.error for each in execution.history}

    assert execution.status is ExecutionStatus.COMPLETED
    for step, count in sent.items():
        assert count <= 1
        assert (count, errors[step]) in ((1, None), (1, "unknown"), (0, "unknown"))
    assert list(errors.values()).count("unknown") <= 1
