"""Decide for one trigger which workflows run, by all that keeps some of them from running."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from partner_events.domain.contact import Contact
from partner_events.domain.execution import Execution
from partner_events.domain.ids import TeamId
from partner_events.domain.messages import EndExecution
from partner_events.domain.trigger import Reason, Trigger
from partner_events.domain.workflow import Workflow
from partner_events.jsontext import loads
from partner_events.ports import ExecutionStore, TriggerStore
from partner_events.postback_ports import LeadStore
from partner_events.usecases.match_workflow import filter_reason

if TYPE_CHECKING:
    from partner_events.domain.admission import ExecutionRef
    from partner_events.domain.lead import Lead
    from partner_events.flow_ports import AdmissionStore, WaiterStore

RESTARTED = "restarted"  # why an execution was cancelled: another took its place


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPorts:
    """What matching needs of workflows with rules or limits; others ask for none of it."""

    triggers: TriggerStore
    executions: ExecutionStore
    leads: LeadStore
    admissions: "AdmissionStore"
    waiters: "WaiterStore"


class Matcher:
    """`ended` are the messages that end those in whose place others run; they go out last."""

    def __init__(self, trigger: Trigger, *, now: datetime, ports: Callable[[], MatchPorts]) -> None:
        self.ended: list[EndExecution] = []
        self._trigger = trigger
        self._now = now
        self._ports = ports

    def reason(
        self,
        workflow: Workflow,
        execution: Execution,
        contact: Contact | None,
        segments: frozenset[str],
    ) -> Reason | None:
        """Name what keeps this execution from being begun, or count it and return None."""
        reason = filter_reason(
            workflow, self._trigger, contact, segments, now=self._now, lead=self._lead
        )
        if reason is not None or not workflow.limits_itself:
            return reason
        return self._admitted(workflow, execution, contact)

    def _admitted(
        self, workflow: Workflow, execution: Execution, contact: Contact | None
    ) -> Reason | None:
        from partner_events.usecases.admit_execution import admit_execution  # few have limits
        from partner_events.usecases.step_context import matching_context

        ports = self._ports()
        admission = admit_execution(
            workflow,
            execution,
            matching_context(
                self._trigger, workflow, now=self._now, contact=contact, lead=self._lead
            ),
            now=self._now,
            admissions=ports.admissions,
            executions=ports.executions,
            triggers=ports.triggers,
        )
        if admission.replaces is not None:
            self.ended.append(_end(admission.replaces, workflow.team))
        return admission.reason

    def _lead(self) -> "Lead | None":
        id = loads(self._trigger.event.data).get("transaction_id")
        if not isinstance(id, str) or not id:
            return None
        return self._ports().leads.get(self._trigger.event.team, id)


def _end(ref: "ExecutionRef", team: TeamId) -> EndExecution:
    return EndExecution(
        team=team,
        trigger=ref.trigger,
        execution=ref.execution,
        page=ref.page,
        reason=RESTARTED,
    )
