"""One step at a time, performed in a world of its own."""

from collections.abc import Callable, Sequence
from typing import Any

from partner_events.domain.contact import ContactDetails
from partner_events.domain.event import Event, JsonText
from partner_events.domain.execution import Execution
from partner_events.domain.ids import ContactId, TriggerId, execution_id
from partner_events.domain.trigger import Trigger
from partner_events.domain.webhook import WebhookAnswer, WebhookRequest
from partner_events.domain.workflow import workflow_from
from partner_events.jsontext import dumps
from partner_events.usecases.perform_step import Outcome, perform
from partner_events.usecases.upsert_contact import upsert_contact
from tests.crash.world import START, TEAM, World
from tests.fakes.sender import ScriptedSender

URL = "https://x.example"


class Stage:
    """A world with one contact, and an event about it. `act` performs a step, as often as asked."""

    def __init__(
        self,
        *,
        data: Any = None,
        answers: Sequence[WebhookAnswer] | Callable[[WebhookRequest], WebhookAnswer] = (),
        variables: Any = None,
        email: str | None = "ada@example.com",
        phone: str | None = None,
    ) -> None:
        self.world = World()
        self.sender = ScriptedSender()
        self._answers = answers
        details = ContactDetails(external_id="user_1", email=email, phone=phone, name="Ada")
        self.contact_id: ContactId | None = ContactId("c1")
        upsert_contact(
            details,
            team=TEAM,
            id=ContactId("c1"),
            now=START,
            contacts=self.world.told_contacts(),
        )
        event = Event(
            team=TEAM,
            name="user_signup",
            data=dumps(data or {}),
            variables=dumps(variables or {}),
            source=JsonText('{"type":"web_signup"}'),
        )
        self.trigger = Trigger.accept(event, id=TriggerId("t"), now=START, trigger_at=None)

    def act(self, step: dict[str, Any], *, vars: Any = None, key: str = "flow") -> Outcome:
        document = {
            "key": key,
            "status": "active",
            "triggers": [{"event": "user_signup"}],
            "steps": [{"id": "it", **step}],
            "vars": vars or {},
        }
        workflow = workflow_from(document, team=TEAM, version=1, created_at=START, updated_at=START)
        if self.world.workflows.version(TEAM, key, 1) is None:
            self.world.workflows.put(workflow)
        if isinstance(step.get("url"), str) and self._answers:
            self.sender = ScriptedSender({step["url"]: self._answers})
        return perform(
            workflow.steps[0],
            self.execution(key),
            self.trigger,
            self.world.now,
            self.world._bodies().of_notice,
            self.world._step_ports(self.world.faulty(self.sender)),
        )

    def execution(self, key: str = "flow") -> Execution:
        return Execution(
            id=execution_id(TEAM, "t", key, self.contact_id),
            team=TEAM,
            trigger=TriggerId("t"),
            workflow=key,
            version=1,
            contact=self.contact_id,
            step="it",
            started_at=START,
        )

    @property
    def request(self) -> WebhookRequest:
        (request,) = self.sender.requests
        return request
