"""A team of the soak's own, and the events that it sends."""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from partner_events.domain.ids import EndpointId
from partner_events.wiring import Parts
from partner_events_tools.local.api import Api
from partner_events_tools.local.errors import CannotRun
from partner_events_tools.local.teams import make_local_team, subscribe
from partner_events_tools.local.webhooks import WebhookReceiver

EVENT = "order_placed"
STEP_EVENT_TYPE = "workflow.soak"  # no event has this name: only the step goes there
WORKFLOW = "soak"
STEP = "tell_warehouse"
BUSY = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A new team for each run, so that no other subscriber or workflow hears its events."""

    api: Api
    subscriber: EndpointId
    paths: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An event and its answer; `trigger` is None if it was not accepted."""

    order: str
    trigger: str | None
    answer: str
    took: timedelta
    answered_at: datetime


def prepare(parts: Parts, api_url: str, receiver: WebhookReceiver, *, failing: float) -> Target:
    """Make the team, its endpoint and its workflow; a share of first attempts will fail."""
    api = make_local_team(parts, api_url, name="Soak")
    api.need("POST", "/event-types", {"name": EVENT})
    paths = [f"/hooks/soak/{api.team}/{kind}" for kind in ("deliveries", "steps")]
    subscriber = subscribe(api, receiver, paths[0], event_types=[EVENT])
    warehouse = subscribe(api, receiver, paths[1], event_types=[STEP_EVENT_TYPE])
    api.need("PUT", f"/workflows/{WORKFLOW}", _workflow(warehouse))
    for path in paths:
        receiver.fail_first(path, share=failing, status=BUSY)
    return Target(api=api, subscriber=subscriber, paths=paths)


def send_all(api: Api, *, count: int, concurrency: int) -> list[Sent]:
    orders = [f"ORD-{number:06}" for number in range(1, count + 1)]
    with ThreadPoolExecutor(concurrency) as pool:
        return list(pool.map(partial(_send, api), orders))


def _send(api: Api, order: str) -> Sent:
    started = time.monotonic()
    try:
        reply = api.send({"event_name": EVENT, "event_data": {"order": order}})
        accepted, answer = reply.status == 201, reply.text
    except CannotRun as error:
        accepted, answer = False, str(error)
    return Sent(
        order=order,
        trigger=json.loads(answer)["trigger_id"] if accepted else None,
        answer=answer,
        took=timedelta(seconds=time.monotonic() - started),
        answered_at=datetime.now(UTC),
    )


def _workflow(endpoint: EndpointId) -> dict[str, Any]:
    return {
        "schema": 1,
        "key": WORKFLOW,
        "status": "active",
        "triggers": [{"event": EVENT}],
        # As soon as a delivery is retried, so that neither makes the run much longer.
        "defaults": {"retry": {"initial": "PT5S"}},
        "steps": [
            {
                "id": STEP,
                "type": "webhook",
                "endpoint": endpoint,
                "event_type": STEP_EVENT_TYPE,
                "body": {"order": "{{event.data.order}}"},
            }
        ],
    }
