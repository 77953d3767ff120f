"""What `make up` leaves on the stack to play with; making it again changes nothing.

There is a team whose key has every scope, the event types of the samples, a subscription of
everything, a workflow with a webhook step, and a campaign with events, sources and a lead.
"""

from dataclasses import dataclass, replace
from typing import Any

from partner_events.domain.ids import EndpointId
from partner_events_tools.local.api import Api, Refused
from partner_events_tools.local.demo_campaign import make_demo_campaign
from partner_events_tools.local.samples import sample, sample_events
from partner_events_tools.local.stack import LocalStack
from partner_events_tools.local.teams import make_local_team, parts_of, subscribe
from partner_events_tools.local.webhooks import WebhookReceiver

SUBSCRIBER_PATH = "/hooks/all"
CRM_PATH = "/hooks/crm"
# No event has this name, so the endpoint hears of the workflow's step and of nothing else.
STEP_EVENT_TYPE = "workflow.welcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """`subscriber` hears of every event; of some, the one step of `workflow` tells a CRM."""

    api: Api
    subscriber: EndpointId
    workflow: dict[str, Any]

    @property
    def welcomes(self) -> set[str]:
        """The names of the events that start the workflow."""
        return {trigger["event"] for trigger in self.workflow["triggers"]}


def make_demo(stack: LocalStack, receiver: WebhookReceiver) -> Demo:
    api = _make_team(stack)
    for event in sample_events():
        _register(api, event.body["event_name"])
    subscriber = subscribe(api, receiver, SUBSCRIBER_PATH, event_types=["*"])
    crm = subscribe(api, receiver, CRM_PATH, event_types=[STEP_EVENT_TYPE])
    workflow = _workflow_telling(crm)
    api.need("PUT", f"/workflows/{workflow['key']}", workflow)
    return Demo(api=api, subscriber=subscriber, workflow=workflow)


def _make_team(stack: LocalStack) -> Api:
    """Make the team and campaign that the samples name, with their key, and tell everybody."""
    named = sample("put_workflow").headers
    api = make_local_team(
        parts_of(stack),
        stack.api_url,
        name="Demo",
        id=named["x-team-id"],
        key=named["x-api-key"],
    )
    known = replace(stack.state, team_id=api.team, api_key=api.key, cid=make_demo_campaign(api))
    known.write(stack.state_file)
    return api


def _register(api: Api, event_name: str) -> None:
    reply = api.call("POST", "/event-types", {"name": event_name})
    if reply.status not in (201, 409):  # 409: it is there
        raise Refused(f"The event type {event_name} was refused: {reply.text}")


def _workflow_telling(crm: EndpointId) -> dict[str, Any]:
    """Take the sample's workflow, with a registered endpoint for its url, so that it signs."""
    workflow: dict[str, Any] = sample("put_workflow").body
    (step,) = workflow["steps"]
    del step["url"]
    return {
        **workflow,
        "steps": [{**step, "endpoint": crm, "event_type": STEP_EVENT_TYPE}],
    }
