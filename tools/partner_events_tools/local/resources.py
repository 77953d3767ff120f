"""What a deployed stack is made of."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

API = "AWS::ApiGatewayV2::Api"
FUNCTION = "AWS::Lambda::Function"
ROLE = "AWS::IAM::Role"


def outputs_of(cloudformation: "CloudFormationClient", stack_name: str) -> dict[str, str]:
    (stack,) = cloudformation.describe_stacks(StackName=stack_name)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}


def physical_ids(
    cloudformation: "CloudFormationClient", stack_name: str, kind: str
) -> dict[str, str]:
    """Map the logical ids of all resources of a kind, say `FUNCTION`, to the real ones."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for page in pages
        for each in page["StackResourceSummaries"]
        if each["ResourceType"] == kind
    }
