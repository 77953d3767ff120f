"""Triggers and their executions in memory: two stores over the rows that they share."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from partner_events.domain.execution import CANCELLED, Execution, ExecutionStatus
from partner_events.domain.idempotency import Claim
from partner_events.domain.ids import ExecutionId, Position, TriggerId
from partner_events.domain.messages import RunStep
from partner_events.domain.trigger import AudiencePage, Plan, Status, Trigger
from partner_events.ports import AlreadyThere, ClaimTaken, EffectDone, Placed

RUNS = (Status.SCHEDULED, Status.QUEUED, Status.PROCESSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlan:
    """A plan, and the counters of those of its executions that are over."""

    plan: Plan
    finished_at: datetime
    sent: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def left(self) -> int:
        return self.plan.running - self.sent - self.failed - self.cancelled

    def counted(self, over: Execution) -> "KeptPlan":
        sent = self.sent + (over.status is ExecutionStatus.COMPLETED)
        failed = self.failed + (over.status is ExecutionStatus.FAILED)
        cancelled = self.cancelled + (over.status is ExecutionStatus.CANCELLED)
        finished_at = over.finished_at or self.finished_at
        return replace(self, sent=sent, failed=failed, cancelled=cancelled, finished_at=finished_at)


@dataclass(slots=True)
class InMemoryTriggers:
    """The rows behind both stores."""

    triggers: dict[TriggerId, Trigger] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    plans: dict[TriggerId, KeptPlan] = field(default_factory=dict)
    executions: dict[tuple[TriggerId, ExecutionId], Execution] = field(default_factory=dict)
    counted: set[ExecutionId] = field(default_factory=set)
    emitted: Counter[TriggerId] = field(default_factory=Counter)
    pages: dict[tuple[TriggerId, int], AudiencePage] = field(default_factory=dict)

    effects: set[str] = field(default_factory=set)

    def refuse(self, effects: Sequence[str]) -> None:
        done = next((each for each in effects if each in self.effects), None)
        if done is not None:
            raise EffectDone(done)

    def add_new(self, told: Sequence[Trigger], effects: Sequence[str] = ()) -> None:
        """Keep events and effects that another store commits with what they tell of."""
        self.effects.update(effects)
        assert not self.triggers.keys() & {each.id for each in told}
        self.triggers.update({each.id: each for each in told})


class InMemoryTriggerStore:
    def __init__(self, rows: InMemoryTriggers) -> None:
        self._rows = rows

    def add(self, trigger: Trigger, *, claim: Claim | None = None, now: datetime) -> None:
        if claim is None:
            self._rows.triggers.setdefault(trigger.id, trigger)
            return
        standing = self.find_claim(claim.name, now=now)
        if standing:
            raise ClaimTaken(standing)
        if trigger.id in self._rows.triggers:
            raise AlreadyThere(trigger.id)
        self._rows.claims[claim.name] = claim
        self._rows.triggers[trigger.id] = trigger

    def emit(self, trigger: Trigger, *, root: TriggerId, most: int, now: datetime) -> bool:  # noqa: ARG002
        if trigger.id in self._rows.triggers:
            return True
        if self._rows.emitted[root] >= most:
            return False
        self._rows.emitted[root] += 1
        self._rows.triggers[trigger.id] = trigger
        return True

    def find_claim(self, name: str, *, now: datetime) -> Claim | None:
        claim = self._rows.claims.get(name)
        return claim if claim and now < claim.expires_at else None

    def get(self, id: TriggerId, *, counted: bool = True) -> Trigger | None:  # noqa: ARG002
        trigger, kept = self._rows.triggers.get(id), self._rows.plans.get(id)
        if trigger is None or kept is None:
            return trigger
        return replace(
            trigger,
            plan=kept.plan,
            sent=kept.sent,
            failed=kept.failed,
            cancelled=kept.cancelled,
            finished_at=trigger.finished_at or kept.finished_at,
        )

    def start(
        self, id: TriggerId, *, now: datetime, position: Position, number: int
    ) -> Trigger | None:
        trigger = self._rows.triggers.get(id)
        if trigger is None or trigger.status not in RUNS:
            return trigger
        if trigger.due_at and now < trigger.due_at:
            return trigger
        started = replace(
            trigger,
            status=Status.PROCESSING,
            started_at=trigger.started_at or now,
            position=trigger.position or position,
            number=trigger.number or number,
        )
        self._rows.triggers[id] = started
        return started

    def move(self, id: TriggerId, *, old: Position, new: Position) -> Position:
        trigger = self._rows.triggers[id]
        assert trigger.position is not None
        if trigger.position != old:
            return trigger.position
        self._rows.triggers[id] = replace(trigger, position=new)
        return new

    def plan(self, id: TriggerId, plan: Plan, *, now: datetime) -> Plan:
        return self._rows.plans.setdefault(id, KeptPlan(plan=plan, finished_at=now)).plan

    def keep(self, id: TriggerId, *, until: datetime, page: int | None = None) -> None:
        """Nothing is ever forgotten here."""

    def fail(self, id: TriggerId, *, reason: str, now: datetime) -> bool:
        trigger = self._rows.triggers.get(id)
        if trigger is None or trigger.status not in RUNS:
            return False
        self._rows.triggers[id] = replace(
            trigger, status=Status.FAILED, failure=reason, finished_at=now
        )
        return True

    def cancel(self, id: TriggerId, *, now: datetime) -> bool:
        trigger, kept = self._rows.triggers.get(id), self._rows.plans.get(id)
        if trigger is None or trigger.status not in RUNS:
            return False
        if trigger.status is Status.PROCESSING and not (
            kept and (kept.left or not kept.plan.is_whole)
        ):
            return False
        self._rows.triggers[id] = replace(trigger, status=Status.CANCELLED, finished_at=now)
        return True


class InMemoryAudienceStore:
    def __init__(self, rows: InMemoryTriggers) -> None:
        self._rows = rows

    def commit(
        self, trigger: TriggerId, page: AudiencePage, *, cursor: str | None, now: datetime
    ) -> bool:
        kept = self._rows.plans[trigger]
        walk = kept.plan.walk
        if walk is None or walk.is_over or walk.page != page.number:
            return False
        counted = Counter(walk.filtered) + Counter(reason for _, reason in page.filtered)
        moved = replace(
            walk,
            page=page.number + 1,
            cursor=cursor or walk.cursor,
            is_over=cursor is None,
            planned=walk.planned + len(page.contacts),
            filtered=dict(counted),
        )
        plan = replace(kept.plan, walk=moved)
        self._rows.plans[trigger] = replace(kept, plan=plan, finished_at=now)
        if not page.is_empty:
            self._rows.pages[trigger, page.number] = page
        return True

    def page_from(self, trigger: TriggerId, number: int) -> AudiencePage | None:
        later = [at for of, at in self._rows.pages if of == trigger and at >= number]
        return self._rows.pages[trigger, min(later)] if later else None


class InMemoryExecutionStore:
    def __init__(self, rows: InMemoryTriggers) -> None:
        self._rows = rows

    def claim(self, message: RunStep, *, now: datetime, until: datetime) -> Execution | None:
        execution = self.get(message) or (_begun(message) if message.first else None)
        if execution is None or not execution.stands_at(message.step, message.attempt):
            return None
        if execution.leased_until and now < execution.leased_until:
            return None
        leased = replace(
            execution,
            status=ExecutionStatus.RUNNING,
            leased_until=until,
            started_at=execution.started_at or now,
        )
        self._rows.executions[leased.trigger, leased.id] = leased
        return leased

    def get(self, message: Placed) -> Execution | None:
        return self._rows.executions.get((message.trigger, message.execution))

    def save(self, execution: Execution, *, claimed: Execution) -> None:
        key = (execution.trigger, execution.id)
        standing = self._rows.executions.get(key)
        if standing is None or _lease(standing) != _lease(claimed):
            raise AlreadyThere(execution.id)
        self._keep(replace(execution, leased_until=None))

    def fail(self, message: RunStep, *, reason: str, now: datetime) -> bool:
        execution = self.get(message) or _begun(message)
        self.count(execution)
        if not execution.stands_at(message.step, message.attempt):
            return False
        if message.trigger not in self._rows.plans:
            return False
        failed = replace(
            execution,
            status=ExecutionStatus.FAILED,
            failure=reason,
            finished_at=now,
            leased_until=None,
        )
        self._keep(failed)
        self.count(failed)
        return True

    def cancel(self, message: RunStep, *, now: datetime, reason: str = CANCELLED) -> bool:
        execution = self.get(message) or _begun(message)
        self.count(execution)
        leased = execution.leased_until and now < execution.leased_until
        if execution.is_over or leased or message.trigger not in self._rows.plans:
            return False
        cancelled = execution.cancelled(now=now, reason=reason)
        self._keep(cancelled)
        self.count(cancelled)
        return True

    def count(self, execution: Execution) -> None:
        is_new = execution.is_over and execution.id not in self._rows.counted
        if is_new and execution.page is not None:
            self._rows.counted.add(execution.id)
            kept = self._rows.plans[execution.trigger]
            self._rows.plans[execution.trigger] = kept.counted(execution)

    def replay(
        self, execution: Execution, *, most: int, claim: Claim | None, now: datetime
    ) -> bool:
        if (execution.trigger, execution.id) in self._rows.executions:
            return True
        kept = self._rows.plans[execution.trigger]
        if kept.plan.walk or len(kept.plan.executions) >= most:
            return False
        if claim is not None:
            standing = self._rows.claims.get(claim.name)
            if standing and now < standing.expires_at:
                raise ClaimTaken(standing)
            self._rows.claims[claim.name] = claim
        plan = replace(kept.plan, executions=(*kept.plan.executions, planned(execution)))
        self._rows.plans[execution.trigger] = replace(kept, plan=plan)
        self._rows.executions[execution.trigger, execution.id] = execution
        return True

    def of_trigger(self, trigger: TriggerId, *, page: int | None = None) -> Sequence[Execution]:
        begun = sorted(self._rows.executions.items())
        return [each for (of, _), each in begun if of == trigger and each.page == page]

    def _keep(self, execution: Execution) -> None:
        kept = self._rows.plans.get(execution.trigger)
        if execution.is_over and kept is None:
            raise AlreadyThere(execution.id)
        if execution.is_over and kept is not None and execution.page is None:
            self._rows.plans[execution.trigger] = kept.counted(execution)
        self._rows.executions[execution.trigger, execution.id] = execution


def planned(execution: Execution) -> Execution:
    """Leave what a plan keeps of an execution."""
    return Execution(
        id=execution.id,
        team=execution.team,
        trigger=execution.trigger,
        workflow=execution.workflow,
        version=execution.version,
        contact=execution.contact,
        step=execution.step,
        replay_of=execution.replay_of,
    )


def _begun(message: RunStep) -> Execution:
    return Execution(
        id=message.execution,
        team=message.team,
        trigger=message.trigger,
        workflow=message.workflow,
        version=message.version,
        contact=message.contact,
        step=message.step,
        page=message.page,
        place=message.place,
        attempt=message.attempt,
    )


def _lease(execution: Execution) -> tuple[datetime | None, str, int]:
    return execution.leased_until, execution.step, execution.attempt
