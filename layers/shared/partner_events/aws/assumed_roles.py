"""Clients that act as partners' roles, each good for one queue or event bus and nothing else.

The team is the external id that every assumption names. A role that asks for its own team's id
is of no use to another team that names it (the confused deputy).
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from partner_events.domain.cloud_target import CloudTarget
from partner_events.domain.webhook import CloudKind, Posting
from partner_events.jsontext import dumps

GIVEN_UP_BEFORE_END = timedelta(minutes=5)
MOST_KEPT = 100  # clients, at some tens of kilobytes each
SESSION_NAME = "partner-events"  # what the partner's own trail shows
CONNECTIONS = 10  # as many attempts as a worker makes at once

_SERVICE = {CloudKind.QUEUE: "sqs", CloudKind.BUS: "events"}
_ACTION = {CloudKind.QUEUE: "sqs:SendMessage", CloudKind.BUS: "events:PutEvents"}
_FOR_ENCRYPTED_QUEUES = ["kms:GenerateDataKey", "kms:Decrypt"]

type Create = Callable[..., Any]
type Key = tuple[str, str, str, timedelta]


class RoleRefused(Exception):
    """The role does not let us in, or there is none."""


class NoSession(Exception):
    """We could not ask for the role: our own fault, or that of what we stand on."""


class AssumedRoles:
    """Safe to share between threads, as `create` is.

    Two that need the same client at once may both make it.
    """

    def __init__(self, create: Create, *, clock: Callable[[], datetime]) -> None:
        self._create = create
        self._clock = clock
        self._kept: OrderedDict[Key, tuple[Any, datetime]] = OrderedDict()
        self._lock = Lock()

    def client(self, target: CloudTarget, posting: Posting, *, patience: timedelta) -> Any:
        """Return a client of the target's service, whose calls give up after `patience`.

        Raises `RoleRefused` or `NoSession`.
        """
        key = _key(target, posting, patience)
        with self._lock:
            client, until = self._kept.get(key, (None, None))
            if until and self._clock() < until:
                self._kept.move_to_end(key)
                return client
        session = self._assume(target, posting, patience)
        client = self._create(
            _SERVICE[target.kind],
            region_name=target.region,
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
            config=_calls(patience),
        )
        with self._lock:
            self._kept[key] = client, session["Expiration"] - GIVEN_UP_BEFORE_END
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return client

    def forget(self, target: CloudTarget, posting: Posting, *, patience: timedelta) -> None:
        """Assume the role anew at the next call: this session is over before its time."""
        with self._lock:
            self._kept.pop(_key(target, posting, patience), None)

    def _assume(self, target: CloudTarget, posting: Posting, patience: timedelta) -> Any:
        try:
            sts = self._create("sts", config=_calls(patience))
            return sts.assume_role(
                RoleArn=posting.role_arn,
                RoleSessionName=SESSION_NAME,
                ExternalId=posting.external_id,
                Policy=_only(target),
            )["Credentials"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "AccessDenied":
                raise RoleRefused from None
            raise NoSession(error.response["Error"]["Code"]) from None
        except BotoCoreError as error:
            raise NoSession(type(error).__name__) from None


def _only(target: CloudTarget) -> str:
    """Write the policy that keeps a session to one target, whatever else the role may do."""
    allowed: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": _ACTION[target.kind], "Resource": target.arn}
    ]
    if target.kind is CloudKind.QUEUE:
        allowed.append({"Effect": "Allow", "Action": _FOR_ENCRYPTED_QUEUES, "Resource": "*"})
    return dumps({"Version": "2012-10-17", "Statement": allowed})


def _calls(patience: timedelta) -> Config:
    """One try alone: what fails is tried again by the schedule of deliveries."""
    seconds = patience.total_seconds()
    return Config(
        connect_timeout=seconds / 2,
        read_timeout=seconds / 2,
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=CONNECTIONS,
    )


def _key(target: CloudTarget, posting: Posting, patience: timedelta) -> Key:
    return target.arn, posting.role_arn, posting.external_id, patience
