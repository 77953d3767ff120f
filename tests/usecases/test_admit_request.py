"""The gate: keys, teams, scopes, and the requests that are left of the hour."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from partner_events.domain.errors import (
    InactiveKey,
    InvalidInput,
    InvalidTeam,
    MissingScope,
    RateLimited,
    Unauthorized,
)
from partner_events.domain.ids import KeyId, TeamId
from partner_events.domain.key import Scope
from partner_events.domain.rate_limit import LARGEST_LEASE, LEASES_PER_MINUTE, lease_size
from partner_events.domain.team import Plan
from partner_events.usecases.admit_request import Gate
from partner_events.usecases.make_team import make_key, make_team
from partner_events.usecases.spend_request import LeasedRateLimiter
from tests.fakes.directory import (
    InMemoryDirectory,
    InMemoryKeyStore,
    InMemoryKeyUses,
    InMemoryTeamStore,
)
from tests.fakes.rates import InMemoryTokenCounter
from tests.fakes.secrets import PlainSecretBox

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOUR_END = datetime(2026, 1, 2, 4, tzinfo=UTC)


class Doors:
    """A team with one key, and as many gates (environments) as a test asks for."""

    def __init__(
        self, plan=Plan.STARTER, own=None, scopes=tuple(Scope), expires_at=None, per_minute=60
    ):
        directory = InMemoryDirectory()
        self.teams, self.keys = InMemoryTeamStore(directory), InMemoryKeyStore(directory)
        self.uses = InMemoryKeyUses()
        self.counter, self.secrets = InMemoryTokenCounter(), PlainSecretBox()
        self.team = make_team(
            id=TeamId("team"),
            name="T",
            plan=plan,
            own_requests_per_hour=own,
            now=NOW,
            teams=self.teams,
        )
        self.key, self.secret = make_key(
            id=KeyId("key_1"),
            team=self.team,
            name="first",
            scopes=scopes,
            live=True,
            brought=None,
            expires_at=expires_at,
            now=NOW,
            pepper=self.secrets.pepper(),
            randbelow=Random(1).randrange,
            keys=self.keys,
            requests_per_minute=per_minute,
        )

    def gate(self):
        return Gate(
            keys=self.keys,
            uses=self.uses,
            teams=self.teams,
            secrets=self.secrets,
            limiter=LeasedRateLimiter(self.counter),
        )

    def admit(self, gate=None, **changes):
        asked = {
            "secret_key": self.secret,
            "team": "team",
            "bucket": "events",
            "team_required": True,
            "now": NOW,
            **changes,
        }
        key, team = asked.pop("secret_key"), asked.pop("team")
        return (gate or self.gate()).admit(key, team, **asked)


def test_a_good_key_and_its_team_are_let_in():
    doors = Doors()

    assert doors.admit().caller.team == doors.team


def test_an_environment_writes_down_once_an_hour_that_a_key_was_used():
    doors = Doors(plan=Plan.PRO)
    gate = doors.gate()
    for minute in (0, 1, 59, 60, 61):
        doors.admit(gate, now=NOW + timedelta(minutes=minute))

    assert doors.uses.noted == [("key_1", NOW), ("key_1", NOW + timedelta(hours=1))]


def test_a_key_that_is_refused_was_not_used():
    doors = Doors()
    with pytest.raises(InvalidTeam):
        doors.admit(team="other")

    assert doors.uses.noted == []


@pytest.mark.parametrize("key", [None, "", "sk_live_nonsense", "x" * 57])
def test_without_a_good_key_nobody_is_let_in_s_22(key):
    with pytest.raises(Unauthorized, match="^Unauthorized$"):
        Doors().admit(secret_key=key)


def test_a_well_formed_key_that_nobody_has_is_refused_s_22():
    with pytest.raises(Unauthorized, match="^Unauthorized$"):
        Doors().admit(secret_key=_other_key())


def _other_key():
    from partner_events.domain.key import new_secret_key

    return new_secret_key(live=True, randbelow=Random(2).randrange)


@pytest.mark.parametrize("team", [None, "", "other"])
def test_the_team_must_be_named_and_be_the_key_s_s_2_s_23(team):
    with pytest.raises(InvalidTeam, match="^Invalid team context$"):
        Doors().admit(team=team)


def test_where_the_team_need_not_be_named_a_wrong_one_is_still_refused():
    doors = Doors()

    assert doors.admit(team=None, team_required=False)
    with pytest.raises(InvalidTeam):
        doors.admit(team="other", team_required=False)


def test_a_missing_scope_is_named_d_8():
    with pytest.raises(MissingScope, match="events:write"):
        Doors(scopes=[Scope.EVENTS_READ]).admit().caller.needs(Scope.EVENTS_WRITE)


def test_an_expired_key_is_refused_from_the_moment_of_its_expiry_d_8():
    doors = Doors(expires_at=NOW + timedelta(seconds=5))
    gate = doors.gate()

    assert doors.admit(gate)
    with pytest.raises(InactiveKey, match="^Unauthorized$"):
        doors.admit(gate, now=NOW + timedelta(seconds=5))


def test_a_revocation_works_within_thirty_seconds_in_every_environment_d_8():
    doors = Doors()
    gate = doors.gate()
    doors.admit(gate)
    doors.keys.revoke(doors.team.id, doors.key.id, now=NOW)

    assert doors.admit(gate, now=NOW + timedelta(seconds=29))
    with pytest.raises(Unauthorized):
        doors.admit(gate, now=NOW + timedelta(seconds=30))
    with pytest.raises(Unauthorized):
        doors.admit(doors.gate())


def test_two_keys_of_a_team_are_good_at_once_so_that_they_can_be_rotated_d_8():
    doors = Doors()
    _, second = make_key(
        id=KeyId("key_2"),
        team=doors.team,
        name="second",
        scopes=list(Scope),
        live=True,
        brought=None,
        expires_at=None,
        now=NOW,
        pepper=doors.secrets.pepper(),
        randbelow=Random(3).randrange,
        keys=doors.keys,
    )

    assert doors.admit()
    assert doors.admit(secret_key=second)


def spend_all(doors, gates, **changes):
    """Spend in turn through several environments until each is refused; count what was granted."""
    granted, open_gates = 0, list(gates)
    while open_gates:
        for gate in list(open_gates):
            try:
                doors.admit(gate, **changes)
                granted += 1
            except RateLimited:
                open_gates.remove(gate)
    return granted


@pytest.mark.parametrize("environments", [1, 3, 10])
def test_a_starter_team_gets_exactly_a_thousand_requests_an_hour_s_25_d_7(environments):
    doors = Doors()

    assert spend_all(doors, [doors.gate() for _ in range(environments)]) == 1_000


def test_a_pro_team_gets_ten_thousand_s_25():
    doors = Doors(plan=Plan.PRO)

    assert spend_all(doors, [doors.gate(), doors.gate()]) == 10_000


def test_an_enterprise_team_gets_its_own_number_s_25():
    doors = Doors(plan=Plan.ENTERPRISE, own=7)

    assert spend_all(doors, [doors.gate(), doors.gate()]) == 7


def test_the_headers_count_down_to_the_end_of_the_hour_d_7():
    doors = Doors()
    gate = doors.gate()
    rates = [doors.admit(gate).rate for _ in range(45)]

    assert [rate.remaining for rate in rates] == list(range(999, 954, -1))
    assert {rate.reset_at for rate in rates} == {HOUR_END}


def test_a_refused_request_is_told_to_wait_for_the_next_hour_d_7():
    doors = Doors(plan=Plan.ENTERPRISE, own=1)
    gate = doors.gate()
    doors.admit(gate)
    with pytest.raises(RateLimited) as refused:
        doors.admit(gate)

    assert refused.value.retry_after == HOUR_END - NOW
    assert (refused.value.rate.remaining, refused.value.rate.limit) == (0, 1)
    assert doors.admit(gate, now=HOUR_END).rate.remaining == 0


def test_events_and_other_requests_are_counted_apart():
    doors = Doors(plan=Plan.ENTERPRISE, own=1)
    gate = doors.gate()

    assert doors.admit(gate, bucket="events")
    assert doors.admit(gate, bucket="api")


def test_most_requests_cost_no_write_d_7():
    doors = Doors()
    leases = []
    lease = doors.counter.lease
    doors.counter.lease = lambda *args, **kwargs: leases.append(1) or lease(*args, **kwargs)
    gate = doors.gate()
    for _ in range(900):
        doors.admit(gate)

    assert len(leases) == 45


@pytest.mark.parametrize("limit", [1, 2, 49, 50, 1_000, 10_000, 1_000_000])
def test_what_a_dying_environment_can_leave_unspent_is_at_most_two_percent(limit):
    sizes = [lease_size(limit, granted=granted) for granted in range(0, limit, max(1, limit // 99))]

    assert all(1 <= size <= max(1, min(LARGEST_LEASE, limit // 50)) for size in sizes)
    assert lease_size(limit, granted=limit) == 0


@pytest.mark.parametrize("environments", [1, 3, 10])
@pytest.mark.parametrize("per_minute", [1, 7, 60, 600])
def test_a_key_gets_exactly_its_requests_a_minute_over_all_environments_d_7(
    environments, per_minute
):
    doors = Doors(per_minute=per_minute)
    gates = [doors.gate() for _ in range(environments)]

    assert spend_all(doors, gates, key_minute=True) == per_minute
    assert spend_all(doors, gates, key_minute=True, now=NOW + MINUTE) == min(
        per_minute, 1_000 - per_minute
    )


MINUTE = timedelta(minutes=1)
MINUTE_END = datetime(2026, 1, 2, 3, 5, tzinfo=UTC)


def test_a_request_beyond_the_minute_is_told_to_wait_for_the_next_one_d_7():
    doors = Doors(per_minute=1)
    gate = doors.gate()
    doors.admit(gate, key_minute=True)
    with pytest.raises(RateLimited, match="1 requests per minute") as refused:
        doors.admit(gate, key_minute=True)

    assert refused.value.retry_after == MINUTE_END - NOW
    assert refused.value.rate.reset_at == MINUTE_END


def test_a_request_that_the_minute_refuses_takes_nothing_from_the_hour_d_7():
    doors = Doors(plan=Plan.ENTERPRISE, own=3, per_minute=2)
    gate = doors.gate()

    assert spend_all(doors, [gate], key_minute=True) == 2
    assert spend_all(doors, [gate], key_minute=True) == 0
    assert spend_all(doors, [gate], key_minute=True, now=NOW + MINUTE) == 1


def test_the_hour_is_the_limit_when_it_is_the_nearer_one_d_7():
    doors = Doors(plan=Plan.ENTERPRISE, own=2, per_minute=60)
    gate = doors.gate()
    rates = [doors.admit(gate, key_minute=True).rate for _ in range(2)]
    with pytest.raises(RateLimited, match="2 requests per hour") as refused:
        doors.admit(gate, key_minute=True)

    assert [(rate.limit, rate.remaining) for rate in rates] == [(2, 1), (2, 0)]
    assert refused.value.retry_after == HOUR_END - NOW


def test_each_key_has_a_minute_of_its_own_and_other_requests_take_nothing_of_it_d_7():
    doors = Doors(per_minute=1)
    gate = doors.gate()
    _, second = make_key(
        id=KeyId("key_2"),
        team=doors.team,
        name="second",
        scopes=list(Scope),
        live=True,
        brought=None,
        expires_at=None,
        now=NOW,
        pepper=doors.secrets.pepper(),
        randbelow=Random(3).randrange,
        keys=doors.keys,
        requests_per_minute=1,
    )
    doors.admit(gate)

    assert doors.admit(gate, key_minute=True)
    assert doors.admit(gate, key_minute=True, secret_key=second)


def test_what_a_dying_environment_can_leave_unspent_of_a_minute_is_six_of_sixty_d_7():
    sizes = [lease_size(60, granted=granted, leases=LEASES_PER_MINUTE) for granted in range(60)]

    assert max(sizes) == 6
    assert sizes[-4:] == [1, 1, 1, 1]


@pytest.mark.parametrize("number", [0, -1])
def test_a_key_without_any_request_per_minute_is_refused(number):
    with pytest.raises(InvalidInput):
        Doors(per_minute=number)
