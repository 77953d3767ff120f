"""Many clients at one moment, each with an environment of the function to itself."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from threading import Barrier
from typing import Any

from partner_events_tools.local.api import Reply
from partner_events_tools.local.errors import CannotRun
from partner_events_tools.local.resources import FUNCTION, physical_ids
from partner_events_tools.local.stack import STACK_NAME, LocalStack

WAVE = 20  # more new environments at once starve one another on two processors
TRIES = 8


def at_once[Result](count: int, act: Callable[[int], Result]) -> list[Result]:
    """Let as many threads act at one moment; what they got, in their order."""
    ready = Barrier(count, timeout=10)

    def run(number: int) -> Result:
        ready.wait()
        return act(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def race[Who](
    count: int, make: Callable[[], Who], act: Callable[[Who, int], Reply]
) -> tuple[Who, list[Reply]]:
    """Let so many requests of somebody new go at one moment; tell who it was, and the answers.

    502 says that an environment got no answer out in its time, on a machine that is too busy for
    so many: such a race decides nothing, and somebody else runs another one.
    """
    for _ in range(TRIES):
        who = make()
        replies = at_once(count, partial(act, who))
        if all(reply.status != HTTPStatus.BAD_GATEWAY for reply in replies):
            return who, replies
    raise CannotRun(f"{TRIES} races of {count} were too much for this machine")


@contextmanager
def environments(
    stack: LocalStack, function: str, count: int, ask: Callable[[int], Reply]
) -> Iterator[None]:
    """Have so many environments of a function awake, by asking more and more of it at once.

    An environment is a process: cold ones would come to the race one after the other. They are
    ended afterwards, for a hundred of them take 5 GB.
    """

    def trouble(number: int) -> str:
        try:
            reply = ask(number)
            return f"{reply.status} {reply.text}" if reply.status >= 500 else ""
        except CannotRun as error:
            return str(error)

    try:
        for awake in [*range(WAVE, count, WAVE), *[count] * TRIES]:
            troubles = Counter(filter(None, at_once(awake, trouble)))
            if awake == count and not troubles:
                break
        else:
            raise CannotRun(f"{count} environments of {function} do not start: {troubles}")
        yield
    finally:
        _end_environments(stack.client("lambda"), stack.client("cloudformation"), function)


def _end_environments(lambda_: Any, cloudformation: Any, function: str) -> None:
    """Set what is set already: environments that do not know of it are not used any more."""
    name = physical_ids(cloudformation, STACK_NAME, FUNCTION)[function]
    memory = lambda_.get_function_configuration(FunctionName=name)["MemorySize"]
    lambda_.update_function_configuration(FunctionName=name, MemorySize=memory)
