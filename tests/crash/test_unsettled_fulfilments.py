"""Kill the worker at every call while a fulfilment's delivery is let go: its payout hears of it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from partner_events.domain.delivery import Delivery, Failure
from partner_events.domain.ids import DeliveryId, EndpointId, ReplayId
from partner_events.domain.messages import DeliverWebhook
from partner_events.usecases.deliver_webhook import pending
from partner_events.usecases.give_up import give_up
from partner_events.usecases.order_replay import discard_held
from tests.crash.world import START, TEAM, Died, World
from tests.ports.examples import T1, a_position

ONE = EndpointId("ep_one")
ID = DeliveryId("dlv_fulfilment")
MESSAGE = DeliverWebhook(
    team=TEAM,
    delivery=ID,
    endpoint=ONE,
    event=T1,
    event_type="fulfilment_pending",
    position=a_position(),
    shard=0,
    occurred_at=START,
)


def discarded(world: World) -> None:
    """Its owner lets go of what was held."""
    held = pending(MESSAGE).held(Failure.DISABLED)
    world.deliveries.save(held, standing=None)
    world.now = START + timedelta(minutes=1)
    id = ReplayId(f"rpl_{world.new_id()}")
    for _ in range(3):
        with suppress(Died):
            discard_held(ONE, id=id, team=TEAM, now=world.now, ports=world.replay_ports())
            break
    world.drain()


def buried(world: World) -> None:
    """Its message failed every time; the watcher of dead letters is handed it until it is done."""
    for _ in range(3):
        with suppress(Died):
            give_up(
                MESSAGE,
                now=world.now,
                triggers=world.triggers,
                executions=world.executions,
                deliveries=world.faulty(world.deliveries),
                replays=world.replays,
                dispatcher=world.faulty(world.queue),
            )
            break
    world.drain()


def points(act: Callable[[World], None]) -> list[tuple[Callable[[World], None], int]]:
    world = World()
    act(world)
    return [(act, point) for point in range(world.faults.passed + 1)]


@pytest.mark.parametrize(("act", "point"), [*points(discarded), *points(buried)])
def test_a_fulfilment_whose_delivery_is_let_go_has_issues_wherever_it_dies_d_44(act, point):
    world = World()
    world.faults._dies = lambda passed: passed == point
    act(world)
    delivery: Delivery = world.deliveries.deliveries[ID]

    assert delivery.failure in (Failure.DISCARDED, Failure.INTERNAL)
    assert {(each.delivery, each.fulfilled) for each in world.settlements} == {(ID, False)}
