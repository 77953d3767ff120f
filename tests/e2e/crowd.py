"""Many clients at one moment, each with an environment of the function to itself."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from partner_events_tools.local.api import Reply
from partner_events_tools.local.errors import CannotRun
from partner_events_tools.local.resources import FUNCTION, physical_ids
from partner_events_tools.local.stack import STACK_NAME, LocalStack

WAVE = 10  # more new environments at once starve one another on two processors
TRIES = 8


def at_once[Result](count: int, act: Callable[[int], Result]) -> list[Result]:
    """Let as many threads act at one moment; what they got, in their order."""
    ready = Barrier(count, timeout=10)

    def run(number: int) -> Result:
        ready.wait()
        return act(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


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
