"""Lines: who stands right before and behind a place, as of now."""

from datetime import timedelta
from typing import Any

from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.endpoint import Format
from partner_events.domain.ids import DeliveryId, EndpointId
from partner_events.domain.messages import DeliverWebhook
from tests.ports.examples import NOW, a_delivery, a_position, an_attempt
from tests.ports.stores import Stores


def a_place(n: int, **given: Any) -> DeliverWebhook:
    delivery = a_delivery(
        id=DeliveryId(f"dlv_{n}"), position=a_position(NOW + timedelta(hours=n)), line="ada"
    )
    return DeliverWebhook.of(delivery, **given)


def test_they_stand_by_their_positions_in_whatever_order_they_come(stores: Stores) -> None:
    one, two, three = a_place(1), a_place(2, format=Format.COMPANY), a_place(3)
    stores.lines.enter([three, one], now=NOW)
    stores.lines.enter([two], now=NOW)

    assert [stores.lines.before(each) for each in (one, two, three)] == [None, one, two]
    assert [stores.lines.after(each) for each in (one, two, three)] == [two, three, None]


def test_a_place_need_not_be_taken_to_ask_about_it(stores: Stores) -> None:
    stores.lines.enter([a_place(1), a_place(3)], now=NOW)

    assert stores.lines.before(a_place(2)) == a_place(1)
    assert stores.lines.after(a_place(2)) == a_place(3)


def test_who_has_left_is_not_there_and_may_leave_again(stores: Stores) -> None:
    stores.lines.enter([a_place(1), a_place(2)], now=NOW)
    stores.lines.leave(a_place(1))
    stores.lines.leave(a_place(1))

    assert stores.lines.before(a_place(2)) is None


def test_lines_of_other_keys_and_endpoints_are_others(stores: Stores) -> None:
    others = [a_place(1, line="bob"), a_place(1, endpoint=EndpointId("ep_2"))]
    stores.lines.enter([*others, a_place(2)], now=NOW)

    assert stores.lines.before(a_place(2)) is None
    assert stores.lines.after(a_place(0)) == a_place(2)


def test_who_entered_for_a_later_round_is_not_taken_out_for_an_earlier_one(stores: Stores) -> None:
    later = a_place(1, round="r2")
    stores.lines.enter([a_place(1)], now=NOW)
    stores.lines.enter([later], now=NOW)
    stores.lines.enter([a_place(1, round="r1")], now=NOW)
    stores.lines.leave(a_place(1, round="r1"))
    stays = stores.lines.before(a_place(2))
    stores.lines.leave(a_place(1, round="r3"))

    assert stays == later
    assert stores.lines.before(a_place(2)) is None


def test_the_record_of_a_delivery_says_whether_others_wait_for_it(stores: Stores) -> None:
    waits = a_delivery(line="ada", in_line=True)
    stores.deliveries.save(waits, standing=None)
    read = stores.deliveries.get(waits.id)
    delivered = waits.after(an_attempt(), now=NOW, luck=0.5)
    stores.deliveries.save(delivered, standing=waits)

    assert read == waits
    assert stores.deliveries.get(waits.id) == delivered
    assert (delivered.status, delivered.in_line) == (DeliveryStatus.DELIVERED, False)
