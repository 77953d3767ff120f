"""Send one page of a replay: read it, send its messages, turn the page, send for the next.

Messages go out before the page is turned, so that a worker that dies in between sends them
again; they are of one round, and whoever delivers does that once. What turns the page is a
conditional write, so that every delivery is counted once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from partner_events.delivery_ports import DeliveryList, Lines, ReplayStore
from partner_events.directory_ports import EndpointStore, TeamStore
from partner_events.domain.delivery import Delivery, DeliveryStatus, Failure
from partner_events.domain.endpoint import Endpoint
from partner_events.domain.errors import TryLater
from partner_events.domain.event_filter import EventFilter
from partner_events.domain.ids import Position, delivery_id, first_position
from partner_events.domain.log import LoggedEvent
from partner_events.domain.messages import DeliverWebhook, RunReplay
from partner_events.domain.ordering import RECORDED_BY_THEN
from partner_events.domain.replay import Replay, ReplayKind
from partner_events.domain.trigger import ORPHANED_AFTER
from partner_events.ports import AlreadyThere, DeliveryStore, Dispatcher, EventLog
from partner_events.usecases.hear_event import hears_logged, line_of_logged
from partner_events.usecases.list_events import list_events

PAGE = 100  # deliveries
LOOKED_AT = 1_000  # entries of the list, for one page
PER_SECOND = 100  # what one replay sends at most; less, if the endpoint takes less
SECOND = timedelta(seconds=1)
LONGEST_PUT_BACK = timedelta(seconds=8)
ALL = EventFilter([], {})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPorts:
    """What replaying needs."""

    replays: ReplayStore
    lines: Lines
    deliveries: DeliveryStore
    delivery_list: DeliveryList
    endpoints: EndpointStore
    teams: TeamStore
    log: EventLog
    dispatcher: Dispatcher
    page_size: int = PAGE


@dataclass(frozen=True, slots=True)
class Page:
    """`found` are the deliveries that match; some may never have been recorded."""

    found: Sequence[Delivery]
    cursor: str | None


def run_replay(
    message: RunReplay, *, received: int, now: datetime, ports: ReplayPorts
) -> Replay | None:
    """Do the page that the message names; return the replay if this call turned the page.

    Raises `TryLater` while the record may still be on its way.
    """
    if message.due_at and now < message.due_at:
        ports.dispatcher.send(message, now=now)
        return None
    replay = ports.replays.get(message.replay)
    if replay is None:
        _wait_for_record(message, received, now)
        return None
    if not replay.is_running:
        return None
    if message.page < replay.page:
        if received > 1:
            _send_next(replay, message, sent=0, now=now, ports=ports)
        return None
    endpoint = ports.endpoints.get(replay.team, replay.endpoint)
    page = read_page(replay, endpoint, now=now, ports=ports)
    sent = _act(replay, page.found, now=now, ports=ports)
    turned = replay.advanced(matched=len(page.found), sent=sent, cursor=page.cursor, now=now)
    try:
        ports.replays.save(turned, previous=replay)
    except AlreadyThere as error:  # cancelled, another copy's, or our own whose answer was lost
        raise TryLater("The page was turned already", after=SECOND) from error
    if turned.is_running:
        _send_next(turned, message, sent=sent, now=now, ports=ports, endpoint=endpoint)
    return turned


def read_page(
    replay: Replay, endpoint: Endpoint | None, *, now: datetime, ports: ReplayPorts
) -> Page:
    """Find the next deliveries to send, oldest first; none, if the endpoint was deleted."""
    if endpoint is None and replay.kind is not ReplayKind.DISCARD:
        return Page([], None)
    if replay.reads_the_log and endpoint is not None:
        return _page_of_log(replay, endpoint, now, ports)
    return _page_of_list(replay, ports)


def _page_of_list(replay: Replay, ports: ReplayPorts) -> Page:
    ids, cursor = [], None
    walk = ports.delivery_list.walk(
        [replay.endpoint],
        since=replay.since,
        until=replay.until,
        held=_held(replay),
        newest_first=False,
        cursor=replay.cursor,
        at_once=ports.page_size,
    )
    for looked_at, (listed, place) in enumerate(walk, start=1):
        if listed.status in replay.statuses and replay.wants_type(listed.event_type):
            ids.append(listed.id)
        if len(ids) == ports.page_size or looked_at == LOOKED_AT:
            cursor = place
            break
    found = ports.deliveries.get_all(ids)
    return Page([each for each in found if _wanted(replay, each)], cursor)


def _page_of_log(replay: Replay, endpoint: Endpoint, now: datetime, ports: ReplayPorts) -> Page:
    team = ports.teams.get(replay.team)
    if team is None:
        return Page([], None)
    start, end = first_position(replay.since), first_position(replay.until)
    after = max(start, Position(replay.cursor or start))
    reading = list_events(
        ALL, team=team, after=after, limit=ports.page_size, now=now, log=ports.log
    )
    events = [
        event
        for event in reading.events
        if event.position < end and replay.wants_type(event.name) and hears_logged(endpoint, event)
    ]
    ids = [delivery_id(event.team, event.id, endpoint.id) for event in events]
    known = {each.id: each for each in ports.deliveries.get_all(ids)}
    found = [known.get(each.id, each) for each in (_untold(event, endpoint) for event in events)]
    more = reading.more and reading.place < end
    wanted = [each for each in found if _wanted(replay, each)]
    return Page(wanted, reading.place if more else None)


def _untold(event: LoggedEvent, endpoint: Endpoint) -> Delivery:
    return Delivery(
        id=delivery_id(event.team, event.id, endpoint.id),
        team=event.team,
        endpoint=endpoint.id,
        event=event.id,
        event_type=event.name,
        position=event.position,
        shard=event.shard,
        format=endpoint.format,
        created_at=event.occurred_at,
        line=line_of_logged(endpoint, event),
    )


def _held(replay: Replay) -> bool | None:
    held = DeliveryStatus.HELD in replay.statuses
    return None if held and len(replay.statuses) > 1 else held


def _wanted(replay: Replay, delivery: Delivery) -> bool:
    """Look again at what the list said, which may be a moment old."""
    if delivery.team != replay.team or delivery.test:
        return False
    return delivery.status in replay.statuses or delivery.round == replay.round


def _act(replay: Replay, found: Sequence[Delivery], *, now: datetime, ports: ReplayPorts) -> int:
    if replay.dry_run:
        return 0
    if replay.kind is ReplayKind.DISCARD:
        return sum(_discard(each, now, ports) for each in found)
    messages = [again(each, replay) for each in found]
    ports.lines.enter([each for each in messages if each.line], now=now)
    ports.dispatcher.send_all(messages, now=now)
    return len(found)


def _discard(delivery: Delivery, now: datetime, ports: ReplayPorts) -> bool:
    from partner_events.usecases.send_settlement import send_settlement  # only the worker settles

    if delivery.in_line:
        freeing = DeliverWebhook.of(delivery, due_at=now + RECORDED_BY_THEN)
        ports.dispatcher.send(freeing, now=now)
    discarded = delivery.given_up(Failure.DISCARDED)
    send_settlement(discarded, now=now, dispatcher=ports.dispatcher)
    try:
        ports.deliveries.save(discarded, standing=delivery)
    except AlreadyThere:  # it is no longer held as it was
        return False
    return True


def again(delivery: Delivery, replay: Replay) -> DeliverWebhook:
    return DeliverWebhook.of(delivery, attempt=1, round=replay.round, again=replay.again)


def _send_next(
    replay: Replay,
    message: RunReplay,
    *,
    sent: int,
    now: datetime,
    ports: ReplayPorts,
    endpoint: Endpoint | None = None,
) -> None:
    """Ask for the next page, when what this one sent may have been taken."""
    taken = (endpoint.rate_per_second if endpoint else None) or PER_SECOND
    sends = sent if replay.kind is not ReplayKind.DISCARD else 0
    due_at = now + SECOND * sends / min(taken, PER_SECOND)
    following = replace(message, page=replay.page, due_at=due_at if sends else None)
    ports.dispatcher.send(following, now=now)


def _wait_for_record(message: RunReplay, received: int, now: datetime) -> None:
    if now - message.accepted_at > ORPHANED_AFTER:
        return  # its request failed, and promised nothing
    wait = min(timedelta(seconds=2 ** (received - 1)), LONGEST_PUT_BACK)
    raise TryLater("The replay's record is not there yet", after=wait)
