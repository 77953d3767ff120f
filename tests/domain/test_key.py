from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from partner_events.domain.ids import KeyId, TeamId
from partner_events.domain.key import ApiKey, Scope, key_hash, looks_like_key, new_secret_key

NOW = datetime(2026, 1, 2, tzinfo=UTC)
KEY = new_secret_key(live=True, randbelow=Random(1).randrange)


def api_key(**changes):
    return ApiKey(
        **{
            "id": KeyId("k"),
            "team": TeamId("t"),
            "name": "n",
            "hash": "h",
            "scopes": frozenset({Scope.EVENTS_WRITE}),
            "created_at": NOW,
            **changes,
        }
    )


@pytest.mark.parametrize(("live", "prefix"), [(True, "sk_live_"), (False, "sk_test_")])
def test_a_key_is_a_prefix_43_base62_digits_and_a_checksum_of_6_d_8(live, prefix):
    key = new_secret_key(live=live, randbelow=Random(2).randrange)

    assert key.startswith(prefix)
    assert len(key) == len(prefix) + 43 + 6
    assert key[len(prefix) :].isalnum()
    assert looks_like_key(key)


def test_a_typing_error_is_told_by_the_checksum_d_8():
    for place in range(8, len(KEY)):
        other = "A" if KEY[place] != "A" else "B"
        assert not looks_like_key(KEY[:place] + other + KEY[place + 1 :])


@pytest.mark.parametrize("text", ["", "sk_live_", KEY[:-1], KEY + "0", "é" * len(KEY), KEY.lower()])
def test_other_text_is_no_key_d_8(text):
    assert not looks_like_key(text)


def test_a_hash_depends_on_the_pepper_d_8():
    assert key_hash(KEY, pepper=b"a") != key_hash(KEY, pepper=b"b")


def test_a_key_lives_until_the_moment_it_expires_d_8():
    key = api_key(expires_at=NOW + timedelta(seconds=1))

    assert key.is_live(NOW)
    assert not key.is_live(NOW + timedelta(seconds=1))


def test_a_revoked_key_is_dead_d_8():
    assert not api_key(revoked_at=NOW).is_live(NOW)


def test_a_key_may_do_what_its_scopes_say_and_an_admin_everything_d_8():
    assert api_key().may(Scope.EVENTS_WRITE)
    assert not api_key().may(Scope.EVENTS_READ)
    assert all(api_key(scopes=frozenset({Scope.ADMIN})).may(scope) for scope in Scope)
