"""Let a step act: one file for each kind of act, loaded when the first of its kind runs."""

from datetime import datetime

from partner_events.domain.execution import Execution
from partner_events.domain.notice import Envelope
from partner_events.domain.trigger import Trigger
from partner_events.domain.workflow_steps import (
    EmailStep,
    SmsStep,
    Step,
    UpdateContactStep,
    UpdateLeadStep,
    WebhookStep,
)
from partner_events.usecases.step_ports import Act, Outcome, StepPorts

__all__ = ["Outcome", "StepPorts", "perform"]


def perform(
    step: Step,
    execution: Execution,
    trigger: Trigger,
    now: datetime,
    envelope: Envelope,
    ports: StepPorts,
) -> Outcome:
    """Do what the step says, once, however often it is performed as far as the world lets us.

    The effect carries an id of its own, the same on every try of this step in this execution.
    """
    act = Act(
        id=step.id,
        type=step.type,
        execution=execution,
        trigger=trigger,
        now=now,
        envelope=envelope,
        ports=ports,
    )
    from partner_events.domain.template import InvalidTemplate, TemplateFailed

    try:
        return _act(step, act)
    except InvalidTemplate:
        return Outcome.failed("template_invalid")
    except TemplateFailed:
        return Outcome.failed("template_too_large")


def _act(step: Step, act: Act) -> Outcome:
    match step:
        case WebhookStep():
            from partner_events.usecases.send_request import send_request

            return send_request(step, act)
        case EmailStep():
            from partner_events.usecases.send_message import send_email

            return send_email(step, act)
        case SmsStep():
            from partner_events.usecases.send_message import send_sms

            return send_sms(step, act)
        case UpdateContactStep():
            from partner_events.usecases.update_contact import update_contact

            return update_contact(step, act)
        case UpdateLeadStep():
            from partner_events.usecases.update_lead import update_lead

            return update_lead(step, act)
    raise NotImplementedError(f"steps of type {step.type}")
