"""Give the emulator's HTTP API the routes that its CloudFormation leaves out.

SAM writes the routes of an HTTP API as an OpenAPI document in the API's `Body`. MiniStack's
CloudFormation creates the API and ignores the body, so that after a deploy the API answers 404 to
everything. The processed template has the body; the routes are made from it here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from partner_events_tools.local.resources import API, FUNCTION, physical_ids

if TYPE_CHECKING:
    from mypy_boto3_apigatewayv2 import ApiGatewayV2Client
    from mypy_boto3_cloudformation import CloudFormationClient

ANY_METHOD = "x-amazon-apigateway-any-method"
FUNCTION_OF = re.compile(r"\$\{(\w+)\.Arn\}")
FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:{}"

type Routes = Mapping[str, str]
"""Each route key (`POST /api/v1/events/send`) and the ARN of its function."""


def create_routes(
    cloudformation: "CloudFormationClient", gateway: "ApiGatewayV2Client", stack_name: str
) -> int:
    """Make the routes of each API those of the template, and return how many that are."""
    processed = cloudformation.get_template(StackName=stack_name, TemplateStage="Processed")
    resources: Mapping[str, Any] = processed["TemplateBody"]["Resources"]
    functions = physical_ids(cloudformation, stack_name, FUNCTION)
    created = 0
    for logical_id, api_id in physical_ids(cloudformation, stack_name, API).items():
        body = resources[logical_id]["Properties"]["Body"]
        routes = {key: FUNCTION_ARN.format(functions[name]) for key, name in routes_in(body)}
        reconcile(gateway, api_id, routes)
        created += len(routes)
    return created


def routes_in(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each route key of an OpenAPI document with the logical id of its function."""
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            (function,) = FUNCTION_OF.findall(uri)
            yield _route_key(method, path), function


def reconcile(gateway: "ApiGatewayV2Client", api_id: str, routes: Routes) -> None:
    targets = _integrate(gateway, api_id, routes)
    existing = {
        route["RouteKey"]: route
        for page in gateway.get_paginator("get_routes").paginate(ApiId=api_id)
        for route in page["Items"]
    }
    for key in existing.keys() - routes.keys():
        gateway.delete_route(ApiId=api_id, RouteId=existing[key]["RouteId"])
    for key, function in routes.items():
        if key not in existing:
            gateway.create_route(ApiId=api_id, RouteKey=key, Target=targets[function])
        elif existing[key].get("Target") != targets[function]:
            route_id = existing[key]["RouteId"]
            gateway.update_route(ApiId=api_id, RouteId=route_id, Target=targets[function])


def _integrate(gateway: "ApiGatewayV2Client", api_id: str, routes: Routes) -> dict[str, str]:
    """Return the route target of every function, integrating those that are not yet."""
    targets = {
        item["IntegrationUri"]: f"integrations/{item['IntegrationId']}"
        for page in gateway.get_paginator("get_integrations").paginate(ApiId=api_id)
        for item in page["Items"]
    }
    for function in sorted(set(routes.values()) - targets.keys()):
        made = gateway.create_integration(
            ApiId=api_id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=function,
            PayloadFormatVersion="2.0",
        )
        targets[function] = f"integrations/{made['IntegrationId']}"
    return targets


def _route_key(method: str, path: str) -> str:
    if path == "/$default":
        return "$default"
    return f"{'ANY' if method == ANY_METHOD else method.upper()} {path}"
