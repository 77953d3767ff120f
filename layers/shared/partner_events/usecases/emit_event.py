"""A step that makes an event: it takes the road of what partners say, message first, record second.

The event's id is a hash of the step's effect, so that a worker that repeats the step makes no
second one. How deep events may lead to events is carried by each of them, and how many one event
may lead to altogether is counted where it stands itself: so no circle of workflows goes on for
ever.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from partner_events.domain.contact import ContactDetails, is_email
from partner_events.domain.event import Event, JsonText, is_event_name
from partner_events.domain.filling import fill
from partner_events.domain.ids import ContactId, TriggerId, derived_uuid
from partner_events.domain.messages import RunTrigger
from partner_events.domain.rule_values import to_instant
from partner_events.domain.template import InvalidTemplate, Template, TemplateFailed
from partner_events.domain.trigger import HORIZON, Trigger
from partner_events.domain.workflow_steps import EmitEventStep
from partner_events.jsontext import dumps, loads
from partner_events.ports import Dispatcher
from partner_events.usecases.own_events import PATIENCE
from partner_events.usecases.step_ports import Act, Outcome

DEEPEST = 8  # events that led to each other
MOST = 1_000  # events that one event led to, at any depth
LARGEST = 65_536  # characters of an event's data, or variables


class CannotEmit(Exception):
    """The step makes no event; the text is the error of its attempt."""


def emit_event(
    step: EmitEventStep, act: Act, context: Mapping[str, Any], *, dispatcher: Dispatcher
) -> Outcome:
    """Make the event, unless it is there already."""
    now, event = act.now, act.trigger.event
    if event.depth >= DEEPEST:
        return Outcome.failed("too_deep")
    try:
        trigger = _trigger(step, act, context)
    except (TemplateFailed, InvalidTemplate):
        return Outcome.failed("template_failed")
    except CannotEmit as error:
        return Outcome.failed(str(error))
    dispatcher.send(
        RunTrigger(
            team=event.team, trigger=trigger.id, accepted_at=now + PATIENCE, due_at=trigger.due_at
        ),
        now=now,
    )
    root = trigger.event.root
    assert root is not None
    if not act.ports.triggers.emit(trigger, root=root, most=MOST, now=now):
        return Outcome.failed("too_many_events")
    return Outcome(outputs={"event_id": trigger.id})


def _trigger(step: EmitEventStep, act: Act, context: Mapping[str, Any]) -> Trigger:
    given, of = act.trigger.event, act.execution
    name = _text(step.event_name, context)
    if not is_event_name(name):
        raise CannotEmit("invalid_event_name")
    contact_id, contact = _contact(step, act, context)
    event = Event(
        team=given.team,
        name=name,
        data=_object(step.event_data, context),
        variables=_object(step.variables, context),
        source=dumps({"type": "workflow", "workflow": of.workflow}),
        contact_id=contact_id,
        contact=contact,
        depth=given.depth + 1,
        root=given.root or act.trigger.id,
    )
    at = _moment(step, act.now, context)
    id = TriggerId(derived_uuid("emit", act.effect))
    return Trigger.accept(event, id=id, now=act.now, trigger_at=at)


def _contact(
    step: EmitEventStep, act: Act, context: Mapping[str, Any]
) -> tuple[ContactId | None, ContactDetails]:
    """Find whom the event is about: the step names an id of ours, an e-mail, or an external id."""
    if step.contact is None:
        return act.execution.contact, ContactDetails()
    named = _text(step.contact, context)
    if not named:
        raise CannotEmit("contact_missing")
    if act.ports.contacts.get(act.execution.team, ContactId(named)) is not None:
        return ContactId(named), ContactDetails()
    if is_email(named):
        return None, ContactDetails(email=named)
    return None, ContactDetails(external_id=named)


def _moment(step: EmitEventStep, now: datetime, context: Mapping[str, Any]) -> datetime | None:
    """Find when the event shall happen; a moment that has gone by is now."""
    if step.trigger_at is None:
        return None
    at = to_instant(_text(step.trigger_at, context))
    if at is None or at > now + HORIZON:
        raise CannotEmit("invalid_trigger_at")
    return at if at > now else None


def _object(given: Mapping[str, Any], context: Mapping[str, Any]) -> JsonText:
    text = dumps(dict(fill(dict(given), context)))
    try:
        loads(text)
    except ValueError as error:
        raise CannotEmit("event_too_deep") from error
    if len(text) > LARGEST:
        raise CannotEmit("event_too_large")
    return text


def _text(template: str, context: Mapping[str, Any]) -> str:
    return Template(template).render(context, at_most=500).text.strip()
