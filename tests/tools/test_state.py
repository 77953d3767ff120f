import pytest

from partner_events_tools.local.errors import CannotRun
from partner_events_tools.local.state import StackState

STATE = StackState(
    api_url="http://127.0.0.1:4566/_aws/execute-api/a1b2c3d4",
    emulator_url="http://127.0.0.1:4566",
    console_url="http://127.0.0.1:4566/_aws/execute-api/a1b2c3d4/console",
    receiver_url="http://127.0.0.1:4580",
    stack_name="partner-events-local",
    region="us-east-1",
    api_key="sk_test_1",
)


def test_what_was_written_is_read_again(tmp_path):
    STATE.write(tmp_path / "stack.json")

    assert StackState.read(tmp_path / "stack.json") == STATE


def test_only_the_owner_may_read_the_key_in_it(tmp_path):
    STATE.write(tmp_path / "stack.json")

    assert (tmp_path / "stack.json").stat().st_mode & 0o777 == 0o600


def test_without_a_stack_the_reader_is_told_how_to_start_one(tmp_path):
    with pytest.raises(CannotRun, match="make up"):
        StackState.read(tmp_path / "stack.json")
