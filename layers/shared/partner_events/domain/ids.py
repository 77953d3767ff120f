"""Identifiers: typed names for strings, and the two ways to make one.

A fresh thing gets a `uuid7`, which sorts by its time. A thing that must come out the same
however often it is made gets a `derived` id, a hash of its cause.
"""

from datetime import datetime
from hashlib import sha256
from typing import NewType
from uuid import UUID

from partner_events.domain.timestamps import from_milliseconds, milliseconds

TeamId = NewType("TeamId", str)
KeyId = NewType("KeyId", str)
ContactId = NewType("ContactId", str)
TriggerId = NewType("TriggerId", str)
ExecutionId = NewType("ExecutionId", str)
EndpointId = NewType("EndpointId", str)
DeliveryId = NewType("DeliveryId", str)
ReplayId = NewType("ReplayId", str)
Position = NewType("Position", str)

IN_TRIGGER = 24  # digits of an execution's id that tell it from others of its trigger
RANDOM_BYTES = 10  # what a UUIDv7 needs besides its 48 bits of time


def uuid7(now: datetime, random: bytes) -> str:
    """Make a UUIDv7 (RFC 9562): it sorts by `now`; `random` is ten random bytes."""
    value = milliseconds(now) << 80 | int.from_bytes(random[:RANDOM_BYTES])
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=value))


def first_position(instant: datetime) -> Position:
    """Name the place in the log before which everything is older than this millisecond."""
    return Position(uuid7(instant, bytes(RANDOM_BYTES)))


def time_of(uuid: str) -> datetime:
    """Read the time back out of a UUIDv7."""
    return from_milliseconds(UUID(uuid).int >> 80)


def derived(*cause: str) -> str:
    """Make the one id of a cause: 32 hexadecimal digits, the same on every call."""
    return sha256("\x1f".join(cause).encode()).hexdigest()[:32]


def derived_uuid(*cause: str) -> str:
    """Make the one id of a cause in the form of a UUID."""
    return str(UUID(hex=derived(*cause)))


def execution_id(team: str, trigger: str, workflow: str, contact: str | None) -> ExecutionId:
    """Name an execution after its trigger, in which it is found, and what it runs for whom."""
    return _in_trigger(trigger, derived(team, trigger, workflow, contact or ""))


def replay_execution_id(original: ExecutionId, cause: str) -> ExecutionId:
    """Name the replay of an execution, which stands beside it."""
    return _in_trigger(original[:-IN_TRIGGER], derived(original, cause))


def trigger_of_execution(id: str) -> TriggerId | None:
    """Read out of an execution's id where it is found; None for what is no such id."""
    try:
        return TriggerId(str(UUID(hex=id[:-IN_TRIGGER])))
    except ValueError:
        return None


def _in_trigger(trigger: str, cause: str) -> ExecutionId:
    return ExecutionId(trigger.replace("-", "") + cause[:IN_TRIGGER])


def delivery_id(team: str, event: str, endpoint: str) -> DeliveryId:
    """Name a delivery after its event and endpoint: a second fan-out makes no second delivery."""
    return DeliveryId(f"dlv_{derived(team, event, endpoint)}")


def effect_number(effect: str) -> int:
    """Number a workflow's message below 2^53 and above all that are leased to events (D-41).

    It is made of the message's id, so that a worker that repeats it sends the same number.
    """
    return 2**52 + int(derived(effect), 16) % 2**52


def effect_id(execution: str, step: str) -> str:
    """Name what a step sends after the step: a worker that repeats it sends the same thing."""
    return f"msg_{derived(execution, step)}"
