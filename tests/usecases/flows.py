"""One workflow run for one event in memory, and what came of it."""

from datetime import timedelta

from partner_events.domain.ids import TriggerId
from tests.crash.world import START, TEAM, World


def tell(id, **more):
    return {"id": id, "type": "webhook", "url": f"https://{id}.example", **more}


def only(world, *steps, key="one", **more):
    """Leave the world with this one workflow."""
    for workflow in world.workflows.all(TEAM):
        world.workflows.delete(TEAM, workflow.key)
    world.put_workflow(key, steps, **more)
    return world


def run(*steps, failures=lambda _: 0, variables="{}", **more):
    world = only(World(failures=failures), *steps, **more)
    world.accept("t1", variables=variables)
    world.drain()
    return world


def the_execution(world, trigger="t1"):
    (execution,) = world.executions.of_trigger(TriggerId(trigger))
    return execution


def way(world):
    """Tell the way that the execution took: each step, how it ended, and why."""
    return [(each.step, each.status.value, each.reason) for each in the_execution(world).history]


def after_start(**time):
    return START + timedelta(**time)
