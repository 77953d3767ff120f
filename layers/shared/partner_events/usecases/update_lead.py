"""The act of an update_lead step: change the lead once, and tell of the conversion it brought."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from partner_events.domain.errors import InvalidInput
from partner_events.domain.event import is_event_name
from partner_events.domain.filling import fill
from partner_events.domain.ids import TriggerId, derived
from partner_events.domain.lead import (
    LONGEST_TRANSACTION_ID,
    Conversion,
    ConversionId,
    CostOperation,
    Lead,
    LeadState,
    Money,
    is_amount,
)
from partner_events.domain.messages import BookReward
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.trigger import Trigger
from partner_events.domain.workflow_steps import UpdateLeadStep
from partner_events.ports import AlreadyThere, EffectDone
from partner_events.usecases.firings import conversion_created, conversion_id
from partner_events.usecases.own_events import PATIENCE, announce
from partner_events.usecases.step_ports import Act, Outcome

TRIES = 8  # each lost race means that somebody else got through
OWN = ("pid", "ref_id")  # what a step may set of a lead besides its fields and e-mail


class _Wrong(Exception):
    """The step cannot be done with these values; the message is the error's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sale:
    """A conversion to book, once under `effect`; without one it was booked before."""

    id: ConversionId
    event_id: str
    revenue: Money
    effect: str | None

    def conversion(self, lead: Lead, now: datetime) -> Conversion:
        return Conversion(
            id=self.id,
            event_id=self.event_id,
            cid=lead.cid,
            pid=lead.pid,
            revenue=self.revenue,
            at=now,
            created_at=now,
        )


def update_lead(step: UpdateLeadStep, act: Act) -> Outcome:
    """Change the lead that the step names, or that the event is about.

    A repeat changes nothing: the step's effect is committed with the change, so that no cost is
    added twice. A conversion that was booked before under the same `dedup_key` is not again.
    """
    context = act.context()
    try:
        id = _transaction_id(step, context)
        sale = _sale(step, context, id, act)
        if _commit(step, context, id, sale, act):
            sold = {"conversion_id": sale.id} if sale else {}
            return Outcome(outputs={"transaction_id": id, **sold})
    except _Wrong as wrong:
        return Outcome.failed(str(wrong))
    except InvalidInput:
        return Outcome.failed("invalid_lead")
    return Outcome(error="overtaken")


def _commit(
    step: UpdateLeadStep, context: Mapping[str, Any], id: str, sale: _Sale | None, act: Act
) -> bool:
    """Write lead, conversion and effects at once; False if others were faster every time."""
    leads = act.ports.changes().leads
    booking = sale if sale and sale.effect else None
    for _ in range(TRIES):
        lead = leads.get(act.execution.team, id)
        if lead is None:
            raise _Wrong("lead_not_found")
        changed = _changed(step, context, lead, act.now)
        try:
            _write(changed, lead, booking, act)
        except EffectDone as done:
            if str(done) == act.effect:
                return True
            booking = None  # it was booked under this key before
        except AlreadyThere:
            continue
        else:
            return True
    return False


def _write(changed: Lead, lead: Lead, booking: _Sale | None, act: Act) -> None:
    now, effects, told = act.now, [act.effect], list[Trigger]()
    conversion = booking.conversion(lead, now) if booking else None
    if booking and booking.effect and conversion:
        effects.append(booking.effect)
        changed = changed.converted(conversion, now=now)
        told = [conversion_created(conversion, changed, _told(conversion, lead), now=now)]
        _send(told[0], act)
    after = lead.changed_to(_as_of(lead, changed), now=now)
    if after is lead and not told:
        return
    act.ports.changes().leads.commit(
        after, previous=lead, effects=effects, conversion=conversion, told=told, now=now
    )


def _send(told: Trigger, act: Act) -> None:
    """Send what runs the event and what pays for the conversion; their record comes second."""
    dispatcher = act.ports.changes().contacts.dispatcher
    announce(told, now=act.now, dispatcher=dispatcher)
    pay = BookReward(team=act.execution.team, trigger=told.id, accepted_at=act.now + PATIENCE)
    dispatcher.send(pay, now=act.now)


def _told(conversion: Conversion, lead: Lead) -> dict[str, Any]:
    return {
        "event_id": conversion.event_id,
        "cid": conversion.cid,
        "pid": conversion.pid,
        "transaction_id": lead.transaction_id,
        "conversion": True,
        "conversion_id": conversion.id,
        "revenue": conversion.revenue,
        "converted_at": format_timestamp(conversion.at),
    }


def _as_of(lead: Lead, changed: Lead) -> Lead:
    """Take back the counting of changes on the way: all of them are one."""
    return replace(changed, revision=lead.revision, updated_at=lead.updated_at)


def _changed(step: UpdateLeadStep, context: Mapping[str, Any], lead: Lead, now: datetime) -> Lead:
    """Set fields, state and cost; a status that is no state of ours is one of the lead's fields."""
    said = fill(dict(step.set), context)
    status = fill(step.status, context) if step.status is not None else None
    state = LeadState(status) if status in set(LeadState) else None
    if status is not None and state is None:
        said = {**said, "status": status}
    if any(isinstance(value, dict | list) for value in said.values()):
        raise _Wrong("invalid_lead")
    after = lead.told(
        {name: value for name, value in said.items() if name not in OWN and value is not None},
        cost=_amount(step.cost.amount, context) if step.cost else None,
        operation=CostOperation(step.cost.operation if step.cost else CostOperation.OVERRIDE),
        now=now,
    )
    kept = {name: value for name, value in after.fields.items() if said.get(name, "") is not None}
    own = {name: str(said[name]) for name in OWN if said.get(name)}
    after = replace(after, fields=kept, **own)  # type: ignore[arg-type]
    return after.in_state(state, now=now) if state else after


def _sale(step: UpdateLeadStep, context: Mapping[str, Any], id: str, act: Act) -> _Sale | None:
    """Find what to book. An event that was the conversion itself has booked it (D-27)."""
    if step.conversion is None:
        return None
    event_id = fill(step.conversion.event_id, context)
    if not isinstance(event_id, str) or not is_event_name(event_id):
        raise _Wrong("invalid_event_id")
    revenue = _amount(step.conversion.revenue, context)
    if revenue is None:
        raise _Wrong("invalid_revenue")
    said = context["event"]["data"]
    if said.get("conversion_id") and (said["transaction_id"], said["event_id"]) == (id, event_id):
        return _Sale(id=said["conversion_id"], event_id=event_id, revenue=revenue, effect=None)
    key = step.conversion.dedup_key
    named = fill(key, context) if key is not None else act.effect
    effect = f"sale_{derived(act.execution.team, id, event_id, str(named))}"
    made = conversion_id(TriggerId(effect))
    return _Sale(id=made, event_id=event_id, revenue=revenue, effect=effect)


def _amount(said: Any, context: Mapping[str, Any]) -> Money | None:
    """Read an amount, or None if a template found nothing."""
    value = fill(said, context)
    if value is None or value == "":
        return None
    try:
        amount = Decimal(value.strip()) if isinstance(value, str) else value
    except InvalidOperation:
        raise _Wrong("invalid_amount") from None
    if not is_amount(amount):
        raise _Wrong("invalid_amount")
    money: Money = amount
    return money


def _transaction_id(step: UpdateLeadStep, context: Mapping[str, Any]) -> str:
    named = "{{event.data.transaction_id}}" if step.transaction_id is None else step.transaction_id
    id = fill(named, context)
    if not isinstance(id, str) or not 0 < len(id) <= LONGEST_TRANSACTION_ID:
        raise _Wrong("lead_not_found")
    return id
