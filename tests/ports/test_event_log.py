"""EventLog: an event stands at its position, and nowhere else."""

import pytest

from partner_events.domain.event import JsonText
from partner_events.domain.ids import Position, TeamId, TriggerId
from tests.ports.examples import ACME, GLOBEX, HOUR, NOW, SECOND, a_logged_event, a_position
from tests.ports.stores import Stores


def test_an_event_is_read_as_it_was_logged(stores: Stores) -> None:
    stores.log.append(a_logged_event())

    assert stores.log.get(ACME, a_position(), 0) == a_logged_event()


@pytest.mark.parametrize("body", ['{"amount":99.00}', '{"text":"naïve \\u0001 😀"}'])
def test_every_attempt_sends_the_same_bytes_d_2(stores: Stores, body: str) -> None:
    stores.log.append(a_logged_event(body=JsonText(body)))
    event = stores.log.get(ACME, a_position(), 0)

    assert event is not None
    assert event.body == body


METADATA = JsonText('{"loan":{"amount":99.00}}')


@pytest.mark.parametrize("body", ['{"data":{"metadata":' + METADATA + "}}", '{"data":{}}'])
def test_metadata_is_kept_whether_the_body_tells_it_or_not_e_15(stores: Stores, body: str) -> None:
    event = a_logged_event(body=JsonText(body), metadata=METADATA)
    stores.log.append(event)

    assert stores.log.get(ACME, a_position(), 0) == event


def test_metadata_that_the_body_tells_is_not_stored_twice_e_15(stores: Stores) -> None:
    """Both together would be larger than a row can be."""
    metadata = JsonText('{"note":"' + "x" * 250_000 + '"}')
    event = a_logged_event(body=JsonText('{"metadata":' + metadata + "}"), metadata=metadata)
    stores.log.append(event)

    assert stores.log.get(ACME, a_position(), 0) == event


def test_an_event_that_is_logged_twice_is_there_once(stores: Stores) -> None:
    stores.log.append(a_logged_event())
    stores.log.append(a_logged_event())

    assert stores.logged() == 1


@pytest.mark.parametrize(
    ("team", "position", "shard"),
    [
        (GLOBEX, a_position(), 0),
        (ACME, a_position(NOW + SECOND), 0),
        (ACME, a_position(NOW + HOUR), 0),
        (ACME, a_position(), 1),
    ],
)
def test_an_event_is_nowhere_else(
    stores: Stores, team: TeamId, position: Position, shard: int
) -> None:
    stores.log.append(a_logged_event())

    assert stores.log.get(team, position, shard) is None


def read(stores: Stores, after: Position, before: Position, limit: int = 10) -> object:
    events, more = stores.log.read(ACME, 0, after=after, before=before, limit=limit)
    return [event.number for event in events], more


def test_the_log_is_read_on_in_order_between_two_places_d_45(stores: Stores) -> None:
    for number in (3, 1, 2, 0):
        stores.log.append(a_logged_event(NOW + number * SECOND, number=number))
    stores.log.append(a_logged_event(team=GLOBEX, number=9))
    stores.log.append(a_logged_event(shard=1, number=8))
    before, last = a_position(NOW - SECOND), a_position(NOW + 3 * SECOND)

    assert read(stores, before, a_position(NOW + 9 * SECOND)) == ([0, 1, 2, 3], False)
    assert read(stores, before, last) == ([0, 1, 2], False)
    assert read(stores, a_position(), last) == ([1, 2], False)
    assert read(stores, a_position(), last, limit=1) == ([1], True)
    assert read(stores, last, last) == ([], False)


def test_one_reading_stays_within_its_hour_d_45(stores: Stores) -> None:
    stores.log.append(a_logged_event(number=1))
    stores.log.append(a_logged_event(NOW + HOUR, number=2))
    later = a_position(NOW + 2 * HOUR)

    assert read(stores, a_position(NOW - SECOND), later) == ([1], False)
    assert read(stores, a_position(NOW + HOUR / 2), later) == ([2], False)


def test_a_reading_of_large_events_says_that_there_are_more_d_45(stores: Stores) -> None:
    body = JsonText('{"data":"' + "x" * 300_000 + '"}')
    for number in range(5):
        stores.log.append(a_logged_event(NOW + number * SECOND, number=number, body=body))
    place, found = a_position(NOW - SECOND), []
    more = True
    while more:
        end = a_position(NOW + HOUR)
        events, more = stores.log.read(ACME, 0, after=place, before=end, limit=10)
        found += [event.number for event in events]
        place = events[-1].position

    assert found == [0, 1, 2, 3, 4]


def test_events_at_different_positions_stand_beside_each_other(stores: Stores) -> None:
    first, second = a_logged_event(), a_logged_event(NOW + SECOND, id=TriggerId("t2"), number=8)
    stores.log.append(first)
    stores.log.append(second)

    assert stores.log.get(ACME, first.position, 0) == first
    assert stores.log.get(ACME, second.position, 0) == second
