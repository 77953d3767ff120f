"""What a message of a delivery that is over does: nothing."""

from partner_events.domain.messages import DeliverWebhook
from tests.crash.world import TEAM, World, duplicated


def test_a_delivery_that_was_given_up_unsent_is_not_begun_again_by_a_copy():
    world = World()
    endpoints = world.endpoints.all(TEAM)
    world.accept("t1")
    world.hand_out(world.queue.waiting[0])
    copies = [each.message for each in world.queue.waiting]
    for endpoint in endpoints:
        world.endpoints.delete(TEAM, endpoint.id)
    world.drain()
    for endpoint in endpoints:
        world.endpoints.add(endpoint)
    for message in copies:
        if isinstance(message, DeliverWebhook):
            duplicated(world, message)
    world.drain()

    assert not [each for each in world.receivers.seen if each[1].startswith("dlv_")]
    assert {each.failure for each in world.deliveries.deliveries.values()} == {"endpoint_deleted"}
