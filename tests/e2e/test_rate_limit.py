"""The plan's hour and the key's minute, counted by all environments together (D-7)."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.team import Plan
from partner_events_tools.local.api import Reply
from partner_events_tools.local.console import say
from partner_events_tools.local.resources import FUNCTION, physical_ids
from partner_events_tools.local.stack import STACK_NAME
from tests.e2e.crowd import at_once, environments

A_THOUSAND = 1_000
SIXTY = 60
TOO_MANY = 16
AT_ONCE = 8  # so many environments of a function share the limit
TRIES = 3
WAVE = 3 * AT_ONCE
WAVES = 60  # at most, until the last environment has spent what it leased


def burst(limit: int, ask: Callable[[], Reply]) -> list[Reply]:
    """Ask, several at once, until the limit is used up, and then some more.

    An environment refuses when others have leased all that is left. For those that still have
    some to be asked as well, there are then waves of more callers than environments.
    """
    replies: list[Reply] = []

    def keep_asking(_: int) -> None:
        while not refused(replies):
            replies.append(ask())

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(keep_asking, range(AT_ONCE)))
    for _ in range(WAVES):
        if len(accepted(replies)) >= limit:
            break
        replies += at_once(WAVE, lambda _: ask())
    return replies + [ask() for _ in range(TOO_MANY)]


def accepted(replies: list[Reply]) -> list[Reply]:
    return [reply for reply in replies if reply.status == 201]


def refused(replies: list[Reply]) -> list[Reply]:
    return [reply for reply in replies if reply.status == 429]


def within_one_window(run: Callable[[], list[Reply]]) -> list[Reply]:
    """The answers to a burst; where a new hour or minute began during it, to another burst."""
    for _ in range(TRIES):
        replies = run()
        if len({reply.headers["X-RateLimit-Reset"] for reply in replies}) == 1:
            return replies
    raise AssertionError("Every burst took longer than its window.")


def check(replies: list[Reply], *, limit: int, words: str) -> None:
    """Each of the limit's requests was given away once, and no other was (D-7)."""
    left = [int(each.headers["X-RateLimit-Remaining"]) for each in accepted(replies)]
    refusals = refused(replies)
    reset = int(replies[0].headers["X-RateLimit-Reset"])

    assert Counter(reply.status for reply in replies) == {201: limit, 429: len(refusals)}
    assert {reply.status for reply in replies[-TOO_MANY:]} == {429}
    assert sorted(left) == list(range(limit))
    assert {reply.headers["X-RateLimit-Limit"] for reply in replies} == {str(limit)}
    assert {reply.headers["X-RateLimit-Remaining"] for reply in refusals} == {"0"}
    assert {reply.text for reply in refusals} == {words}
    wait = reset - datetime.now(UTC).timestamp()
    assert all(max(0, wait) <= int(reply.headers["Retry-After"]) < wait + 120 for reply in refusals)


@pytest.fixture
def report(stack, capsys):
    """Tells how much of the limit was used when the first request was refused."""
    functions = physical_ids(stack.client("cloudformation"), STACK_NAME, FUNCTION)

    def report(function: str, limit: int, replies: list[Reply]) -> None:
        processes = (stack.home / "tmp").glob(f"ministack-lambda-{functions[function]}-*")
        shared_by = len(list(processes))
        before = [reply.status for reply in replies].index(429)
        used = f"{len(accepted(replies))} of {limit} requests accepted"
        with capsys.disabled():
            say(
                f"\n{used} by {shared_by} environments, "
                f"{before} of them before the first 429 ({limit - before} unused then)"
            )
        assert shared_by >= AT_ONCE

    return report


def test_s25_d7_a_starter_key_gets_a_thousand_an_hour_and_never_one_more(
    new_partner, stack, report, now
):
    # They wait in the queue until this is over, and so take no processor from the counting.
    event = {"event_name": "signup", "trigger_at": (now + timedelta(minutes=14)).isoformat()}

    def run() -> list[Reply]:
        partner = new_partner(plan=Plan.STARTER)
        partner.registers("signup")
        return burst(A_THOUSAND, lambda: partner.api.send(event))

    crowd = new_partner()
    with environments(stack, "SendEventFunction", AT_ONCE, lambda _: crowd.api.send(event)):
        replies = within_one_window(run)
        report("SendEventFunction", A_THOUSAND, replies)

    check(
        replies,
        limit=A_THOUSAND,
        words='{"statusCode":429,"message":"Rate limit of 1000 requests per hour exceeded",'
        '"error":"Too Many Requests"}',
    )


def test_d7_a_key_gets_sixty_partner_events_a_minute_and_never_one_more(new_partner, stack, report):
    event = {"event_type": "loan.funded", "email": "ada@b.example"}

    def run() -> list[Reply]:
        api = new_partner().api
        api.need("POST", "/contacts", {"email": event["email"]})
        return burst(SIXTY, lambda: api.call("POST", "/partner/events", event))

    crowd = new_partner().api
    with environments(
        stack,
        "SendPartnerEventFunction",
        AT_ONCE,
        lambda _: crowd.call("POST", "/partner/events", event),
    ):
        replies = within_one_window(run)
        report("SendPartnerEventFunction", SIXTY, replies)

    check(replies, limit=SIXTY, words='{"error":"Rate limit of 60 requests per minute exceeded"}')
