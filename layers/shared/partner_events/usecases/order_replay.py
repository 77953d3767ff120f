"""Order a replay, a release or a discarding: message first, record second, answer last."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from partner_events.delivery_ports import HealthStore
from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.endpoint import Endpoint
from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import EndpointId, ReplayId, TeamId
from partner_events.domain.messages import RunReplay
from partner_events.domain.replay import UNDELIVERED, Replay, ReplayKind
from partner_events.usecases.endpoint_standing import refuse_at_rest
from partner_events.usecases.find_endpoint import find_endpoint
from partner_events.usecases.run_replay import ReplayPorts, read_page

COUNT_WITHIN = timedelta(seconds=4)  # of the request; what takes longer is counted behind it
ALL_THAT_IS_HELD = timedelta(days=120)  # more than the log and the deliveries are kept


def replay_deliveries(
    endpoint: EndpointId,
    *,
    id: ReplayId,
    team: TeamId,
    since: datetime,
    until: datetime | None,
    types: Sequence[str],
    statuses: Sequence[DeliveryStatus] | None,
    dry_run: bool,
    now: datetime,
    clock: Callable[[], datetime],
    health: HealthStore,
    ports: ReplayPorts,
) -> Replay:
    """Send again what happened in a window of time, or only count it.

    Raises `NotFound`, `InvalidInput`, or `Conflict` if the endpoint takes nothing now.
    """
    found = find_endpoint(endpoint, team=team, endpoints=ports.endpoints)
    replay = Replay(
        id=id,
        team=team,
        endpoint=endpoint,
        kind=ReplayKind.REPLAY,
        since=since,
        until=min(until or now, now),
        created_at=now,
        types=tuple(dict.fromkeys(types)),
        statuses=UNDELIVERED if statuses is None else frozenset(statuses),
        dry_run=dry_run,
    )
    if replay.since >= replay.until:
        raise InvalidInput("since must be before until, and in the past")
    if dry_run:
        return _counted(replay, found, now=now, clock=clock, ports=ports)
    refuse_at_rest(found, health)
    return _order(replay, now=now, ports=ports)


def release_held(
    endpoint: EndpointId,
    *,
    id: ReplayId,
    team: TeamId,
    now: datetime,
    health: HealthStore,
    ports: ReplayPorts,
) -> Replay:
    """Send all that is held. Raises `NotFound`, or `Conflict` if it would only be held again."""
    found = find_endpoint(endpoint, team=team, endpoints=ports.endpoints)
    refuse_at_rest(found, health)
    return _order(_of_held(ReplayKind.RELEASE, found, id, now), now=now, ports=ports)


def discard_held(
    endpoint: EndpointId, *, id: ReplayId, team: TeamId, now: datetime, ports: ReplayPorts
) -> Replay:
    """Give up all that is held. It can still be retried or replayed."""
    found = find_endpoint(endpoint, team=team, endpoints=ports.endpoints)
    return _order(_of_held(ReplayKind.DISCARD, found, id, now), now=now, ports=ports)


def _of_held(kind: ReplayKind, endpoint: Endpoint, id: ReplayId, now: datetime) -> Replay:
    return Replay(
        id=id,
        team=endpoint.team,
        endpoint=endpoint.id,
        kind=kind,
        since=now - ALL_THAT_IS_HELD,
        until=now,
        created_at=now,
        statuses=frozenset({DeliveryStatus.HELD}),
    )


def _counted(
    replay: Replay,
    endpoint: Endpoint,
    *,
    now: datetime,
    clock: Callable[[], datetime],
    ports: ReplayPorts,
) -> Replay:
    """Count in the request as far as its time goes; a worker counts on from there."""
    while replay.is_running and clock() < now + COUNT_WITHIN:
        page = read_page(replay, endpoint, now=now, ports=ports)
        replay = replay.advanced(matched=len(page.found), sent=0, cursor=page.cursor, now=clock())
    return _order(replay, now=now, ports=ports) if replay.is_running else _kept(replay, ports)


def _kept(replay: Replay, ports: ReplayPorts) -> Replay:
    ports.replays.add(replay)
    return replay


def _order(replay: Replay, *, now: datetime, ports: ReplayPorts) -> Replay:
    message = RunReplay(team=replay.team, replay=replay.id, page=replay.page, accepted_at=now)
    ports.dispatcher.send(message, now=now)
    return _kept(replay, ports)
