"""What an event costs grows with what it leads to, by these constants and not by more."""

from collections.abc import Iterator

import pytest

from tests.ports.cost_growth import SHAPES, Shape, Till, predicted, till


@pytest.fixture(scope="module")
def open_till() -> Iterator[Till]:
    with till() as opened:
        yield opened


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_an_event_costs_its_constants(open_till: Till, shape: Shape) -> None:
    """Write units 4 + 3 a workflow + 2 a step + 2 an endpoint; reads and messages likewise."""
    assert open_till.cost_of(shape) == predicted(shape)
