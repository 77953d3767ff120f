"""See how far a replay has come, or stop it before its next page."""

from datetime import datetime

from partner_events.delivery_ports import ReplayStore
from partner_events.domain.errors import Conflict, NotFound, Overtaken
from partner_events.domain.ids import ReplayId, TeamId
from partner_events.domain.replay import Replay, ReplayStatus
from partner_events.ports import AlreadyThere

TRIES = 4  # each lost race means that it has turned another page


def get_replay(id: ReplayId, *, team: TeamId, replays: ReplayStore) -> Replay:
    replay = replays.get(id)
    if replay is None or replay.team != team:
        raise NotFound("Replay not found")
    return replay


def cancel_replay(id: ReplayId, *, team: TeamId, now: datetime, replays: ReplayStore) -> Replay:
    """Stop a replay before its next page; what was sent is under way.

    Raises `NotFound`, or `Conflict` if it has come to another end.
    """
    for _ in range(TRIES):
        replay = get_replay(id, team=team, replays=replays)
        if replay.status is ReplayStatus.CANCELLED:
            return replay
        if not replay.is_running:
            raise Conflict(f"The replay has {replay.status} already")
        cancelled = replay.ended(ReplayStatus.CANCELLED, now=now)
        try:
            replays.save(cancelled, previous=replay)
        except AlreadyThere:
            continue  # it has turned the page meanwhile
        return cancelled
    raise Overtaken("The replay went on every time; try again")
