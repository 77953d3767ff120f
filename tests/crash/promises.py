"""What holds of every simulated world once it has come to rest."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from partner_events.domain.endpoint import OPERATIONAL
from partner_events.domain.execution import Execution, ExecutionStatus, StepStatus
from partner_events.domain.trigger import Status, Trigger
from tests.crash.drawn_flows import WAITS
from tests.crash.simulation import Simulation

type Broken = Iterator[str]


@dataclass(frozen=True, slots=True)
class BrokenPromise(Exception):
    seed: int
    what: str

    def __str__(self) -> str:
        return f"seed {self.seed}: {self.what} (again: make simulate SEED={self.seed})"


def simulate(seed: int) -> Simulation:
    """Run the world of this seed; raise `BrokenPromise` for the first one that it broke."""
    world = Simulation(seed)
    for broken in broken_by(world):
        raise BrokenPromise(seed, broken)
    return world


def broken_by(world: Simulation) -> Broken:
    """Run a world, and tell what of all this did not hold."""
    try:
        world.run()
    except Exception as error:
        yield repr(error)
    for promise in PROMISES:
        yield from promise(world)


def nothing_is_stuck(world: Simulation) -> Broken:
    for trigger in _triggers(world):
        if not trigger.is_over:
            yield f"trigger {trigger.id} is {trigger.state}"
        if world.is_patient and trigger.status is Status.FAILED:
            yield f"trigger {trigger.id} failed: {trigger.failure}"
    for execution in world.begun():
        if not execution.is_over:
            yield f"execution {execution.id} is {execution.status} at {execution.step}"
    for delivery in world.deliveries.deliveries.values():
        if not delivery.rests:
            yield f"delivery {delivery.id} is {delivery.status}"
    if world.is_patient and world.queue.dead:
        yield f"given up on: {world.queue.dead}"


def the_summary_is_exact(world: Simulation) -> Broken:
    for trigger in _triggers(world):
        mine = [each for each in world.begun() if each.trigger == trigger.id]
        found = Counter(each.status for each in mine)
        counted = Counter(
            {
                ExecutionStatus.COMPLETED: trigger.sent,
                ExecutionStatus.FAILED: trigger.failed,
                ExecutionStatus.CANCELLED: trigger.cancelled,
            }
        )
        if found != counted:
            yield f"trigger {trigger.id} counts {counted}, and there are {found}"
        planned = {each.id for each in trigger.plan.executions} if trigger.plan else set()
        begun = {each.id for each in mine}
        if begun != planned and (begun - planned or trigger.status is not Status.FAILED):
            yield f"trigger {trigger.id} planned {planned}, and there are {begun}"


def nobody_is_written_to_twice(world: Simulation) -> Broken:
    sent = Counter([each.subject for each in world.mails.sent])
    sent.update(each.text for each in world.texts.sent)
    for text, times in sent.items():
        if times > 1:
            yield f"{text!r} was sent {times} times"
    for execution in world.begun():
        for step in _completed(execution, "email", "sms"):
            text = f"{step} {_said_by(world, execution)}"
            if not sent[text]:
                yield f"{text!r} was not sent, and says it was"


def no_webhook_follows_its_success(world: Simulation) -> Broken:
    for webhook_id in world.sent_after_success:
        yield f"webhook {webhook_id} was sent after its recorded success"
    taken = {id for _, id, _, was_taken in world.receivers.seen if was_taken}
    if not world.completed_effects() <= taken:
        yield f"webhooks {world.completed_effects() - taken} say that they were taken"


def the_lead_is_changed_once_by_each(world: Simulation) -> Broken:
    """A step that made its change can be kept from saying so only by an end from outside."""
    lead = world.leads.get("team", "txn_1")
    assert lead is not None
    executions = world.begun()
    said = sum(len([*_completed(each, "update_lead")]) for each in executions)
    kinds = {each["key"]: _steps_of(each, "update_lead") for each in world.definitions}
    most = sum(kinds[each.workflow] for each in executions)
    if not said <= lead.cost <= most:
        yield f"the lead was changed {lead.cost} times by {said} to {most} steps"


def emitted_events_are_there_once(world: Simulation) -> Broken:
    said = Counter(each.event.variables for each in _triggers(world) if each.event.depth)
    for variables, times in said.items():
        if times > 1:
            yield f"the event with {variables} was made {times} times"
    for execution in world.begun():
        for step in _completed(execution, "emit_event"):
            if execution.outputs[step]["event_id"] not in world.triggers._rows.triggers:
                yield f"{step} of {execution.id} made no event"


def waits_are_not_cut_short(world: Simulation) -> Broken:
    spans = {
        step["id"]: WAITS[step["for"]]
        for each in world.definitions
        for step in each["steps"]
        if "for" in step
    }
    for execution in world.begun():
        came = execution.started_at
        for made in execution.history:
            assert came is not None
            if (
                made.reason == "elapsed"
                and made.step in spans
                and made.at - came < spans[made.step]
            ):
                yield f"{made.step} of {execution.id} waited {made.at - came}"
            came = made.at


def everybody_heard_of_everything(world: Simulation) -> Broken:
    if not world.is_patient:
        return
    logged = {each.id for each in world.log.events}
    fired = {each.id for each in _triggers(world) if each.status is not Status.CANCELLED}
    if not fired <= logged:
        yield f"events {fired - logged} are not in the log"
    heard = {each.event for each in world.deliveries.deliveries.values() if each.is_over}
    meant = {each.id for each in world.log.events if each.name not in OPERATIONAL}
    if heard != meant:
        yield f"not everybody heard of {heard ^ meant}"
    if not {*world.told} <= world.triggers._rows.triggers.keys():
        yield "an event that was accepted is gone"


def once_per_contact_is_once(world: Simulation) -> Broken:
    once = {each["key"] for each in world.definitions if "frequency" in each.get("entry", {})}
    runs = Counter((each.workflow, each.contact) for each in world.begun())
    for (workflow, contact), times in runs.items():
        if workflow in once and times > 1:
            yield f"{workflow} ran {times} times for {contact}"


PROMISES: tuple[Callable[[Simulation], Broken], ...] = (
    nothing_is_stuck,
    the_summary_is_exact,
    nobody_is_written_to_twice,
    no_webhook_follows_its_success,
    the_lead_is_changed_once_by_each,
    emitted_events_are_there_once,
    waits_are_not_cut_short,
    everybody_heard_of_everything,
    once_per_contact_is_once,
)


def _triggers(world: Simulation) -> list[Trigger]:
    found = [world.triggers.get(id) for id in world.triggers._rows.triggers]
    return [each for each in found if each is not None]


def _completed(execution: Execution, *types: str) -> Iterator[str]:
    for made in execution.history:
        if made.status is StepStatus.COMPLETED and made.type in types:
            yield made.step


def _steps_of(definition: dict, type: str) -> int:
    return sum(each["type"] == type for each in definition["steps"])


def _said_by(world: Simulation, execution: Execution) -> str:
    trigger = world.triggers.get(execution.trigger)
    assert trigger is not None
    return str(json.loads(trigger.event.variables)["n"])
