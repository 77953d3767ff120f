"""What one postback changes: the trigger it leads to, the lead, and the conversion with its own."""

from datetime import datetime
from typing import Any

from partner_events.domain.campaign import CampaignEvent
from partner_events.domain.contact import ContactDetails, is_email
from partner_events.domain.event import Event, JsonText
from partner_events.domain.ids import TeamId, TriggerId, derived_uuid
from partner_events.domain.lead import Conversion, ConversionId, Lead, Money
from partner_events.domain.postback import Fired, Firing, FiringKey, Postback, parse_conversion_date
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.trigger import Trigger
from partner_events.jsontext import dumps
from partner_events.usecases.own_events import own_event, own_event_id

CONVERSION_CREATED = "conversion.created"


def conversion_id(trigger: TriggerId) -> ConversionId:
    return ConversionId(f"conv_{derived_uuid('conversion', trigger)}")


def conversion_trigger_id(trigger: TriggerId, team: TeamId) -> TriggerId:
    """Name `conversion.created` after its conversion: making it again makes no second one."""
    return own_event_id(CONVERSION_CREATED, conversion_id(trigger), team=team)


def make_firing(
    postback: Postback,
    event: CampaignEvent,
    lead: Lead,
    revenue: Money | None,
    *,
    id: TriggerId,
    now: datetime,
) -> Fired:
    """Decide everything that the postback changes. `id` names its trigger."""
    conversion = _conversion(postback, event, revenue, id=id, now=now)
    after = _lead_after(lead, postback, conversion, now=now)
    data = _data(postback, event, revenue, conversion)
    said = Event(team=lead.team, name=event.event_id, data=dumps(data), contact=_contact(after))
    own = [conversion_created(conversion, after, data, now=now)] if conversion else []
    return Fired(
        postback=postback,
        firing=Firing(
            key=FiringKey(
                cid=event.cid, event_id=event.event_id, transaction_id=lead.transaction_id
            ),
            once=not event.repeats,
            triggers=(Trigger.accept(said, id=id, now=now, trigger_at=None), *own),
            lead=None if after is lead else after,
            conversion=conversion,
        ),
    )


def _lead_after(
    lead: Lead, postback: Postback, conversion: Conversion | None, *, now: datetime
) -> Lead:
    after = lead.told(
        postback.fields, cost=postback.cost, operation=postback.cost_operation, now=now
    )
    if conversion is None:
        return after
    return lead.changed_to(after.converted(conversion, now=now), now=now)


def conversion_created(
    conversion: Conversion, lead: Lead, data: dict[str, Any], *, now: datetime
) -> Trigger:
    return own_event(
        CONVERSION_CREATED,
        conversion.id,
        team=lead.team,
        data={**data, "lead": _lead(lead)},
        now=now,
        contact=_contact(lead),
    )


def firing_data(
    postback: Postback,
    event: CampaignEvent,
    revenue: Money | None,
    *,
    id: TriggerId,
    now: datetime,
) -> JsonText:
    """Write what subscribers will be told, so that it can be checked before anything is done."""
    conversion = _conversion(postback, event, revenue, id=id, now=now)
    return dumps(_data(postback, event, revenue, conversion))


def _conversion(
    postback: Postback,
    event: CampaignEvent,
    revenue: Money | None,
    *,
    id: TriggerId,
    now: datetime,
) -> Conversion | None:
    if not event.conversion or revenue is None:
        return None
    date, zone = postback.conversion_date, postback.conversion_timezone
    return Conversion(
        id=conversion_id(id),
        event_id=event.event_id,
        cid=event.cid,
        pid=postback.pid,
        revenue=revenue,
        at=parse_conversion_date(date, zone) if date else now,
        created_at=now,
    )


def _data(
    postback: Postback,
    event: CampaignEvent,
    revenue: Money | None,
    conversion: Conversion | None,
) -> dict[str, Any]:
    """Write the event's data: what the caller said, and nothing that they did not."""
    said: dict[str, Any] = {
        "event_id": event.event_id,
        "cid": event.cid,
        "pid": postback.pid,
        "transaction_id": postback.transaction_id,
        "conversion": event.conversion,
        "conversion_id": conversion.id if conversion else None,
        "revenue": revenue,
        "conversion_date": postback.conversion_date,
        "conversion_timezone": postback.conversion_timezone,
        "converted_at": format_timestamp(conversion.at) if conversion else None,
        "fields": dict(postback.fields) or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _contact(lead: Lead) -> ContactDetails:
    """Name the lead's contact, if its e-mail can be one's: the worker finds or makes it (D-32)."""
    email = (lead.email or "").strip()
    return ContactDetails(email=email if is_email(email) else None)


def _lead(lead: Lead) -> dict[str, Any]:
    return {
        "transaction_id": lead.transaction_id,
        "cid": lead.cid,
        "pid": lead.pid,
        "ref_id": lead.ref_id,
        "email": lead.email,
        "state": lead.state.value,
        "cost": lead.cost,
        "fields": dict(lead.fields),
    }
