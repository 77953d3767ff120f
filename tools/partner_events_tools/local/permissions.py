"""Let the functions do what their roles allow where MiniStack misreads what that is done to.

It looks at the path of a request alone, but some requests name it in their body. It takes every
schedule for one of the group `default`: whatever a role may do with the schedules of a group, it
may do with those of `default` as well. And it sees no sender of an e-mail: who may send as some
may send as any. All that here and nowhere else.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from partner_events_tools.local.resources import ROLE, physical_ids

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient

SCHEDULES = re.compile(r"(arn:aws:scheduler:[^:]+:\d+:schedule)/[^/]+/\*")
SEND_EMAIL = "ses:SendEmail"
POLICY = "emulator"


def allow_what_is_misread(
    cloudformation: "CloudFormationClient", iam: "IAMClient", stack_name: str
) -> None:
    for role in physical_ids(cloudformation, stack_name, ROLE).values():
        statements = list(as_it_is_misread(_policies(iam, role)))
        if statements:
            policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_role_policy(RoleName=role, PolicyName=POLICY, PolicyDocument=policy)


def as_it_is_misread(policies: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each statement about the schedules of a group, or the sender of e-mail, as said of
    the group `default`, or of everything."""
    for policy in policies:
        for statement in policy["Statement"]:
            resource = statement.get("Resource")
            if isinstance(resource, str) and SCHEDULES.fullmatch(resource):
                yield {**statement, "Resource": SCHEDULES.sub(r"\1/default/*", resource)}
            if SEND_EMAIL in statement["Action"]:
                yield {**statement, "Resource": "*"}


def _policies(iam: "IAMClient", role: str) -> Iterator[Mapping[str, Any]]:
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        if name != POLICY:
            found: Any = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            yield found
