"""An event in its three envelopes (D-40), put together as text so that no digit is lost (D-2).

A body depends on the event's row in the log and on the team's integer id, which never change,
and neither does the way it is put together: an attempt after a deploy sends the bytes of the
first. So an envelope here is never improved; a better one would be a `Format` of its own.

Metadata is told only if there is some: beside the payload in the company's envelope (W-4), as a
fourth key in the standard one, and among what the promoters' `event` says of the event, since
that envelope has two keys and no third (F-2).
"""

from datetime import datetime

from partner_events.domain.endpoint import Format
from partner_events.domain.event import EMPTY, Event, JsonText
from partner_events.domain.log import LoggedEvent
from partner_events.domain.notice import Notice
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.trigger import Trigger
from partner_events.jsontext import dumps

DATA = ',"data":'
METADATA = ',"metadata":'


def standard(trigger: Trigger) -> JsonText:
    """Write the body that the log keeps: the event as Standard Webhooks tell it."""
    event = trigger.event
    metadata = EMPTY if _is_partners(event) else event.metadata
    return _standard(event.name, trigger.occurred_at, _data(event), metadata)


def render(event: LoggedEvent, format: Format, company_id: int) -> JsonText:
    """Write a logged event in a format: the same bytes on every call."""
    if format is Format.STANDARD:
        return event.body
    data, metadata = _parts(event, lift=format is Format.COMPANY)
    notice = Notice(
        team=event.team,
        type=event.name,
        occurred_at=event.occurred_at,
        data=data,
        number=event.number,
        metadata=metadata,
    )
    return envelope(notice, format, company_id)


def envelope(notice: Notice, format: Format, company_id: int) -> JsonText:
    match format:
        case Format.STANDARD:
            return _standard(notice.type, notice.occurred_at, notice.data, notice.metadata)
        case Format.PROMOTER:
            return _promoter(notice)
        case Format.COMPANY:
            return _company(notice, company_id)


def whole_seconds(instant: datetime) -> str:
    return format_timestamp(instant)[: -len(".000Z")] + "Z"


def _is_partners(event: Event) -> bool:
    return event.contact_id is not None and event.data == EMPTY


def _data(event: Event) -> JsonText:
    """Return what a subscriber is told: a partner event's data is whom and what it is about.

    An event with data of its own may name a contact too, for its workflows.
    """
    if not _is_partners(event):
        return event.data
    about = dumps({"contact_id": event.contact_id, "professional_id": event.professional_id})
    return JsonText(f"{about[:-1]}{METADATA}{event.metadata}}}")


def _parts(event: LoggedEvent, *, lift: bool) -> tuple[JsonText, JsonText]:
    """Take data and metadata out of the body that the log keeps.

    A partner event's data ends with its metadata: the two are told apart only to `lift` it.
    """
    said = event.body[event.body.index(DATA) + len(DATA) : -1]
    if event.metadata == EMPTY:
        return JsonText(said), EMPTY
    last = f"{METADATA}{event.metadata}"
    if said.endswith(last):
        return JsonText(said.removesuffix(last)), event.metadata
    if not said.endswith(last + "}"):
        return JsonText(said), event.metadata
    if lift:
        return JsonText(said.removesuffix(last + "}") + "}"), event.metadata
    return JsonText(said), EMPTY


def _standard(
    type: str, occurred_at: datetime, data: JsonText, metadata: JsonText = EMPTY
) -> JsonText:
    head = dumps({"type": type, "timestamp": format_timestamp(occurred_at)})
    return JsonText(f"{head[:-1]}{DATA}{data}{_beside(metadata)}}}")


def _promoter(notice: Notice) -> JsonText:
    """Write the two keys of F-2; the time has milliseconds (F-5)."""
    head = dumps(
        {
            "id": notice.number,
            "type": notice.type,
            "created_at": format_timestamp(notice.occurred_at),
        }
    )
    return JsonText(f'{{"event":{head[:-1]}{_beside(notice.metadata)}}}{DATA}{notice.data}}}')


def _company(notice: Notice, company_id: int) -> JsonText:
    """Write the keys of W-1 in their order; the time has whole seconds (W-2)."""
    head = dumps(
        {
            "id": notice.number,
            "type": notice.type,
            "createdUtc": whole_seconds(notice.occurred_at),
            "companyId": company_id,
        }
    )
    return JsonText(f'{head[:-1]},"payload":{notice.data}{_beside(notice.metadata)}}}')


def _beside(metadata: JsonText) -> str:
    return "" if metadata == EMPTY else f"{METADATA}{metadata}"
