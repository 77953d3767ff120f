import time

import pytest

from partner_events_tools.local.logs import FunctionLogs


@pytest.fixture
def write(aws):
    logs = aws("logs")
    logs.create_log_group(logGroupName="/aws/lambda/real-name")

    def write(stream: str, *messages: str) -> None:
        """As the emulator does it: all lines of an invocation, in a stream of their own."""
        name = {"logGroupName": "/aws/lambda/real-name", "logStreamName": stream}
        logs.create_log_stream(**name)
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": message} for message in messages]
        logs.put_log_events(**name, logEvents=events)

    yield write
    logs.delete_log_group(logGroupName="/aws/lambda/real-name")


@pytest.fixture
def function_logs(aws):
    functions = {"SendEventFunction": "real-name", "SleepyFunction": "never-ran"}
    return FunctionLogs(aws("logs"), functions)


def test_a_line_is_shown_once_with_the_function_that_wrote_it(function_logs, write):
    write("first", "START RequestId: 1", "Event accepted", "END RequestId: 1")
    (line,) = function_logs.new_lines()

    assert line.endswith(" SendEvent  Event accepted")
    assert list(function_logs.new_lines()) == []


def test_the_same_line_of_a_later_call_is_shown_again(function_logs, write):
    write("first", "Event accepted")
    list(function_logs.new_lines())
    write("second", "Event accepted")

    assert len(list(function_logs.new_lines())) == 1
