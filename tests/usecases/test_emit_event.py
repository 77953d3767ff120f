"""Steps that make events: once each, about whom they say, and never without end."""

import json
from dataclasses import replace

import pytest

from partner_events.domain.ids import TriggerId
from partner_events.domain.messages import RunTrigger
from partner_events.domain.trigger import Trigger
from partner_events.usecases import emit_event as emitting
from tests.crash.world import START, TEAM, World, an_event
from tests.usecases.flows import only, run, tell, the_execution


def emit(id="emit", event_name="conversion.settled", **more):
    return {"id": id, "type": "emit_event", "event_name": event_name, **more}


def emitted(world: World) -> list[Trigger]:
    rows = world.triggers._rows.triggers.values()
    return [each for each in rows if each.event.depth]


def test_the_event_is_made_of_what_the_step_says():
    data = {"amount": "{{event.data.amount}}", "text": "for {{name}}"}
    variables = {"code": "{{code}}"}
    world = run(
        emit(event_name="{{name}}.done", event_data=data, variables=variables),
        variables='{"name":"sale","code":"x"}',
    )
    (made,) = emitted(world)

    assert made.event.name == "sale.done"
    assert made.event.data == '{"amount":99.00,"text":"for sale"}'
    assert json.loads(made.event.variables) == {"code": "x"}
    assert json.loads(made.event.source) == {"type": "workflow", "workflow": "one"}
    assert made.event.contact_id == the_execution(world).contact
    assert (made.event.depth, made.event.root) == (1, "t1")
    assert the_execution(world).outputs["emit"]["event_id"] == made.id


def test_workflows_run_for_it_and_endpoints_hear_of_it():
    world = only(World(), emit())
    world.put_workflow("two", [tell("told")], triggers=[{"event": "conversion.*"}])
    world.accept("t1")
    world.drain()
    (made,) = emitted(world)

    assert [each.workflow for each in world.executions.of_trigger(made.id)] == ["two"]
    assert "conversion.settled" in {each.name for each in world.log.events}


@pytest.mark.parametrize("contact", ["user_1", "user_1@example.com", "{{contact.id}}"])
def test_the_step_may_name_the_contact_by_any_of_its_names(contact):
    world = only(World(), emit(contact=contact))
    world.put_workflow("two", [tell("told")], triggers=[{"event": "conversion.settled"}])
    world.accept("t1")
    world.drain()
    (made,) = emitted(world)
    (told,) = world.executions.of_trigger(made.id)

    assert told.contact == the_execution(world).contact
    assert len(world.contacts.all_contacts) == 1


def test_an_event_may_be_for_later_and_one_whose_time_has_gone_by_is_for_now():
    world = run(emit(trigger_at="2026-01-05"), emit("past", "other", trigger_at="2020-01-01"))
    later, past = sorted(emitted(world), key=lambda each: each.event.name)

    assert later.due_at.isoformat() == "2026-01-05T00:00:00+00:00"
    assert later.started_at >= later.due_at
    assert past.due_at is None


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ({"event_name": "not a name"}, "invalid_event_name"),
        ({"contact": "{{nothing}}"}, "contact_missing"),
        ({"trigger_at": "{{nothing}}"}, "invalid_trigger_at"),
        ({"trigger_at": "2099-01-01"}, "invalid_trigger_at"),
    ],
)
def test_what_makes_no_event_fails_the_step_by_name(step, error):
    world = run(emit(**step))

    assert the_execution(world).history[-1].error == error
    assert not emitted(world)


def test_events_that_lead_to_each_other_come_to_an_end():
    world = only(World(), emit(event_name="user_signup"))
    world.accept("t1")
    world.drain()

    assert len(emitted(world)) == emitting.DEEPEST
    last = max(emitted(world), key=lambda each: each.event.depth)
    (execution,) = world.executions.of_trigger(last.id)
    assert execution.history[-1].error == "too_deep"


def test_one_event_leads_to_so_many_and_no_more(monkeypatch):
    monkeypatch.setattr(emitting, "MOST", 3)
    world = run(emit("one", "x"), emit("two", "x"), emit("three", "x"), emit("four", "x"))

    assert len(emitted(world)) == 3
    assert the_execution(world).history[-1].error == "too_many_events"


def a_world(**faults) -> World:
    world = only(World(**faults), emit(), tell("then"))
    world.put_workflow("two", [tell("told")], triggers=[{"event": "conversion.settled"}])
    return world


def passed() -> int:
    world = a_world()
    fire(world)
    return world.faults.passed


def fire(world: World) -> None:
    trigger = Trigger.accept(
        replace(an_event(), depth=0), id=TriggerId("t1"), now=START, trigger_at=None
    )
    world.triggers.add(trigger, now=START)
    world.queue.send(RunTrigger(team=TEAM, trigger=trigger.id, accepted_at=START), now=START)
    world.drain()


@pytest.mark.parametrize("point", range(1, passed() + 1))
def test_a_process_that_dies_at_any_call_makes_the_event_once(point):
    world = a_world(dies=lambda count: count == point)
    fire(world)
    (made,) = emitted(world)

    assert [each.workflow for each in world.executions.of_trigger(made.id)] == ["two"]
    assert world.triggers.get(made.id).sent == 1
    assert world.triggers.get("t1").sent == 1
    assert sum(each.id == made.id for each in world.log.events) >= 1
    assert not world.queue.dead
