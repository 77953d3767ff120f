"""Run one step of one execution: claim, act, commit, send the next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from partner_events.domain.errors import TryLater
from partner_events.domain.event import JsonText
from partner_events.domain.execution import Execution, StepAttempt, StepStatus
from partner_events.domain.ids import effect_id
from partner_events.domain.messages import RunStep
from partner_events.domain.references import resolve
from partner_events.domain.webhook import WebhookAnswer, WebhookRequest
from partner_events.domain.workflow import OnFailure, WebhookStep, Workflow
from partner_events.jsontext import dumps, loads
from partner_events.ports import (
    AlreadyThere,
    ContactStore,
    Dispatcher,
    EndpointStore,
    ExecutionStore,
    SecretBox,
    TriggerStore,
    WebhookSender,
    WorkflowStore,
)
from partner_events.usecases.sign_webhook import JSON, sign_webhook

# Longer than a worker can live after its claim (WORKER_TIMEOUT), so that a lease never runs
# out under a worker that is still acting.
LEASE = timedelta(seconds=40)


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


def run_step(
    message: RunStep,
    *,
    received: int,
    now: datetime,
    luck: Callable[[], float],
    envelope: Callable[[str, datetime, Any], JsonText],
    executions: ExecutionStore,
    dispatcher: Dispatcher,
    ports: StepPorts,
) -> Execution | None:
    """Run the step that a message names; return the execution if this call moved it.

    The effect of a step carries an id that is the same on every try, so a worker that died
    between the act and its commit repeats it under that id. A stale copy that was received
    again sends the message of the step where the execution stands: the worker that moved it
    may have died before that. Raises `TryLater` while another worker holds the lease.
    """
    if message.due_at and now < message.due_at:
        dispatcher.send(message, now=now)
        return None
    claimed = executions.claim(message, now=now, until=now + LEASE)
    if claimed is None:
        _handle_stale(message, received, now, executions, dispatcher)
        return None
    workflow = ports.workflows.version(message.team, message.workflow, message.version)
    if workflow is None:
        raise LookupError(f"workflow {message.workflow} has no version {message.version}")

    outcome = _act(workflow.step(message.step), claimed, now, envelope, ports)
    moved = _after(claimed, workflow, outcome, now=now, luck=luck())
    try:
        executions.save(moved, claimed=claimed)
    except AlreadyThere as error:  # another worker won, or our own write whose answer was lost
        raise TryLater("The step is committed already", after=timedelta(seconds=1)) from error
    if not moved.is_over:
        dispatcher.send(_message_for(moved), now=now)
    return moved


def _handle_stale(
    message: RunStep,
    received: int,
    now: datetime,
    executions: ExecutionStore,
    dispatcher: Dispatcher,
) -> None:
    execution = executions.get(message)
    if execution is None:
        raise TryLater("The execution has not begun yet", after=timedelta(seconds=1))
    if execution.stands_at(message.step, message.attempt):
        left = (execution.leased_until or now) - now
        raise TryLater("Another worker is on this step", after=max(left, timedelta(seconds=1)))
    if received > 1 and not execution.is_over:
        dispatcher.send(_message_for(execution), now=now)


def _act(
    step: WebhookStep,
    execution: Execution,
    now: datetime,
    envelope: Callable[[str, datetime, Any], JsonText],
    ports: StepPorts,
) -> Outcome:
    """Send the step's request, or say why it cannot be sent."""
    context = _context(execution, ports)
    message_id = effect_id(execution.id, step.id)
    if step.endpoint is None:
        assert step.url is not None
        body = _body(step, context, execution.started_at or now, envelope)
        headers = {**JSON, "webhook-id": message_id}
        request = WebhookRequest(url=step.url, body=body.encode(), headers=headers)
        return _outcome(ports.sender.send(request))
    endpoint = ports.endpoints.get(execution.team, step.endpoint)
    if endpoint is None:
        return Outcome(error="endpoint_deleted", final=True)
    if not endpoint.active:
        return Outcome(error="endpoint_inactive", final=True)
    body = _body(step, context, execution.started_at or now, envelope)
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
    context: dict[str, Any],
    began_at: datetime,
    envelope: Callable[[str, datetime, Any], JsonText],
) -> JsonText:
    """Write what the step tells: an endpoint gets an envelope, a url its own body if it has one."""
    data = _summary(context) if step.body is None else resolve(step.body, context)
    if step.endpoint is None and step.body is not None:
        return dumps(data)
    return envelope(step.event_type or context["event"]["name"], began_at, data)


def _context(execution: Execution, ports: StepPorts) -> dict[str, Any]:
    trigger = ports.triggers.get(execution.trigger)
    if trigger is None:
        raise LookupError(f"trigger {execution.trigger} is gone")
    contact = ports.contacts.get(execution.team, execution.contact) if execution.contact else None
    event = trigger.event
    return {
        "event": {
            "id": trigger.id,
            "name": event.name,
            "data": loads(event.data),
            "variables": loads(event.variables),
            "source": loads(event.source),
        },
        "contact": contact
        and {
            "id": contact.id,
            "external_id": contact.external_id,
            "email": contact.email,
            "phone": contact.phone,
            "name": contact.name,
            "tags": sorted(contact.tags),
            "custom_fields": dict(contact.custom_fields),
        },
        "execution": {"id": execution.id},
        "workflow": {"key": execution.workflow, "version": execution.version},
    }


def _summary(context: dict[str, Any]) -> dict[str, Any]:
    """Choose what a step without a body tells: everything but the variables."""
    event = {name: value for name, value in context["event"].items() if name != "variables"}
    return {**context, "event": event}


def _after(
    execution: Execution, workflow: Workflow, outcome: Outcome, *, now: datetime, luck: float
) -> Execution:
    step = workflow.step(execution.step)
    following = workflow.step_after(step.id)
    to = following.id if following else None
    if outcome.error is None:
        made = _made(execution, outcome, StepStatus.COMPLETED, now)
        return execution.moved_on(made, to=to, now=now + outcome.duration)
    wait = None if outcome.final else step.retry.delay(execution.attempt, luck=luck)
    if wait is not None:
        made = _made(execution, outcome, StepStatus.RETRYING, now)
        return execution.retried(made, at=now + max(wait, outcome.retry_after))
    made = _made(execution, outcome, StepStatus.FAILED, now)
    if step.on_failure is OnFailure.CONTINUE:
        return execution.moved_on(made, to=to, now=now)
    return execution.given_up(made, now=now)


def _made(execution: Execution, outcome: Outcome, status: StepStatus, now: datetime) -> StepAttempt:
    return StepAttempt(
        step=execution.step,
        attempt=execution.attempt,
        status=status,
        at=now,
        status_code=outcome.status_code,
        error=outcome.error,
    )


def _message_for(execution: Execution) -> RunStep:
    return RunStep(
        team=execution.team,
        trigger=execution.trigger,
        execution=execution.id,
        workflow=execution.workflow,
        version=execution.version,
        contact=execution.contact,
        step=execution.step,
        attempt=execution.attempt,
        due_at=execution.retry_at,
    )
