"""Which implementation stands behind each port. The only room that knows both sides.

Everything is made once in an environment's life, and only when it is first used, so that a
function pays for the clients that it needs and no others.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

import botocore.session
from botocore.config import Config

from partner_events.aws.worker import Worker
from partner_events.domain.messages import Message
from partner_events.settings import Settings
from partner_events.usecases.admit_request import Gate
from partner_events.wiring.environment import Parts, new_id

if TYPE_CHECKING:
    from partner_events.usecases.admit_postback import PostbackGate

__all__ = ["Parts", "gate", "new_id", "parts", "postback_gate", "worker"]

# An API function lives 10 s: two tries at a call that hangs must fit in.
CALLS = Config(
    connect_timeout=2,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=20,
)


@cache
def parts() -> Parts:
    """Return the parts of this environment, made on the first call.

    A worker makes that call before it has threads.
    """
    session = botocore.session.get_session()  # boto3 adds 50 modules to it that we never use
    return Parts(Settings.from_environment(), partial(session.create_client, config=CALLS))


def worker(handle: Callable[[Message, int], None], *, at_once: int = 1) -> Worker:
    """Make an SQS handler of a function of a message and how often it was received."""
    return Worker(handle, sqs=lambda: parts().sqs, at_once=at_once)


def gate() -> Gate:
    return parts().gate


def postback_gate() -> "PostbackGate":
    return parts().postback_gate
