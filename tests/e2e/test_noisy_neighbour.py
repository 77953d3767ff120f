"""A team with a backlog for a dead endpoint delays nobody."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from statistics import median
from typing import Any

import pytest

from partner_events.domain.endpoint_health import ENOUGH
from partner_events.domain.ids import EndpointId, TeamId, TriggerId, delivery_id
from partner_events.domain.log import shard_of
from partner_events.domain.messages import DeliverWebhook
from partner_events_tools.local.console import say
from partner_events_tools.polling import wait_for
from tests.e2e.noise import latencies, pile_up, says_nothing

BACKLOG = 5_000
QUIET = 9
ROUNDS = 5
TRIES = 4
HOUR = timedelta(hours=1)
EVENT = "user_signup"
READY = "ApproximateNumberOfMessages"
WAITING = (READY, f"{READY}Delayed", f"{READY}NotVisible")
AT_ITS_WORK = 50  # messages that may be ready at a moment though all of them have been seen
SEEN_WITHIN = 150.0  # seconds, by an emulator that is one process


@pytest.fixture(scope="module")
def quiet(new_partner):
    partners = [new_partner() for _ in range(QUIET)]
    for each in partners:
        each.registers(EVENT)
        each.subscribes()
    latencies(partners, EVENT, rounds=1)  # which warms everything up
    return partners


@pytest.fixture
def queues(stack) -> list[str]:
    return [stack.outputs[name] for name in ("DeliveryQueueUrl", "RetryQueueUrl")]


@pytest.fixture
def backlog(stack, queues) -> Callable[..., int]:
    """Counts what waits for its delivery: what is ready, delayed or being worked on."""
    sqs = stack.client("sqs")

    def backlog(*kinds: str) -> int:
        counts = [
            sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[*(kinds or WAITING)])
            for url in queues
        ]
        return sum(int(n) for each in counts for n in each["Attributes"].values())

    return backlog


@pytest.fixture
def forget(stack, queues) -> Iterator[Callable[[], None]]:
    """Empties the queues of deliveries."""

    def forget() -> None:
        for url in queues:
            stack.client("sqs").purge_queue(QueueUrl=url)

    yield forget
    forget()


def test_a_backlog_for_a_dead_endpoint_delays_none_of_nine_quiet_teams(
    quiet, new_partner, parts, backlog, forget, capsys
):
    with says_nothing() as url:  # which holds a worker for as long as it is waited for
        message = fails_only(parts, new_partner(), url)
        normal = latencies(quiet, EVENT, rounds=ROUNDS)
        pile_up(parts, message, BACKLOG)
        arriving = latencies(quiet, EVENT, rounds=1)
        wait_for(lambda: backlog(READY) < AT_ITS_WORK, seconds=SEEN_WITHIN)
        before = backlog()
        beside = undisturbed(quiet, limit=2 * median(normal))
        after = backlog()
    forget()
    normal += latencies(quiet, EVENT, rounds=ROUNDS)
    ratio = median(beside) / median(normal)
    with capsys.disabled():
        say(
            f"\nBeside an endpoint that says nothing, accepted to delivered: {ms(normal)} "
            f"without its backlog, {ms(arriving)} while it arrives, {ms(beside)} while "
            f"{before} deliveries wait (then {after}): {ratio:.1f} times"
        )

    assert min(before, after) > BACKLOG * 0.9
    assert ratio <= 2


def undisturbed(quiet: list[Any], *, limit: float) -> list[float]:
    """Measure, and again if it took too long: what else this machine does comes and goes."""
    for _ in range(TRIES):
        measured = latencies(quiet, EVENT, rounds=ROUNDS)
        if median(measured) <= limit:
            break
    return measured


def fails_only(parts: Any, noisy: Any, url: str) -> DeliverWebhook:
    """Make an endpoint that has only failed for an hour; return one more delivery's message."""
    noisy.registers(EVENT)
    body = {"url": url, "event_types": [EVENT], "timeout_seconds": 3}
    endpoint = EndpointId(noisy.api.need("POST", "/webhooks/endpoints", body)["id"])
    trigger, *_ = [noisy.sends(EVENT) for _ in range(ENOUGH)]
    team = TeamId(noisy.api.team)
    assert wait_for(lambda: parts.health.get(team, endpoint).is_in_trouble, seconds=40)
    _date_back(parts, team, endpoint)
    accepted = parts.triggers.get(TriggerId(trigger))
    return DeliverWebhook(
        team=team,
        delivery=delivery_id(team, TriggerId("piled up"), endpoint),
        endpoint=endpoint,
        event=accepted.id,
        event_type=EVENT,
        position=accepted.position,
        shard=shard_of(accepted.position),
        occurred_at=accepted.occurred_at,
    )


def _date_back(parts: Any, team: TeamId, endpoint: EndpointId) -> None:
    known = parts.health.get(team, endpoint)
    since = known.failing_since - HOUR
    parts.health.save(
        replace(known, failing_since=since, version=known.version + 1), previous=known
    )


def ms(latencies: list[float]) -> str:
    return f"{1000 * median(latencies):.0f} ms (median of {len(latencies)})"
