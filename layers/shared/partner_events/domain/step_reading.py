"""Read the steps of a definition that was validated when it was put."""

from collections.abc import Callable, Mapping
from typing import Any

from partner_events.domain.durations import parse_duration, parse_offset
from partner_events.domain.ids import EndpointId
from partner_events.domain.retry import Backoff, Retry
from partner_events.domain.rules import Rule
from partner_events.domain.wait_steps import (
    OnPast,
    WaitFor,
    WaitForEvent,
    WaitForWindow,
    WaitStep,
    WaitUntil,
)
from partner_events.domain.workflow_steps import (
    BranchStep,
    Case,
    Category,
    Conversion,
    CostChange,
    EmailStep,
    EmitEventStep,
    Goto,
    Guarantee,
    Missing,
    OnFailure,
    SmsStep,
    Step,
    UpdateContactStep,
    UpdateLeadStep,
    WebhookStep,
)

type Document = Mapping[str, Any]

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def step_from(document: Document, *, defaults: Document) -> Step:
    """Read one step; what it leaves open of retry, timeout and failure the defaults say."""
    return READERS[document["type"]](document, _common(document, defaults))


def rule_of(document: Document) -> Rule | None:
    return Rule(document["if"]) if "if" in document else None


def _common(document: Document, defaults: Document) -> dict[str, Any]:
    settings = {**defaults, **document}
    retry = {**defaults.get("retry", {}), **document.get("retry", {})}
    return {
        "id": document["id"],
        "name": document.get("name", ""),
        "condition": rule_of(document),
        "next": document.get("next"),
        "retry": _retry(retry),
        "timeout": parse_duration(settings["timeout"]) if "timeout" in settings else None,
        "on_failure": _on_failure(settings.get("on_failure", OnFailure.STOP)),
    }


def _retry(policy: Document) -> Retry:
    read: Mapping[str, Callable[[Any], Any]] = {
        "max_attempts": int,
        "backoff": Backoff,
        "initial": parse_duration,
        "max": parse_duration,
        "table": lambda waits: tuple(map(parse_duration, waits)),
        "jitter": float,
        "give_up_after": parse_duration,
    }
    return Retry(**{name: read[name](value) for name, value in policy.items()})


def _on_failure(value: str | Document) -> OnFailure | Goto:
    return OnFailure(value) if isinstance(value, str) else Goto(value["goto"])


def _webhook(document: Document, common: dict[str, Any]) -> WebhookStep:
    settings = _given(document, "url", "method", "headers", "query", "body", "event_type", "save")
    return WebhookStep(
        **common,
        **settings,
        endpoint=EndpointId(document["endpoint"]) if "endpoint" in document else None,
        success=frozenset(document["success"]) if "success" in document else None,
    )


def _email(document: Document, common: dict[str, Any]) -> EmailStep:
    settings = _given(document, "reply_to", "subject", "html")
    return EmailStep(**common, **settings, **_message(document), sender=document.get("from"))


def _sms(document: Document, common: dict[str, Any]) -> SmsStep:
    return SmsStep(**common, **_message(document))


def _message(document: Document) -> dict[str, Any]:
    return {
        **_given(document, "to", "template", "text"),
        "category": Category(document.get("category", Category.MARKETING)),
        "delivery": Guarantee(document.get("delivery", Guarantee.AT_MOST_ONCE)),
        "missing": Missing(document.get("missing", Missing.FAIL)),
    }


def _wait(document: Document, common: dict[str, Any]) -> WaitStep:
    return WaitStep(**common, wait=_what_to_wait_for(document))


def _what_to_wait_for(document: Document) -> WaitFor | WaitUntil | WaitForEvent | WaitForWindow:
    if "for" in document:
        span = document["for"]
        return WaitFor(span if "{{" in span else parse_duration(span))
    if "until" in document:
        return WaitUntil(
            moment=document["until"],
            offset=parse_offset(document.get("offset", "PT0S")),
            on_past=OnPast(document.get("on_past", OnPast.CONTINUE)),
        )
    return _event(document["event"]) if "event" in document else _window(document["window"])


def _event(awaited: Document) -> WaitForEvent:
    return WaitForEvent(
        event=awaited["name"],
        timeout=parse_duration(awaited["timeout"]),
        match=next(iter(awaited.get("match", {}).items()), None),
        condition=rule_of(awaited),
        **_given(awaited, "on_event", "on_timeout"),
    )


def _window(window: Document) -> WaitForWindow:
    return WaitForWindow(
        opens=_minutes(window["from"]),
        closes=_minutes(window["to"]),
        days=frozenset(WEEK.index(day) for day in window.get("days", WEEK)),
        **_given(window, "timezone"),
    )


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


def _branch(document: Document, common: dict[str, Any]) -> BranchStep:
    cases = tuple(
        Case(condition=Rule(case["if"]), goto=case["goto"], name=case.get("name", ""))
        for case in document["cases"]
    )
    return BranchStep(**common, cases=cases, otherwise=document["else"])


def _update_contact(document: Document, common: dict[str, Any]) -> UpdateContactStep:
    return UpdateContactStep(
        **common,
        **_given(document, "set", "create"),
        unset=tuple(document.get("unset", ())),
        add_tags=tuple(document.get("add_tags", ())),
        remove_tags=tuple(document.get("remove_tags", ())),
    )


def _update_lead(document: Document, common: dict[str, Any]) -> UpdateLeadStep:
    cost, conversion = document.get("cost"), document.get("conversion")
    return UpdateLeadStep(
        **common,
        **_given(document, "transaction_id", "set", "status"),
        cost=CostChange(**cost) if cost else None,
        conversion=Conversion(**conversion) if conversion else None,
    )


def _emit_event(document: Document, common: dict[str, Any]) -> EmitEventStep:
    settings = _given(document, "event_name", "event_data", "variables", "contact", "trigger_at")
    return EmitEventStep(**common, **settings)


def _given(document: Document, *names: str) -> dict[str, Any]:
    return {name: document[name] for name in names if name in document}


READERS: Mapping[str, Callable[[Document, dict[str, Any]], Step]] = {
    WebhookStep.type: _webhook,
    EmailStep.type: _email,
    SmsStep.type: _sms,
    WaitStep.type: _wait,
    BranchStep.type: _branch,
    UpdateContactStep.type: _update_contact,
    UpdateLeadStep.type: _update_lead,
    EmitEventStep.type: _emit_event,
}
