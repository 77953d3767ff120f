"""Run an accepted event: log it, match workflows, plan executions, tell subscribers."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from partner_events.delivery_ports import Lines
from partner_events.directory_ports import ContactStore, NumberSource
from partner_events.domain.contact import Contact
from partner_events.domain.endpoint import Endpoint
from partner_events.domain.errors import TryLater
from partner_events.domain.event import Event, JsonText
from partner_events.domain.execution import Execution
from partner_events.domain.ids import (
    ContactId,
    Position,
    delivery_id,
    time_of,
)
from partner_events.domain.log import LoggedEvent, shard_of, spread
from partner_events.domain.messages import DeliverWebhook, FanOut, Message, RunStep, RunTrigger
from partner_events.domain.segment import memberships
from partner_events.domain.trigger import ORPHANED_AFTER, Plan, Trigger
from partner_events.ports import Dispatcher, EventLog, TriggerStore
from partner_events.usecases.find_routes import Routes, RoutingTable
from partner_events.usecases.hear_event import hearing, line_of
from partner_events.usecases.make_plan import audience_plan, make_plan
from partner_events.usecases.matcher import Matcher, MatchPorts
from partner_events.usecases.told_contacts import ToldContacts
from partner_events.usecases.upsert_contact import upsert_contact

STALE_AFTER = timedelta(seconds=5)  # half of the horizon behind which readers of the log stay
LONGEST_PUT_BACK = timedelta(seconds=8)


class Outcome(StrEnum):
    """What became of a trigger message."""

    RAN = "ran"
    HELD = "held"
    ORPHANED = "orphaned"
    OVER = "over"


def run_trigger(
    message: RunTrigger,
    *,
    received: int,
    now: datetime,
    new_id: Callable[[], str],
    body: Callable[[Trigger], JsonText],
    triggers: TriggerStore,
    contacts: ContactStore,
    log: EventLog,
    lines: Lines,
    numbers: NumberSource,
    routing: RoutingTable,
    matching: Callable[[], MatchPorts],
    dispatcher: Dispatcher,
) -> Outcome:
    """Run the trigger that a message names; running it again changes nothing.

    `received` counts how often this message was handed out. Raises `TryLater` while the
    record may still be on its way: the message was sent before it.
    """
    if message.due_at and now < message.due_at:
        dispatcher.send(message, now=now)
        return Outcome.HELD
    routes = routing.of(message.team)
    shards = routes.log_shards.written(now)
    trigger = triggers.start(
        message.trigger,
        now=now,
        position=spread(new_id(), shards),
        number=numbers.next(message.team),
    )
    if trigger is None:
        return _without_record(message, received, now)
    if not trigger.has_fired:
        return Outcome.OVER

    logged = _log_event(
        trigger,
        now=now,
        new_position=lambda: spread(new_id(), shards),
        body=body,
        triggers=triggers,
        log=log,
    )
    known = ToldContacts(contacts, numbers, dispatcher)
    contact = _contact(trigger.event, id=ContactId(new_id()), now=now, contacts=known)
    work = _planned(trigger, contact, routes, now=now, triggers=triggers, matching=matching)
    dispatcher.send_all(work, now=now)
    deliveries = _deliveries(routes.endpoints, trigger, contact, logged)
    _deliver(deliveries, now=now, lines=lines, dispatcher=dispatcher)
    return Outcome.RAN


def _planned(
    trigger: Trigger,
    contact: Contact | None,
    routes: Routes,
    *,
    now: datetime,
    triggers: TriggerStore,
    matching: Callable[[], MatchPorts],
) -> list[Message]:
    """Decide once what the event leads to, and name all that this asks for."""
    matcher = Matcher(trigger, now=now, ports=matching)
    plan = triggers.plan(trigger.id, _decide(trigger, contact, routes, matcher, now), now=now)
    heard = _awaited_by(trigger, contact, routes, matching)
    return [*_work(plan, trigger), *matcher.ended, *heard]


def _decide(
    trigger: Trigger, contact: Contact | None, routes: Routes, matcher: Matcher, now: datetime
) -> Plan:
    if trigger.event.audience is not None:
        return audience_plan(trigger.event, routes.workflows)
    segments = memberships(contact, routes.segments, now=now)
    return make_plan(trigger, contact, routes.workflows, segments, matcher.reason)


def _awaited_by(
    trigger: Trigger,
    contact: Contact | None,
    routes: Routes,
    matching: Callable[[], MatchPorts],
) -> Sequence[Message]:
    if not routes.awaited:
        return []
    from partner_events.domain.awaiting import meetings  # few teams wait for events

    if next(meetings(routes.awaited, trigger.event.name), None) is None:
        return []
    from partner_events.usecases.announce_arrival import announce_arrival

    id = contact.id if contact else None
    return announce_arrival(trigger, id, routes.awaited, waiters=matching().waiters)


def _contact(
    event: Event, *, id: ContactId, now: datetime, contacts: ToldContacts
) -> Contact | None:
    """Find whom the event is about: the contact that was named, or who its details tell of."""
    if event.audience is not None:
        return None
    if event.contact_id is not None:
        return contacts.store.get(event.team, event.contact_id)
    return upsert_contact(event.contact, team=event.team, id=id, now=now, contacts=contacts)


def _without_record(message: RunTrigger, received: int, now: datetime) -> Outcome:
    if now - message.accepted_at > ORPHANED_AFTER:
        return Outcome.ORPHANED
    wait = min(timedelta(seconds=2 ** (received - 1)), LONGEST_PUT_BACK)
    raise TryLater("The trigger's record is not there yet", after=wait)


def _log_event(
    trigger: Trigger,
    *,
    now: datetime,
    new_position: Callable[[], Position],
    body: Callable[[Trigger], JsonText],
    triggers: TriggerStore,
    log: EventLog,
) -> LoggedEvent:
    """Put the event into the log, at a position that is not yet behind its readers."""
    position, number = trigger.position, trigger.number
    assert position is not None
    assert number is not None
    team = trigger.event.team
    is_stale = now - time_of(position) > STALE_AFTER
    if is_stale and log.get(team, position, shard_of(position)) is None:
        position = triggers.move(trigger.id, old=position, new=new_position())
    logged = LoggedEvent(
        id=trigger.id,
        team=team,
        number=number,
        name=trigger.event.name,
        occurred_at=trigger.occurred_at,
        position=position,
        shard=shard_of(position),
        body=body(trigger),
        metadata=trigger.event.metadata,
    )
    log.append(logged)
    return logged


def _work(plan: Plan, trigger: Trigger) -> list[Message]:
    """Name what the plan asks for: the first step of each execution, the first page of a walk.

    A walk that has gone on since has its own message: another of the first page does nothing.
    """
    work: list[Message] = [first_step(execution) for execution in plan.executions]
    if plan.walk is not None and not plan.walk.is_over:
        work.append(FanOut(team=trigger.event.team, trigger=trigger.id, page=0))
    return work


def first_step(execution: Execution) -> RunStep:
    return RunStep.of(execution, first=True)


def _deliveries(
    endpoints: Sequence[Endpoint], trigger: Trigger, contact: Contact | None, logged: LoggedEvent
) -> list[DeliverWebhook]:
    return [
        _delivery(endpoint, logged, line_of(endpoint, trigger, contact))
        for endpoint in hearing(endpoints, trigger)
    ]


def _deliver(
    messages: Sequence[DeliverWebhook], *, now: datetime, lines: Lines, dispatcher: Dispatcher
) -> None:
    """Put those that want order in line, and then send them all: see `keep_order`."""
    lines.enter([each for each in messages if each.line], now=now)
    dispatcher.send_all(messages, now=now)


def _delivery(endpoint: Endpoint, event: LoggedEvent, line: str) -> DeliverWebhook:
    return DeliverWebhook(
        team=event.team,
        delivery=delivery_id(event.team, event.id, endpoint.id),
        endpoint=endpoint.id,
        event=event.id,
        event_type=event.name,
        position=event.position,
        shard=event.shard,
        occurred_at=event.occurred_at,
        format=endpoint.format,
        line=line,
    )
