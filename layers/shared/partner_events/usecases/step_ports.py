"""What the acts of steps need, and what comes of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from partner_events.directory_ports import ContactStore, EndpointStore, WorkflowStore
from partner_events.domain.contact import Contact
from partner_events.domain.execution import Execution
from partner_events.domain.ids import effect_id
from partner_events.domain.notice import Envelope
from partner_events.domain.trigger import Reason, Trigger
from partner_events.jsontext import loads
from partner_events.ports import SecretBox, TriggerStore, WebhookSender

if TYPE_CHECKING:
    from partner_events.domain.lead import Lead
    from partner_events.flow_ports import WaiterStore
    from partner_events.usecases.change_ports import ChangePorts
    from partner_events.usecases.send_message import MessagePorts
    from partner_events.usecases.step_context import StepContext

type Select = Callable[[Mapping[str, str], Any], Mapping[str, Any]]
"""Picks values out of a JSON value, each by its JMESPath expression; null where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPorts:
    """What acting needs, apart from the claim and commit around it.

    What only some kinds of steps need is made when the first of them runs.
    """

    triggers: TriggerStore
    workflows: WorkflowStore
    contacts: ContactStore
    endpoints: EndpointStore
    secrets: SecretBox
    sender: WebhookSender
    select: Select
    changes: "Callable[[], ChangePorts]"
    messages: "Callable[[], MessagePorts]"
    waiters: "Callable[[], WaiterStore]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a step's act came to; `final` if trying again cannot help.

    `outputs` are what later steps may refer to. A step that was `skipped` did nothing, and that
    is no failure.
    """

    error: str | None = None
    status_code: int | None = None
    duration: timedelta = timedelta()
    retry_after: timedelta = timedelta()
    final: bool = False
    outputs: Mapping[str, Any] = field(default_factory=dict)
    skipped: Reason | None = None

    @classmethod
    def failed(cls, error: str) -> "Outcome":
        """Fail in a way that no retry would change."""
        return cls(error=error, final=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One step about to act: for whom, in which run, and by what means."""

    id: str
    type: str
    execution: Execution
    trigger: Trigger
    now: datetime
    envelope: Envelope
    ports: StepPorts

    @property
    def effect(self) -> str:
        return effect_id(self.execution.id, self.id)

    def contact(self) -> Contact | None:
        known = self.execution.contact
        return self.ports.contacts.get(self.execution.team, known) if known else None

    def lead(self) -> "Lead | None":
        """Read the lead that the event is about, if it is about one."""
        named = loads(self.trigger.event.data).get("transaction_id")
        if not isinstance(named, str) or not named:
            return None
        return self.ports.changes().leads.get(self.execution.team, named)

    def context(self) -> "StepContext":
        from partner_events.usecases.step_context import step_context

        of = self.execution
        workflow = self.ports.workflows.version(of.team, of.workflow, of.version)
        return step_context(
            of,
            self.trigger,
            channel=self.type,
            now=self.now,
            vars=workflow.vars if workflow else {},
            contact=self.contact,
            lead=self.lead,
        )
