"""Let the functions create the schedules that their roles allow.

MiniStack takes every schedule for one of the group `default` when it looks what a role may do:
the group's name is in the body of the request, and it looks at the path alone. So whatever a
role may do with the schedules of a group, it may do with those of `default` as well, here and
nowhere else.
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
POLICY = "emulator-schedules"


def allow_schedules(
    cloudformation: "CloudFormationClient", iam: "IAMClient", stack_name: str
) -> None:
    for role in physical_ids(cloudformation, stack_name, ROLE).values():
        statements = list(in_default_group(_policies(iam, role)))
        if statements:
            policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_role_policy(RoleName=role, PolicyName=POLICY, PolicyDocument=policy)


def in_default_group(policies: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each statement about the schedules of a group, said of the group `default`."""
    for policy in policies:
        for statement in policy["Statement"]:
            resource = statement["Resource"]
            if isinstance(resource, str) and SCHEDULES.fullmatch(resource):
                yield {**statement, "Resource": SCHEDULES.sub(r"\1/default/*", resource)}


def _policies(iam: "IAMClient", role: str) -> Iterator[Mapping[str, Any]]:
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        if name != POLICY:
            found: Any = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            yield found
