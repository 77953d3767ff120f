import pytest

from partner_events_tools.local.routes import reconcile, routes_in

SEND = "arn:aws:lambda:us-east-1:000000000000:function:send"
READ = "arn:aws:lambda:us-east-1:000000000000:function:read"


def integrated_with(function: str) -> dict:
    prefix = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions"
    uri = f"{prefix}/${{{function}.Arn}}/invocations"
    return {"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": {"Fn::Sub": uri}}}


@pytest.fixture
def gateway(aws):
    return aws("apigatewayv2")


@pytest.fixture
def api_id(gateway):
    return gateway.create_api(Name="test", ProtocolType="HTTP")["ApiId"]


def routes_of(gateway, api_id) -> dict[str, str]:
    functions = {
        f"integrations/{item['IntegrationId']}": item["IntegrationUri"]
        for item in gateway.get_integrations(ApiId=api_id)["Items"]
    }
    routes = gateway.get_routes(ApiId=api_id)["Items"]
    return {route["RouteKey"]: functions[route["Target"]] for route in routes}


def test_the_openapi_document_names_each_route_and_its_function():
    body = {
        "paths": {
            "/events": {"post": integrated_with("Send"), "get": integrated_with("Read")},
            "/any": {"x-amazon-apigateway-any-method": integrated_with("Send")},
            "/$default": {"x-amazon-apigateway-any-method": integrated_with("Read")},
        }
    }

    assert dict(routes_in(body)) == {
        "POST /events": "Send",
        "GET /events": "Read",
        "ANY /any": "Send",
        "$default": "Read",
    }


def test_every_route_is_made_and_leads_to_its_function(gateway, api_id):
    routes = {"POST /events": SEND, "GET /events/{id}": READ}

    reconcile(gateway, api_id, routes)

    assert routes_of(gateway, api_id) == routes


def test_doing_it_again_changes_nothing(gateway, api_id):
    reconcile(gateway, api_id, {"POST /events": SEND})
    before = gateway.get_routes(ApiId=api_id)["Items"]

    reconcile(gateway, api_id, {"POST /events": SEND})

    assert gateway.get_routes(ApiId=api_id)["Items"] == before
    assert len(gateway.get_integrations(ApiId=api_id)["Items"]) == 1


def test_routes_that_moved_or_went_away_follow_the_template(gateway, api_id):
    reconcile(gateway, api_id, {"POST /events": SEND, "GET /old": SEND})

    reconcile(gateway, api_id, {"POST /events": READ, "GET /new": SEND})

    assert routes_of(gateway, api_id) == {"POST /events": READ, "GET /new": SEND}


def test_many_routes_are_all_found_again(gateway, api_id):
    routes = {f"GET /{number}": SEND for number in range(120)}

    reconcile(gateway, api_id, routes)
    reconcile(gateway, api_id, routes)

    assert len(gateway.get_routes(ApiId=api_id, MaxResults="500")["Items"]) == 120
