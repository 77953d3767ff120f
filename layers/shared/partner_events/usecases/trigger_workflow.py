"""Run one workflow for a contact or an audience, without an event it listens to (S-40)."""

from collections.abc import Callable
from datetime import datetime

from partner_events.directory_ports import ContactStore, WorkflowStore
from partner_events.domain.errors import Conflict, NotFound
from partner_events.domain.event import Event, JsonText
from partner_events.domain.idempotency import Idempotency
from partner_events.domain.ids import TeamId, TriggerId
from partner_events.domain.trigger import Trigger
from partner_events.domain.workflow import Workflow, WorkflowStatus
from partner_events.ports import Dispatcher, TriggerStore
from partner_events.usecases.accept_event import Accepted, accept_event, earlier_answer


def trigger_workflow(
    event: Event,
    *,
    workflow: Callable[[], Workflow],
    id: TriggerId,
    trigger_at: datetime | None,
    idempotency: Idempotency | None,
    answer: Callable[[Trigger, str], JsonText],
    now: datetime,
    contacts: ContactStore,
    triggers: TriggerStore,
    dispatcher: Dispatcher,
) -> Accepted:
    """Accept the request to run `workflow()` for the event's audience, or its contact.

    That one must exist; who is in an audience is found out when the trigger fires.

    Its filters apply as ever: the direct way round an event is no way round them. Raises
    `InvalidTriggerAt`, `NotFound`, `Conflict`, or what `accept_event` does.
    """
    earlier = earlier_answer(idempotency, now=now, triggers=triggers)
    if earlier is not None:
        return earlier
    trigger = Trigger.accept(
        event.of_workflow(workflow().key), id=id, now=now, trigger_at=trigger_at
    )
    if event.audience is None and not contacts.find(event.team, event.contact.identities):
        raise NotFound("Contact not found")
    return accept_event(
        trigger,
        idempotency=idempotency,
        answer=answer,
        now=now,
        triggers=triggers,
        dispatcher=dispatcher,
    )


def find_workflow(
    team: TeamId, *, key: str | None, name: str | None, workflows: WorkflowStore
) -> Workflow:
    """Find an active workflow by its key, or else by its name or key.

    Raises `NotFound`, or `Conflict` if it is not active or the name is that of several.
    """
    if key is not None:
        found = [workflows.get(team, key)]
    else:
        found = [each for each in workflows.all(team) if name in (each.name, each.key)]
    standing = [each for each in found if each is not None]
    if not standing:
        raise NotFound("Workflow not found")
    if len(standing) > 1:
        raise Conflict("Several workflows have this name: use workflow_id")
    if standing[0].status is not WorkflowStatus.ACTIVE:
        raise Conflict("Workflow is not active")
    return standing[0]
