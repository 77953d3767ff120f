"""What a rate limit leaves unused, because environments lease their requests in advance (D-7)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from partner_events.domain.errors import RateLimited
from partner_events.domain.rate_limit import LEASES_PER_HOUR, Window
from partner_events.domain.team import RATE_WINDOW
from partner_events.ports import TokenCounter
from partner_events.usecases.spend_request import LeasedRateLimiter, Rule, a_minute_of

ENVIRONMENTS = (1, 2, 4, 8, 16)
SOME_TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ROW = "  {:<16}{:>12}{:>18}{:>13}{:>12}{:>20}"

type Environments = list[LeasedRateLimiter]


def an_hour_of(limit: int) -> Rule:
    return Rule(name="t#events", limit=limit, length=RATE_WINDOW, leases=LEASES_PER_HOUR, words="")


RULES = {
    "1,000 an hour": an_hour_of(1_000),
    "10,000 an hour": an_hour_of(10_000),
    "60 a minute": a_minute_of("k#events", 60, ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How many requests got through: until the first refusal anywhere, and until all refuse."""

    before_refusal: int
    altogether: int


class MemoryCounter:
    def __init__(self) -> None:
        self._taken: dict[tuple[str, Window], int] = {}

    def lease(self, name: str, window: Window, *, count: int, limit: int) -> tuple[bool, int]:
        taken = self.taken(name, window)
        if taken + count > limit:
            return False, taken
        self._taken[name, window] = taken + count
        return True, taken + count

    def taken(self, name: str, window: Window) -> int:
        return self._taken.get((name, window), 0)


def use_up(environments: Environments, rule: Rule, *, now: datetime, random: Random) -> Use:
    """Send requests to environments as they come, until each of them has refused one."""
    admitted, first = 0, None
    awake = list(environments)
    while awake:
        limiter = random.choice(awake)
        try:
            limiter.take(rule, now=now)
            admitted += 1
        except RateLimited:
            first = admitted if first is None else first
            awake.remove(limiter)
    return Use(before_refusal=first or 0, altogether=admitted)


def asleep(environments: Environments, rule: Rule, sleepers: int, *, now: datetime) -> int:
    """Count what stays unused if some fall asleep just after their first request."""
    admitted = 0
    for limiter in environments:
        with suppress(RateLimited):  # more environments than requests
            limiter.take(rule, now=now)
            admitted += 1
    rest = use_up(environments[sleepers:], rule, now=now, random=Random(1))
    return rule.limit - admitted - rest.altogether


def table(
    counter: Callable[[], TokenCounter] = MemoryCounter,
    *,
    rules: dict[str, Rule] = RULES,
    counts: Sequence[int] = ENVIRONMENTS,
) -> Iterator[str]:
    yield ROW.format(
        "limit",
        "environments",
        "before first 429",
        "unused then",
        "one asleep",
        "all but one asleep",
    )
    for name, rule in rules.items():
        for count in counts:
            yield ROW.format(name, count, *figures(counter, rule, count))


def figures(counter: Callable[[], TokenCounter], rule: Rule, count: int) -> tuple[int, ...]:
    """The columns of a row, each measured with environments of its own."""

    def environments() -> Environments:
        shared = counter()
        return [LeasedRateLimiter(shared) for _ in range(count)]

    use = use_up(environments(), rule, now=SOME_TIME, random=Random(count))
    return (
        use.before_refusal,
        rule.limit - use.before_refusal,
        *(
            asleep(environments(), rule, sleepers, now=SOME_TIME)
            for sleepers in (min(1, count - 1), count - 1)
        ),
    )
