"""Whether a workflow runs for an event and a contact, by what it says of both (S-28).

The checks stand in the order in which they are named to whoever asks why: the rule at the
trigger, sources, tags, segments, the rule of the filters. How often it may run comes last
(see `admit_execution`), so that nothing is counted for who is kept out anyway.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from partner_events.domain.contact import Contact
from partner_events.domain.trigger import Reason, Trigger
from partner_events.domain.workflow import Workflow
from partner_events.jsontext import loads

if TYPE_CHECKING:
    from partner_events.domain.lead import Lead
    from partner_events.usecases.step_context import StepContext

type FindLead = Callable[[], "Lead | None"]


def filter_reason(
    workflow: Workflow,
    trigger: Trigger,
    contact: Contact | None,
    segments: frozenset[str],
    *,
    now: datetime,
    lead: FindLead,
) -> Reason | None:
    """Name what keeps the workflow from running, or None. `segments` are those of the contact."""

    def context() -> "StepContext":
        from partner_events.usecases.step_context import matching_context  # few have rules

        return matching_context(trigger, workflow, now=now, contact=contact, lead=lead)

    asked_for = trigger.event.workflow is not None  # the direct route names no event
    ways = [each for each in workflow.triggers if each.names(trigger.event.name)]
    if not asked_for and all(each.condition for each in ways):
        known = context()
        if not any(each.condition.holds(known) for each in ways if each.condition):
            return Reason.TRIGGER_CONDITION
    if not workflow.filters.sources.admits(_sources(workflow, trigger)):
        return Reason.SOURCES
    reason = workflow.filter_reason(contact.tags if contact else frozenset(), segments)
    if reason is not None:
        return reason
    rule = workflow.filters.condition
    return Reason.CONDITION if rule is not None and not rule.holds(context()) else None


def _sources(workflow: Workflow, trigger: Trigger) -> frozenset[str]:
    """Name where the event came from: its source's type, and the source of a postback (pid)."""
    if not workflow.filters.sources.names:
        return frozenset()
    event = trigger.event
    said: list[Any] = [loads(event.source).get("type"), loads(event.data).get("pid")]
    return frozenset(each for each in said if isinstance(each, str))
