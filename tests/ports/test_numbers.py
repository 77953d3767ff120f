"""NumberSource: integer ids for the formats that need them (D-41)."""

from collections.abc import Callable
from itertools import pairwise

from tests.ports.examples import ACME, GLOBEX
from tests.ports.stores import Stores

OVER_A_LEASE = 1_005  # an environment leases a thousand at a time


def test_two_environments_never_use_a_number_twice_d_41(environment: Callable[[], Stores]) -> None:
    one, other = environment().numbers, environment().numbers
    numbers = [source.next(ACME) for _ in range(OVER_A_LEASE) for source in (one, other)]

    assert len(set(numbers)) == len(numbers)
    assert all(0 < number < 2**53 for number in numbers)


def test_numbers_rise_within_an_environment_d_41(environment: Callable[[], Stores]) -> None:
    one, other = environment().numbers, environment().numbers
    numbers = []
    for _ in range(OVER_A_LEASE):
        numbers.append(one.next(ACME))
        other.next(ACME)

    assert all(earlier < later for earlier, later in pairwise(numbers))


def test_a_new_environment_goes_on_above_the_last_d_41(environment: Callable[[], Stores]) -> None:
    last = [environment().numbers.next(ACME) for _ in range(3)]

    assert last == sorted(set(last))


def test_every_team_counts_for_itself_d_41(stores: Stores) -> None:
    acme = [stores.numbers.next(ACME) for _ in range(3)]

    assert [stores.numbers.next(GLOBEX) for _ in range(3)] == acme
