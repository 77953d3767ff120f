"""The act of a webhook step: make its request, sign it, send it, keep what it saves."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from partner_events.domain.contact import Contact
from partner_events.domain.endpoint import Format
from partner_events.domain.endpoint_headers import wrong_together, wrong_value
from partner_events.domain.event import JsonText
from partner_events.domain.filling import fill
from partner_events.domain.ids import effect_number
from partner_events.domain.notice import Notice
from partner_events.domain.template import Destination, Template
from partner_events.domain.webhook import (
    CONTACTS_KEY,
    MAX_EXCERPT,
    MAX_KEPT,
    ErrorClass,
    WebhookAnswer,
    WebhookRequest,
    group_of,
    never_fits,
)
from partner_events.domain.workflow_steps import WebhookStep
from partner_events.jsontext import dumps, loads
from partner_events.usecases.sign_webhook import JSON, posted, sign_webhook
from partner_events.usecases.step_context import StepContext, told_contact, told_event
from partner_events.usecases.step_ports import Act, Outcome

LARGEST_OUTPUTS = 8192  # characters of what one step saves: an execution is one row
BODILESS = ("GET", "DELETE")


class _BadHeader(Exception):
    """A header came out as something that cannot be one."""


def send_request(step: WebhookStep, act: Act) -> Outcome:
    """Send the step's request, or say why it cannot be sent."""
    if step.endpoint is None:
        return _to_url(step, act)
    endpoint = act.ports.endpoints.get(act.execution.team, step.endpoint)
    if endpoint is None:
        return Outcome.failed("endpoint_deleted")
    if not endpoint.active:
        return Outcome.failed("endpoint_inactive")
    context = act.context()
    try:
        headers = _headers(step, context)
    except _BadHeader:
        return Outcome.failed("invalid_header")
    request = sign_webhook(
        _body(step, endpoint.format, context, act),
        to=replace(endpoint, headers=_over(endpoint.headers, headers)),
        message_id=act.effect,
        sent_at=act.now,
        secrets=act.ports.secrets,
    )
    request = posted(
        replace(request, url=_with_query(request.url, step, context)),
        to=endpoint,
        type=step.event_type or act.trigger.event.name,
        occurred_at=act.execution.started_at or act.now,
        group=group_of({CONTACTS_KEY: act.execution.contact}, endpoint.id),
    )
    outcome = _send(step, request, act)
    return replace(outcome, final=outcome.final or never_fits(outcome.error, endpoint.url))


def _to_url(step: WebhookStep, act: Act) -> Outcome:
    """Send to a url, which gets no signature: it shares no secret with us."""
    assert step.url is not None
    context = act.context()
    try:
        headers = _headers(step, context)
    except _BadHeader:
        return Outcome.failed("invalid_header")
    url = _url(step.url, context)
    if not url.lower().startswith(("http://", "https://")):
        return Outcome.failed(str(ErrorClass.BLOCKED))  # queues and buses are for endpoints
    body = _body(step, Format.STANDARD, context, act)
    request = WebhookRequest(
        url=_with_query(url, step, context),
        body=body.encode(),
        headers={**headers, **(JSON if body else {}), "webhook-id": act.effect},
    )
    return _send(step, request, act)


def _send(step: WebhookStep, request: WebhookRequest, act: Act) -> Outcome:
    answer = act.ports.sender.send(
        replace(
            request,
            method=step.method,
            timeout=step.timeout or request.timeout,
            keep=MAX_KEPT if step.save else MAX_EXCERPT,
        )
    )
    error = _error(step, answer)
    outputs = {} if error or not step.save else _saved(step, answer, act)
    if outputs is None:
        return Outcome(error="output_too_large", final=True, status_code=answer.status)
    return Outcome(
        error=error,
        status_code=answer.status,
        duration=answer.duration,
        retry_after=answer.retry_after or Outcome().retry_after,
        outputs=outputs,
    )


def _error(step: WebhookStep, answer: WebhookAnswer) -> str | None:
    """Name what went wrong; `success` names the statuses that are none, every other one is."""
    if answer.status is None or step.success is None:
        return answer.error and str(answer.error)
    if answer.status in step.success:
        return None
    return str(answer.error) if answer.error else "unexpected_status"


def _saved(step: WebhookStep, answer: WebhookAnswer, act: Act) -> Mapping[str, Any] | None:
    told = {"status": answer.status, "headers": dict(answer.headers), "body": _read(answer.excerpt)}
    outputs = act.ports.select(step.save, told)
    return outputs if len(dumps(dict(outputs))) <= LARGEST_OUTPUTS else None


def _read(body: bytes) -> Any:
    """Read an answer as JSON, or take it as text."""
    text = body.decode(errors="replace")
    try:
        return loads(text)
    except ValueError:
        return text


def _url(source: str, context: StepContext) -> str:
    """A url that is one `{{path}}` is that value; in a longer one, values are url-encoded."""
    template = Template(source)
    to = Destination.HEADER if template.is_path else Destination.URL
    return template.render(context, to=to).text


def _with_query(url: str, step: WebhookStep, context: StepContext) -> str:
    if not step.query or not url.startswith("http"):  # queues and buses take none
        return url
    said = {name: Template(value).render(context).text for name, value in step.query.items()}
    before, hash, fragment = url.partition("#")
    return f"{before}{'&' if '?' in before else '?'}{urlencode(said)}{hash}{fragment}"


def _headers(step: WebhookStep, context: StepContext) -> dict[str, str]:
    said = {
        name: Template(value).render(context, to=Destination.HEADER).text.strip()
        for name, value in step.headers.items()
    }
    if any(wrong_value(value) for value in said.values() if value) or wrong_together(said):
        raise _BadHeader
    return {name: value for name, value in said.items() if value}


def _over(usual: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    names = {name.lower() for name in said}
    kept = {name: value for name, value in usual.items() if name.lower() not in names}
    return {**kept, **said}


def _body(step: WebhookStep, format: Format, context: StepContext, act: Act) -> JsonText:
    """Write what the step tells: an endpoint gets an envelope, a url its own body if it has one.

    Without a body, everything but the variables is told, unless the method sends none.
    """
    if step.body is None and step.method in BODILESS:
        return JsonText("")
    if step.body is None:
        data = _summary(act)
    else:
        data = fill(step.body, context)
        if step.endpoint is None:
            return dumps(data)
    notice = Notice(
        team=act.execution.team,
        type=step.event_type or act.trigger.event.name,
        occurred_at=act.execution.started_at or act.now,
        data=dumps(data),
        number=effect_number(act.effect),
    )
    return act.envelope(notice, format)


def _summary(act: Act) -> dict[str, Any]:
    contact: Contact | None = act.contact()
    return {
        "event": told_event(act.trigger),
        "contact": told_contact(contact) if contact else None,
        "execution": {"id": act.execution.id},
        "workflow": {"key": act.execution.workflow, "version": act.execution.version},
    }
