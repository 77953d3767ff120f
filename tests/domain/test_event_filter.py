"""What readers of the log may ask for: types, and values in the metadata (D-14, D-45)."""

import pytest

from partner_events.domain.event_filter import EventFilter
from partner_events.jsontext import loads

METADATA = loads(
    '{"loan":{"number":"LN-1","amount":99.00,"count":3,"open":true,"note":null,"tags":["a"]},"":1}'
)


@pytest.mark.parametrize(
    ("path", "value", "fits"),
    [
        ("loan.number", "LN-1", True),
        ("loan.number", "ln-1", False),
        ("loan.amount", "99", True),
        ("loan.amount", "99.00", True),
        ("loan.amount", "99.01", False),
        ("loan.amount", "much", False),
        ("loan.count", "3", True),
        ("loan.open", "true", True),
        ("loan.open", "1", False),
        ("loan.note", "null", True),
        ("loan.note", "", False),
        ("loan", "x", False),
        ("loan.tags", "a", False),
        ("loan.number.deeper", "LN-1", False),
        ("nothing", "null", False),
        ("loan.amount", "NaN", False),
        ("loan.amount", "sNaN", False),
    ],
)
def test_a_value_is_found_by_its_dotted_path_e_17_d_14(path, value, fits):
    assert EventFilter(metadata={path: value}).wants_metadata(METADATA) is fits


def test_every_value_that_is_asked_for_must_be_there_d_14():
    both = {"loan.number": "LN-1", "loan.count": "3"}

    assert EventFilter(metadata=both).wants_metadata(METADATA)
    assert not EventFilter(metadata={**both, "loan.open": "false"}).wants_metadata(METADATA)


@pytest.mark.parametrize(
    ("types", "fits"),
    [
        ([], True),
        (["loan.funded"], True),
        (["x", "loan.*"], True),
        (["*"], True),
        (["loan"], False),
        (["matter.*"], False),
    ],
)
def test_types_are_names_prefixes_or_everything_d_45(types, fits):
    assert EventFilter(types).wants_type("loan.funded") is fits
