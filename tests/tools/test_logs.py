import time

import pytest

from partner_events_tools.local.logs import FunctionLogs

GROUP = "functions"


@pytest.fixture
def write(aws):
    logs = aws("logs")
    logs.create_log_group(logGroupName=GROUP)

    def write(stream: str, *messages: str) -> None:
        """As the emulator does it: all lines of an invocation, in a stream of their own."""
        name = {"logGroupName": GROUP, "logStreamName": stream}
        logs.create_log_stream(**name)
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": message} for message in messages]
        logs.put_log_events(**name, logEvents=events)

    yield write
    logs.delete_log_group(logGroupName=GROUP)


def test_a_line_is_shown_once_and_without_those_of_the_runtime(aws, write):
    function_logs = FunctionLogs(aws("logs"), GROUP)
    write("first", "START RequestId: 1", "Event accepted", "END RequestId: 1")
    (line,) = function_logs.new_lines()

    assert line.endswith(" Event accepted")
    assert list(function_logs.new_lines()) == []


def test_the_same_line_of_a_later_call_is_shown_again(aws, write):
    function_logs = FunctionLogs(aws("logs"), GROUP)
    write("first", "Event accepted")
    list(function_logs.new_lines())
    write("second", "Event accepted")

    assert len(list(function_logs.new_lines())) == 1
