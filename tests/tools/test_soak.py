import pytest

from partner_events_tools.local.errors import CannotRun
from partner_events_tools.local.stack import LocalStack
from partner_events_tools.soak.__main__ import soak


def test_without_a_stack_the_person_is_told_how_to_start_one(tmp_path):
    with pytest.raises(CannotRun, match="make up"):
        soak(LocalStack(tmp_path), events=1, concurrency=1, failing=0)
