"""The end of `make up`: send the sample events through the stack, and show what came of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from partner_events.domain.ids import delivery_id, effect_id
from partner_events.domain.timestamps import format_timestamp, to_whole_second
from partner_events_tools.local.console import say
from partner_events_tools.local.demo_outcomes import Outcome, Sent, table_of
from partner_events_tools.local.demo_resources import (
    CRM_PATH,
    SUBSCRIBER_PATH,
    Demo,
    make_demo,
)
from partner_events_tools.local.errors import CannotRun
from partner_events_tools.local.samples import Sample, sample_events
from partner_events_tools.local.stack import LocalStack
from partner_events_tools.local.state import StackState
from partner_events_tools.local.webhooks import Webhook, WebhookReceiver
from partner_events_tools.polling import wait_for

AHEAD = timedelta(seconds=3)  # of the event that is scheduled
WITHIN = 60.0  # seconds for one event; with cold functions and two processors it takes three


class DemoFailed(CannotRun):
    pass


def run_demo(stack: LocalStack) -> None:
    """Make the demo's team and resources, send the samples, print a table of what happened.

    Raises `DemoFailed` with the first thing that went wrong; the stack runs on.
    """
    receiver = WebhookReceiver(stack.receiver_url)
    say("Making the demo team, its endpoints and its workflow ...")
    demo = make_demo(stack, receiver)
    events = sample_events()
    say(f"Sending the {len(events)} sample events ...")
    outcomes = _watch(demo, receiver, _send_all(demo, receiver, events))
    for line in table_of(outcomes):
        say(line)
    for outcome in outcomes:
        if outcome.problem:
            raise DemoFailed(f"The demo failed at {outcome.sent.name}: {outcome.problem}.")


def curl_line(state: StackState) -> str:
    """Write a command that sends an event; it works when it is pasted into a shell."""
    return (
        f"curl {state.api_url}/api/v1/events/send"
        f" -H 'X-API-Key: {state.api_key}' -H 'X-Team-ID: {state.team_id}'"
        """ -d '{"event_name": "user_signup","""
        """ "user_info": {"contact_external_id": "user_123", "name": "Ada"}}'"""
    )


def _send_all(demo: Demo, receiver: WebhookReceiver, events: Sequence[Sample]) -> list[Sent]:
    """Send one after the other is delivered, the scheduled one first, since it has to wait.

    All at once would start five environments of each function on a machine of few processors.
    """
    sent = []
    for event in sorted(events, key=lambda event: "trigger_at" not in event.body):
        sent.append(_send(demo, event))
        if "trigger_at" not in event.body:
            _wait_for_delivery(demo, receiver, sent[-1])
    return sent


def _send(demo: Demo, event: Sample) -> Sent:
    body = event.body
    if "trigger_at" in body:
        at = to_whole_second(datetime.now(UTC) + AHEAD)
        body["trigger_at"] = format_timestamp(at)
        answer = demo.api.need("POST", "/events/send", body)
        return Sent(name=event.name, trigger=answer["trigger_id"], due=at)
    answer = demo.api.need("POST", "/events/send", event.text)
    return Sent(name=event.name, trigger=answer["trigger_id"], due=datetime.now(UTC))


def _wait_for_delivery(demo: Demo, receiver: WebhookReceiver, sent: Sent) -> None:
    delivery = _delivery_of(demo, sent)
    wait_for(lambda: delivery in _taken(receiver), seconds=WITHIN)


def _watch(demo: Demo, receiver: WebhookReceiver, sent: Sequence[Sent]) -> list[Outcome]:
    """Look at every event until all is well with it, or the time is up."""
    outcomes: dict[str, Outcome] = {}

    def all_well() -> bool:
        taken = _taken(receiver)
        for each in sent:
            if each.trigger not in outcomes or outcomes[each.trigger].problem:
                outcomes[each.trigger] = _outcome(demo, taken, each)
        return not any(outcome.problem for outcome in outcomes.values())

    wait_for(all_well, seconds=WITHIN)
    return list(outcomes.values())


def _outcome(demo: Demo, taken: Mapping[str, Webhook], sent: Sent) -> Outcome:
    view = demo.api.need("GET", f"/triggers/{sent.trigger}/workflow")
    webhooks = {SUBSCRIBER_PATH: taken.get(_delivery_of(demo, sent))}
    if sent.name in demo.welcomes:
        (step,) = demo.workflow["steps"]
        ids = [
            effect_id(execution["id"], step["id"])
            for execution in view["executions"]
            if execution["workflow"] == demo.workflow["key"]
        ]
        webhooks[CRM_PATH] = next((taken[id] for id in ids if id in taken), None)
    return Outcome(sent=sent, status=view["status"], webhooks=webhooks)


def _delivery_of(demo: Demo, sent: Sent) -> str:
    return delivery_id(demo.api.team, sent.trigger, demo.subscriber)


def _taken(receiver: WebhookReceiver) -> dict[str, Webhook]:
    return {webhook.id: webhook for webhook in receiver.received() if webhook.taken}
