"""Environments that share a limit on DynamoDB Local: none too many, and few unused (D-7)."""

from random import Random

import pytest

from partner_events.domain.rate_limit import lease_size
from partner_events.usecases.spend_request import LeasedRateLimiter
from partner_events_tools.leases import RULES, SOME_TIME, asleep, table, use_up
from tests.ports.stores import Stores

SHARED_BY = 8


@pytest.fixture
def environments(local_stores: Stores) -> list[LeasedRateLimiter]:
    return [LeasedRateLimiter(local_stores.tokens) for _ in range(SHARED_BY)]


@pytest.fixture(params=["1,000 an hour", "60 a minute"])
def rule(request: pytest.FixtureRequest):
    return RULES[request.param]


def test_environments_use_up_a_limit_to_the_last_request_and_not_one_more(environments, rule):
    use = use_up(environments, rule, now=SOME_TIME, random=Random(SHARED_BY))
    lease = lease_size(rule.limit, granted=0, leases=rule.leases)

    assert use.altogether == rule.limit
    assert rule.limit - use.before_refusal <= (SHARED_BY - 1) * lease


def test_an_environment_that_falls_asleep_leaves_less_than_a_lease(environments, rule):
    lease = lease_size(rule.limit, granted=0, leases=rule.leases)

    assert asleep(environments, rule, 1, now=SOME_TIME) == lease - 1


def test_what_the_benchmark_prints_is_what_dynamodb_does(environments, rule):
    use = use_up(environments, rule, now=SOME_TIME, random=Random(SHARED_BY))
    (name,) = [name for name, each in RULES.items() if each == rule]
    heading, row = table(rules={name: rule}, counts=[SHARED_BY])
    print(f"{heading}\n{row}")  # noqa: T201

    assert row.removeprefix(f"  {name}").split()[:2] == [str(SHARED_BY), str(use.before_refusal)]
