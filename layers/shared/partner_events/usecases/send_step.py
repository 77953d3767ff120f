"""The act of a webhook step: make its body, sign it, send it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from partner_events.directory_ports import ContactStore, EndpointStore, WorkflowStore
from partner_events.domain.contact import Contact
from partner_events.domain.endpoint import Format
from partner_events.domain.event import JsonText
from partner_events.domain.execution import Execution
from partner_events.domain.ids import effect_id, effect_number
from partner_events.domain.notice import Envelope, Notice
from partner_events.domain.references import resolve
from partner_events.domain.trigger import Reason, Trigger
from partner_events.domain.webhook import WebhookAnswer, WebhookRequest
from partner_events.domain.workflow_steps import WebhookStep
from partner_events.jsontext import dumps, loads
from partner_events.ports import SecretBox, TriggerStore, WebhookSender
from partner_events.usecases.sign_webhook import JSON, sign_webhook


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPorts:
    """What acting needs, apart from the claim and commit around it."""

    triggers: TriggerStore
    workflows: WorkflowStore
    contacts: ContactStore
    endpoints: EndpointStore
    secrets: SecretBox
    sender: WebhookSender


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a step's act came to; `final` if trying again cannot help."""

    error: str | None = None
    status_code: int | None = None
    duration: timedelta = timedelta()
    retry_after: timedelta = timedelta()
    final: bool = False
    outputs: Mapping[str, Any] = field(default_factory=dict)
    skipped: Reason | None = None


def send_step(
    step: WebhookStep,
    execution: Execution,
    trigger: Trigger,
    now: datetime,
    envelope: Envelope,
    ports: StepPorts,
) -> Outcome:
    """Send the step's request, or say why it cannot be sent."""
    message_id = effect_id(execution.id, step.id)
    if step.endpoint is None:
        assert step.url is not None
        body = _body(step, Format.STANDARD, execution, trigger, now, envelope, ports)
        headers = {**JSON, "webhook-id": message_id}
        request = WebhookRequest(url=step.url, body=body.encode(), headers=headers)
        return _outcome(ports.sender.send(request))
    endpoint = ports.endpoints.get(execution.team, step.endpoint)
    if endpoint is None:
        return Outcome(error="endpoint_deleted", final=True)
    if not endpoint.active:
        return Outcome(error="endpoint_inactive", final=True)
    body = _body(step, endpoint.format, execution, trigger, now, envelope, ports)
    request = sign_webhook(
        body, to=endpoint, message_id=message_id, sent_at=now, secrets=ports.secrets
    )
    return _outcome(ports.sender.send(request))


def _outcome(answer: WebhookAnswer) -> Outcome:
    return Outcome(
        error=answer.error and str(answer.error),
        status_code=answer.status,
        duration=answer.duration,
        retry_after=answer.retry_after or timedelta(),
    )


def _body(
    step: WebhookStep,
    format: Format,
    execution: Execution,
    trigger: Trigger,
    now: datetime,
    envelope: Envelope,
    ports: StepPorts,
) -> JsonText:
    """Write what the step tells: an endpoint gets an envelope, a url its own body if it has one.

    A body may refer to all that is known, the event's variables also by their bare names
    (S-33); without one, everything but the variables is told.
    """
    data: Any = _summary(execution, trigger, _contact_of(execution, ports))
    if step.body is not None:
        ours = loads(trigger.event.channel_variables).get("webhook", {})
        variables = {**loads(trigger.event.variables), **ours}
        event = {**data["event"], "variables": variables}
        data = resolve(step.body, {**variables, **data, "event": event})
        if step.endpoint is None:
            return dumps(data)
    notice = Notice(
        team=execution.team,
        type=step.event_type or trigger.event.name,
        occurred_at=execution.started_at or now,
        data=dumps(data),
        number=effect_number(effect_id(execution.id, step.id)),
    )
    return envelope(notice, format)


def _contact_of(execution: Execution, ports: StepPorts) -> Contact | None:
    known = execution.contact
    return ports.contacts.get(execution.team, known) if known else None


def _summary(execution: Execution, trigger: Trigger, contact: Contact | None) -> dict[str, Any]:
    return {
        "event": _told(trigger),
        "contact": _contact(contact) if contact else None,
        "execution": {"id": execution.id},
        "workflow": {"key": execution.workflow, "version": execution.version},
    }


def _told(trigger: Trigger) -> dict[str, Any]:
    event = trigger.event
    return {
        "id": trigger.id,
        "name": event.name,
        "data": loads(event.data),
        "source": loads(event.source),
        "professional_id": event.professional_id,
        "metadata": loads(event.metadata),
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "external_id": contact.external_id,
        "email": contact.email,
        "phone": contact.phone,
        "name": contact.name,
        "tags": sorted(contact.tags),
        "custom_fields": dict(contact.custom_fields),
    }
