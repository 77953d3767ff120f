"""Ports for a preview: they read what there is, and note what would be done instead of doing it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from partner_events.directory_ports import ContactStore
from partner_events.domain.contact import Contact
from partner_events.domain.endpoint_headers import shown
from partner_events.domain.ids import ContactId, TeamId, TriggerId
from partner_events.domain.lead import Conversion, Lead
from partner_events.domain.messages import Message
from partner_events.domain.outgoing import Email, Sms
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.trigger import Trigger
from partner_events.domain.webhook import WebhookAnswer, WebhookRequest
from partner_events.jsontext import loads
from partner_events.postback_ports import LeadStore
from partner_events.usecases.step_context import contact_values, lead_values


@dataclass(slots=True)
class DryWorld:
    """What would have happened so far; `contact` is the one that the event is about."""

    contact: Contact | None
    contacts: ContactStore
    leads: Callable[[], LeadStore]
    changed: dict[str, Lead] = field(default_factory=dict)
    effects: list[dict[str, Any]] = field(default_factory=list)

    def note(self, kind: str, what: Mapping[str, Any]) -> None:
        said = {name: value for name, value in what.items() if value is not None}
        self.effects.append({"kind": kind, **said})

    def taken(self) -> list[dict[str, Any]]:
        effects, self.effects = self.effects, []
        return effects


@dataclass(frozen=True, slots=True)
class DryContacts:
    world: DryWorld

    def get(self, team: TeamId, id: ContactId) -> Contact | None:
        known = self.world.contact
        return known if known and known.id == id else self.world.contacts.get(team, id)

    def find(self, team: TeamId, identities: Mapping[str, str]) -> Mapping[str, ContactId]:
        return self.world.contacts.find(team, identities)

    def add(self, contact: Contact, *, told: Sequence[Trigger] = ()) -> None:  # noqa: ARG002
        self.world.note("contact", contact_values(contact) or {})

    def save(
        self,
        contact: Contact,
        *,
        previous: Contact,
        told: Sequence[Trigger] = (),  # noqa: ARG002
        effect: str | None = None,  # noqa: ARG002
    ) -> None:
        if self.world.contact is not None and previous.id == self.world.contact.id:
            self.world.contact = contact
        self.world.note("contact", contact_values(contact) or {})


@dataclass(frozen=True, slots=True)
class DryLeads:
    world: DryWorld

    def get(self, team: TeamId, transaction_id: str) -> Lead | None:
        return self.world.changed.get(transaction_id) or self.world.leads().get(
            team, transaction_id
        )

    def commit(
        self,
        lead: Lead,
        *,
        previous: Lead,  # noqa: ARG002
        effects: Sequence[str],  # noqa: ARG002
        conversion: Conversion | None = None,
        told: Sequence[Trigger] = (),  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> None:
        self.world.changed[lead.transaction_id] = lead
        sold = conversion and {"event_id": conversion.event_id, "revenue": conversion.revenue}
        self.world.note("lead", {**(lead_values(lead) or {}), "conversion": sold})


@dataclass(frozen=True, slots=True)
class DryOutside:
    """Stands for everybody out there: servers, mail and text services, and our own queues."""

    world: DryWorld

    def send(self, what: Any, **_: Any) -> Any:
        match what:
            case WebhookRequest():
                return self._request(what)
            case Email():
                names = ("to", "reply_to", "subject", "html", "text")
                said = {name: getattr(what, name) for name in names}
                self.world.note("email", {"from": what.sender, **said})
            case Sms():
                self.world.note("sms", {"to": what.to, "text": what.text})
        return "preview"

    def send_all(self, messages: Sequence[Message], **_: Any) -> None: ...

    def emit(self, trigger: Trigger, **_: Any) -> bool:
        event = trigger.event
        said = {"name": event.name, "data": loads(event.data), "variables": loads(event.variables)}
        at = {"trigger_at": format_timestamp(trigger.due_at)} if trigger.due_at else {}
        self.world.note("event", {**said, **at})
        return True

    def next(self, _: TeamId) -> int:
        return 0

    def begin(self, _effect: str, **_: Any) -> None:
        return None

    def wait(self, _waiter: Any, **_: Any) -> None: ...

    def arrived(self, _key: str, **_: Any) -> Sequence[Any]:
        return ()  # nothing comes while a preview waits: it shows the way of the timeout

    def sent(self, _effect: str, _message_id: str) -> None: ...

    def get(self, _: TriggerId, **__: Any) -> None:
        return None

    def _request(self, request: WebhookRequest) -> WebhookAnswer:
        """Take every request, with an answer that says nothing."""
        headers = {
            name: value
            for name, value in shown(request.headers).items()
            if not name.lower().startswith("webhook-")
        }
        body = request.body.decode(errors="replace")
        said = {"method": request.method, "url": request.url, "headers": headers, "body": body}
        self.world.note("request", said)
        return WebhookAnswer(status=200, duration=timedelta())
