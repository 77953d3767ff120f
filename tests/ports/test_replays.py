"""ReplayStore: a page is turned once, and an end is an end."""

from dataclasses import replace

import pytest

from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.ids import EndpointId, ReplayId
from partner_events.domain.replay import Replay, ReplayKind, ReplayStatus
from partner_events.ports import AlreadyThere
from tests.ports.examples import ACME, HOUR, NOW
from tests.ports.stores import Stores

NEW = Replay(
    id=ReplayId("rpl_1"),
    team=ACME,
    endpoint=EndpointId("ep_1"),
    kind=ReplayKind.REPLAY,
    since=NOW - HOUR,
    until=NOW,
    created_at=NOW,
    types=("order.*", "refund"),
    statuses=frozenset({DeliveryStatus.FAILED, DeliveryStatus.HELD}),
    dry_run=True,
)
SECOND_PAGE = NEW.advanced(matched=100, sent=99, cursor="c1", now=NOW)
OVER = SECOND_PAGE.advanced(matched=3, sent=3, cursor=None, now=NOW + HOUR)


@pytest.mark.parametrize("replay", [NEW, SECOND_PAGE, OVER], ids=["new", "second page", "over"])
def test_a_replay_is_read_as_it_was_stored(stores: Stores, replay: Replay) -> None:
    stores.replays.add(replay)
    stores.replays.add(replay)

    assert stores.replays.get(replay.id) == replay
    assert stores.replays.get(ReplayId("rpl_2")) is None


def test_a_page_is_turned_by_one_worker(stores: Stores) -> None:
    stores.replays.add(NEW)
    stores.replays.save(SECOND_PAGE, previous=NEW)
    with pytest.raises(AlreadyThere):
        stores.replays.save(replace(SECOND_PAGE, sent=0), previous=NEW)

    assert stores.replays.get(NEW.id) == SECOND_PAGE


@pytest.mark.parametrize("status", [ReplayStatus.CANCELLED, ReplayStatus.FAILED])
def test_a_replay_that_has_ended_goes_on_no_more(stores: Stores, status: ReplayStatus) -> None:
    ended = NEW.ended(status, now=NOW)
    stores.replays.add(NEW)
    stores.replays.save(ended, previous=NEW)
    with pytest.raises(AlreadyThere):
        stores.replays.save(SECOND_PAGE, previous=NEW)

    assert stores.replays.get(NEW.id) == ended


def test_the_last_page_completes_a_replay() -> None:
    assert (OVER.status, OVER.finished_at) == (ReplayStatus.COMPLETED, NOW + HOUR)
    assert (OVER.matched, OVER.sent, OVER.page) == (103, 102, 2)
