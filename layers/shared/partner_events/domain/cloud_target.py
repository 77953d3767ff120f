"""Partners' own queues and event buses, which deliveries go to as they go to a url.

    sqs:<ARN of a queue>                a FIFO queue, if its name ends with .fifo
    eventbridge:<ARN of an event bus>

We send as a role of the account that the target belongs to. The role trusts us only where we
name the team as external id: so no team can have us use the role of another.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from partner_events.domain.errors import FieldProblem, InvalidInput
from partner_events.domain.webhook import CloudKind, InvalidWebhookUrl, is_cloud

ROLE_NAMES = "partner-events-"  # what a role's name begins with: we may assume no other
MAX_BYTES = 256 * 1024  # of a message with all that goes with it
MAX_DETAIL_TYPE = 128

_REGIONS = {
    "aws": r"(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-[0-9]",
    "aws-cn": r"cn-[a-z]+-[0-9]",
    "aws-us-gov": r"us-gov-[a-z]+-[0-9]",
}
_ARN = re.compile(
    r"arn:(?P<partition>[a-z-]+):(?P<service>[a-z]+):(?P<region>[a-z0-9-]+)"
    r":(?P<account>[0-9]{12}):(?P<name>[!-~]+)",
    re.ASCII,
)
_ROLE = re.compile(
    rf"arn:([a-z-]+):iam::([0-9]{{12}}):role/(?=.{{1,64}}\Z){ROLE_NAMES}[A-Za-z0-9+=,.@_-]+",
    re.ASCII,
)


_SERVICES = {CloudKind.QUEUE: "sqs", CloudKind.BUS: "events"}
_NAMED = {CloudKind.QUEUE: "a queue", CloudKind.BUS: "an event bus, as event-bus/orders"}
_NAMES = {
    CloudKind.QUEUE: re.compile(r"(?=.{1,80}\Z)[A-Za-z0-9_-]+(\.fifo)?"),
    CloudKind.BUS: re.compile(r"event-bus/[A-Za-z0-9._/-]{1,256}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudTarget:
    kind: CloudKind
    arn: str
    partition: str
    region: str
    account: str
    name: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Take the url apart, or raise `InvalidWebhookUrl` with what is wrong with it."""
        scheme, _, arn = url.partition(":")
        kind, parts = CloudKind(scheme), _ARN.fullmatch(arn)
        if not parts or parts["service"] != _SERVICES[kind]:
            raise InvalidWebhookUrl(f"url must be {kind}: and an ARN of {_SERVICES[kind]}")
        if not re.fullmatch(_REGIONS.get(parts["partition"], "(?!)"), parts["region"]):
            raise InvalidWebhookUrl("url must name a region of its partition")
        if not _NAMES[kind].fullmatch(parts["name"]):
            raise InvalidWebhookUrl(f"url must end with the name of {_NAMED[kind]}")
        found = {name: parts[name] for name in ("partition", "region", "account", "name")}
        return cls(kind=kind, arn=arn, **found)

    @property
    def is_fifo(self) -> bool:
        return self.kind is CloudKind.QUEUE and self.name.endswith(".fifo")


def check_role(url: str, role_arn: str | None, headers: Mapping[str, str]) -> None:
    """Raise `InvalidInput` unless url, role and headers belong together."""
    problems = list(_problems(url, role_arn, headers))
    if problems:
        raise InvalidInput(f"{problems[0].field} {problems[0].message}", problems)


def _problems(url: str, role_arn: str | None, headers: Mapping[str, str]) -> list[FieldProblem]:
    if not is_cloud(url):
        only = "is for queues and event buses alone"
        return [] if role_arn is None else [FieldProblem("role_arn", only)]
    wrong = _wrong_role(role_arn or "", CloudTarget.parse(url))
    found = [FieldProblem("role_arn", wrong)] if wrong else []
    if headers:
        found.append(FieldProblem("headers", "cannot go with a queue or event bus"))
    return found


def _wrong_role(role_arn: str, target: CloudTarget) -> str | None:
    role = _ROLE.fullmatch(role_arn)
    if not role:
        return f"must be the ARN of a role whose name begins with {ROLE_NAMES}"
    if role.groups() != (target.partition, target.account):
        return "must be a role of the account that the url is of"
    return None
