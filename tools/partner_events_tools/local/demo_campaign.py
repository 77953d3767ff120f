"""The demo's campaign: what the samples of the postback routes name, made through the API."""

from typing import Any

from partner_events_tools.local.api import Api, Refused
from partner_events_tools.local.samples import sample

# The samples sell in one event, look in another and call in a third, which may repeat.
EVENTS: dict[str, dict[str, Any]] = {
    "quote_viewed": {"name": "Quote viewed"},
    "call_completed": {"name": "Call completed", "isDuplicate": True},
    "sale_completed": {"name": "Sale completed", "conversion": True},
}
SOURCES: dict[str, dict[str, Any]] = {
    "src_abc123": {"name": "Partner site"},
    "src_off": {"name": "Closed site", "status": "inactive"},
}


def make_demo_campaign(api: Api) -> str:
    """Make the campaign with its events, sources and lead, unless they are there; tell its cid."""
    campaign = sample("create_campaign").body
    path = f"/campaigns/{campaign['cid']}"
    _create(api, "/campaigns", campaign)
    for event_id, event in EVENTS.items():
        api.need("PUT", f"{path}/events/{event_id}", event)
    for pid, source in SOURCES.items():
        api.need("PUT", f"{path}/sources/{pid}", source)
    _create(api, "/leads", sample("create_lead").body)
    return str(campaign["cid"])


def _create(api: Api, path: str, body: dict[str, Any]) -> None:
    reply = api.call("POST", path, body)
    if reply.status not in (201, 409):  # 409: it is there
        raise Refused(f"POST {path} was answered {reply.status}: {reply.text}")
