"""TeamStore and KeyStore: who may call."""

from collections.abc import Callable
from datetime import datetime

import pytest

from partner_events.domain.ids import KeyId
from partner_events.domain.key import ApiKey, Scope
from partner_events.domain.team import LogShards
from partner_events.ports import AlreadyThere
from tests.ports.examples import ACME, GLOBEX, HOUR, NOW, SECOND, a_key, a_team
from tests.ports.stores import Stores

KEY = KeyId("key_1")


def test_a_team_is_read_as_it_was_added(stores: Stores) -> None:
    stores.teams.add(a_team())

    assert stores.teams.get(ACME) == a_team()
    assert stores.teams.get(GLOBEX) is None


def test_a_team_that_exists_is_not_replaced(stores: Stores) -> None:
    stores.teams.add(a_team())
    with pytest.raises(AlreadyThere):
        stores.teams.add(a_team(name="Another", company_id=2))

    assert stores.teams.get(ACME) == a_team()


def test_no_two_teams_get_the_same_company_id(environment: Callable[[], Stores]) -> None:
    one, other = environment().teams, environment().teams
    ids = [teams.next_company_id() for _ in range(3) for teams in (one, other)]

    assert ids == sorted(set(ids))


def test_a_team_that_has_set_up_nothing_has_a_revision(stores: Stores) -> None:
    stores.teams.add(a_team())

    assert stores.teams.revision(ACME) == stores.teams.revision(GLOBEX) == 0


@pytest.mark.parametrize("expires_at", [None, NOW + HOUR])
def test_a_key_is_found_by_its_hash_d_8(stores: Stores, expires_at: datetime | None) -> None:
    key = a_key(expires_at=expires_at, scopes=frozenset(Scope))
    stores.keys.add(key)

    assert stores.keys.find(key.hash) == key
    assert stores.keys.find("another hash") is None


def test_a_key_keeps_its_own_number_of_requests_per_minute_d_7(stores: Stores) -> None:
    stores.keys.add(a_key(requests_per_minute=600))
    found = stores.keys.find(a_key().hash)

    assert found is not None
    assert found.requests_per_minute == 600


def test_a_team_may_have_several_keys_d_8(stores: Stores) -> None:
    stores.keys.add(a_key("key_1"))
    stores.keys.add(a_key("key_2"))
    stores.keys.add(a_key("key_3", team=GLOBEX))

    assert list(stores.keys.of_team(ACME)) == [a_key("key_1"), a_key("key_2")]


def test_a_revoked_key_is_found_revoked_d_8(stores: Stores) -> None:
    stores.keys.add(a_key())
    revoked = stores.keys.revoke(ACME, KEY, now=NOW + SECOND)
    found = stores.keys.find(a_key().hash)

    assert revoked
    assert found == a_key(revoked_at=NOW + SECOND)
    assert list(stores.keys.of_team(ACME)) == [found]
    assert not found.is_live(NOW + SECOND)


def test_a_key_stays_revoked_since_the_first_time_d_8(stores: Stores) -> None:
    stores.keys.add(a_key())
    stores.keys.revoke(ACME, KEY, now=NOW + SECOND)
    stores.keys.revoke(ACME, KEY, now=NOW + HOUR)

    assert stores.keys.find(a_key().hash) == a_key(revoked_at=NOW + SECOND)


def test_the_last_use_of_a_key_is_known(stores: Stores) -> None:
    stores.key_uses.note(KEY, now=NOW)
    stores.key_uses.note(KEY, now=NOW + HOUR)

    assert stores.key_uses.last(KEY) == NOW + HOUR
    assert stores.key_uses.last(KeyId("key_2")) is None


def test_nobody_revokes_another_teams_key_d_8(stores: Stores) -> None:
    stores.keys.add(a_key())

    assert not stores.keys.revoke(GLOBEX, KEY, now=NOW)
    assert stores.keys.find(a_key().hash) == a_key()


@pytest.mark.parametrize(
    "second", [a_key(hash="another hash"), a_key("key_2", team=GLOBEX, hash=a_key().hash)]
)
def test_a_key_that_exists_is_not_replaced_d_8(stores: Stores, second: ApiKey) -> None:
    stores.keys.add(a_key())
    with pytest.raises(AlreadyThere):
        stores.keys.add(second)

    assert stores.keys.find(a_key().hash) == a_key()
    assert stores.keys.find("another hash") is None
    assert list(stores.keys.of_team(GLOBEX)) == []


def test_a_team_s_shards_are_read_as_they_were_set_and_routes_with_them(stores: Stores) -> None:
    stores.teams.add(a_team())
    for count in (4, 2):
        team, revision = stores.teams.get(ACME), stores.teams.revision(ACME)
        assert team
        shards = team.log_shards.changed(count, now=NOW)
        stores.teams.set_log_shards(team, shards)

        assert stores.teams.get(ACME) == a_team(log_shards=shards)
        assert stores.teams.revision(ACME) == revision + 1


@pytest.mark.parametrize("count", [1, 3])
def test_of_two_operators_who_set_the_shards_at_once_one_is_told(
    stores: Stores, count: int
) -> None:
    """Or the other's number, which readers must know of, would be forgotten."""
    stores.teams.add(a_team())
    stores.teams.set_log_shards(a_team(), LogShards().changed(4, now=NOW))
    stale = a_team() if count == 1 else a_team(log_shards=LogShards().changed(count, now=NOW))
    with pytest.raises(AlreadyThere):
        stores.teams.set_log_shards(stale, stale.log_shards.changed(2, now=NOW))
    with pytest.raises(AlreadyThere):
        stores.teams.set_log_shards(a_team(GLOBEX), LogShards().changed(2, now=NOW))

    assert stores.teams.get(ACME) == a_team(log_shards=LogShards().changed(4, now=NOW))
