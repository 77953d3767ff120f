from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from partner_events.domain.ids import delivery_id, derived, execution_id, time_of, uuid7

NOW = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
moments = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001
    max_value=datetime(2500, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(moments, st.binary(min_size=10, max_size=10))
def test_a_fresh_id_is_a_uuid_of_version_7_that_tells_its_time(now, random):
    id = UUID(uuid7(now, random))

    assert (id.version, id.variant) == (7, "specified in RFC 4122")
    assert timedelta() <= now - time_of(str(id)) < timedelta(milliseconds=1)


def test_fresh_ids_sort_by_their_time():
    early = uuid7(NOW, b"\xff" * 10)
    late = uuid7(NOW + timedelta(milliseconds=1), b"\x00" * 10)

    assert early < late


def test_a_derived_id_is_the_same_on_every_call_and_differs_by_cause():
    assert derived("a", "b") == derived("a", "b")
    assert len({derived("a", "b"), derived("ab"), derived("a", "b", ""), derived("b", "a")}) == 4


def test_matching_or_fanning_out_twice_names_the_same_things():
    assert execution_id("t", "trigger", "w", None) == execution_id("t", "trigger", "w", None)
    assert delivery_id("t", "e", "ep_1") != delivery_id("t", "e", "ep_2")
