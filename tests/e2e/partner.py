"""A partner in a test: calls the API with its own key, and gets webhooks at its own paths."""

import re
from dataclasses import dataclass
from typing import Any

from partner_events.domain.ids import EndpointId
from partner_events_tools.local.api import Api
from partner_events_tools.local.teams import subscribe
from partner_events_tools.local.webhooks import Webhook, WebhookReceiver
from partner_events_tools.polling import wait_for

WITHIN = 40.0  # seconds for what usually takes one; other tests may have the processors
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    api: Api
    receiver: WebhookReceiver

    def registers(self, *event_names: str) -> None:
        for name in event_names:
            self.api.need("POST", "/event-types", {"name": name})

    def subscribes(self, name: str = "all", *, to: str = "*") -> EndpointId:
        return subscribe(self.api, self.receiver, self.path(name), event_types=[to])

    def path(self, name: str = "all") -> str:
        return f"/hooks/{self.api.team}/{name}"

    def sends(self, event_name: str, **fields: Any) -> str:
        """Send an event and return the id of its trigger."""
        answer = self.api.need("POST", "/events/send", {"event_name": event_name, **fields})
        return answer["trigger_id"]

    def finished(self, trigger: str) -> Any:
        """Wait until the trigger is over, and return how the API shows it."""

        def over() -> Any:
            shown = self.api.need("GET", f"/triggers/{trigger}")
            return shown if shown["completed_at"] else None

        return wait_for(over, seconds=WITHIN)

    def workflow_view(self, trigger: str) -> Any:
        return self.api.need("GET", f"/triggers/{trigger}/workflow")

    def webhooks(self, name: str = "all", *, count: int = 1) -> list[Webhook]:
        """Wait for so many attempts at a path, and return all there are, oldest first."""
        wait_for(lambda: len(self.receiver.received(self.path(name))) >= count, seconds=WITHIN)
        return self.receiver.received(self.path(name))
