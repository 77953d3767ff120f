"""The plan's requests of an hour, counted by all environments of the function together (D-7)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

LIMIT = 30
AT_ONCE = 6  # so many environments of the function share the limit


@pytest.fixture
def burst(new_partner):
    """Sends more events at once than a new team may send in an hour."""

    def burst() -> list:
        partner = new_partner(requests_per_hour=LIMIT)
        partner.registers("user_signup")
        event = {"event_name": "user_signup"}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(partner.api.send, [event] * (LIMIT + 10)))

    return burst


@pytest.fixture
def replies(burst):
    """The answers to a burst within one hour; where it met the end of one, to another burst."""
    replies = burst()
    hours = {reply.headers["X-RateLimit-Reset"] for reply in replies}
    return replies if len(hours) == 1 else burst()


def test_s25_d7_a_team_gets_exactly_its_limit_and_then_429(replies):
    accepted = [reply for reply in replies if reply.status == 201]
    refused = [reply for reply in replies if reply.status == 429]
    left = sorted(int(reply.headers["X-RateLimit-Remaining"]) for reply in accepted)
    seconds = int(refused[0].headers["X-RateLimit-Reset"]) - datetime.now(UTC).timestamp()

    assert (len(accepted), len(refused)) == (LIMIT, 10)
    assert left[0] == 0
    assert {reply.headers["X-RateLimit-Limit"] for reply in replies} == {str(LIMIT)}
    assert {reply.headers["X-RateLimit-Remaining"] for reply in refused} == {"0"}
    assert {reply.text for reply in refused} == {
        '{"statusCode":429,"message":"Rate limit of 30 requests per hour exceeded",'
        '"error":"Too Many Requests"}'
    }
    assert all(0 < int(reply.headers["Retry-After"]) <= seconds + 60 for reply in refused)
