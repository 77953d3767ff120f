"""What a webhook step sends, what counts as success, and what it keeps of the answer."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from partner_events.domain.webhook import MAX_EXCERPT, MAX_KEPT, ErrorClass, WebhookAnswer
from tests.usecases.acting import URL, Stage


def webhook(**more):
    return {"type": "webhook", "url": URL, **more}


def answer(status, body=b"", **headers):
    error = None if status < 300 else ErrorClass.HTTP_4XX
    return WebhookAnswer(
        status=status, error=error, duration=timedelta(), excerpt=body, headers=headers
    )


def test_the_source_s_template_renders_exactly_s_33_s_34():
    text = (
        "Hello {{user_name}},\n\n"
        "Welcome to {{product_name}}! Use code {{discount_code}} for 20% off."
    )
    variables = {
        "user_name": "Jane O'Neil",
        "product_name": "A & B",
        "discount_code": "https://x.example/?token=xyz789&v=1",
    }
    stage = Stage(variables=variables)
    stage.act(webhook(body={"text": text}))

    assert json.loads(stage.request.body)["text"] == (
        "Hello Jane O'Neil,\n\n"
        "Welcome to A & B! Use code https://x.example/?token=xyz789&v=1 for 20% off."
    )


def test_a_body_refers_to_event_contact_vars_workflow_and_execution_and_keeps_types():
    stage = Stage(data={"amount": Decimal("99.00"), "items": [1, 2]})
    body = {
        "amount": "{{event.data.amount}}",
        "items": "{{event.data.items}}",
        "from": "{{event.source.type}}",
        "who": "{{default contact.first_name contact.name}} <{{contact.email}}>",
        "code": "{{vars.code}}",
        "workflow": "{{workflow.key}}",
        "execution": "{{execution.id}}",
        "nothing": "{{lead.transaction_id}}",
    }
    stage.act(webhook(body=body), vars={"code": "W20"})

    assert stage.request.body.decode() == (
        '{"amount":99.00,"items":[1,2],"from":"web_signup","who":"Ada <ada@example.com>",'
        f'"code":"W20","workflow":"flow","execution":"{stage.execution().id}","nothing":null}}'
    )


def test_values_are_url_encoded_in_url_and_query_and_never_break_a_header():
    stage = Stage(data={"id": "a/b?c", "text": "x&y=z ü", "evil": "a\r\nX-Evil: 1"})
    step = webhook(
        url=URL + "/{{event.data.id}}?a=1",
        method="GET",
        query={"q": "{{event.data.text}}"},
        headers={"X-Said": "{{event.data.evil}}", "X-Empty": "{{event.data.none}}"},
    )
    stage.act(step)

    assert stage.request.url == URL + "/a%2Fb%3Fc?a=1&q=x%26y%3Dz+%C3%BC"
    assert stage.request.headers["X-Said"] == "a  X-Evil: 1"
    assert "X-Empty" not in stage.request.headers
    assert (stage.request.method, stage.request.body) == ("GET", b"")


def test_a_url_that_is_one_path_is_the_value():
    stage = Stage(data={"callback": "https://y.example/in?x=1"})
    stage.act(webhook(url="{{event.data.callback}}"))

    assert stage.request.url == "https://y.example/in?x=1"


def test_a_header_that_comes_out_as_none_fails_the_step_and_nothing_is_sent():
    stage = Stage(data={"name": "naïve"})
    outcome = stage.act(webhook(headers={"X-Name": "{{event.data.name}}"}))

    assert (outcome.error, outcome.final) == ("invalid_header", True)
    assert stage.sender.requests == []


def test_a_step_s_header_stands_in_place_of_the_endpoint_s_and_the_signature_covers_the_body():
    stage = Stage()
    step = {"type": "webhook", "endpoint": "ep_one", "headers": {"X-Kind": "{{event.name}}"}}
    stage.act({**step, "method": "PUT", "query": {"a": "1"}, "timeout": "PT5S"})

    assert stage.request.headers["X-Kind"] == "user_signup"
    assert stage.request.headers["webhook-signature"].startswith("v1,")
    assert (stage.request.method, stage.request.url) == ("PUT", "https://ep_one.example?a=1")
    assert stage.request.timeout == timedelta(seconds=5)


@pytest.mark.parametrize(
    ("success", "status", "error"),
    [
        (None, 200, None),
        (None, 404, "http_4xx"),
        ([200, 404], 404, None),
        ([200, 404], 204, "unexpected_status"),
        ([200], 409, "http_4xx"),
    ],
)
def test_success_is_every_2xx_or_what_the_step_says(success, status, error):
    stage = Stage(answers=[answer(status)])
    outcome = stage.act(webhook(**({"success": success} if success else {})))

    assert (outcome.error, outcome.status_code, outcome.final) == (error, status, False)


def test_what_a_step_saves_is_picked_from_status_headers_and_body():
    body = b'{"id":"r1","amount":99.00,"items":[{"n":1},{"n":2}]}'
    stage = Stage(answers=[answer(201, body, **{"x-request-id": "q"})])
    save = {
        "ref": "body.id",
        "amount": "body.amount",
        "all": "body.items[].n",
        "status": "status",
        "request": 'headers."x-request-id"',
        "none": "body.missing.deeper",
    }
    outcome = stage.act(webhook(save=save))

    assert outcome.outputs == {
        "ref": "r1",
        "amount": Decimal("99.00"),
        "all": [1, 2],
        "status": 201,
        "request": "q",
        "none": None,
    }
    assert stage.request.keep == MAX_KEPT > MAX_EXCERPT


def test_an_answer_that_is_no_json_is_saved_as_text():
    stage = Stage(answers=[answer(200, b"queued: 7")])

    assert stage.act(webhook(save={"said": "body"})).outputs == {"said": "queued: 7"}


def test_more_than_a_step_may_save_fails_it_and_is_not_sent_again():
    stage = Stage(answers=[answer(200, b'"' + b"x" * 9000 + b'"')])
    outcome = stage.act(webhook(save={"all": "body"}))

    assert (outcome.error, outcome.final) == ("output_too_large", True)


def test_nothing_is_saved_of_a_failure():
    stage = Stage(answers=[answer(400, b'{"id":1}')])

    assert stage.act(webhook(save={"id": "body.id"})).outputs == {}


def test_a_template_that_writes_too_much_fails_the_step_with_that_reason():
    stage = Stage(data={"big": "x" * 60_000})
    outcome = stage.act(webhook(body=["{{event.data.big}}"] * 5))

    assert (outcome.error, outcome.final) == ("template_too_large", True)
