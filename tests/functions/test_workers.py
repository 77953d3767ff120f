"""The workers on SQS batches: run_triggers, run_steps, deliver_webhooks, watch_dead_letters."""

import io
import json

import pytest

from partner_events import telemetry
from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.ids import delivery_id
from tests.functions.conftest import CONTEXT, Stack, sample


@pytest.fixture
def ready(stack: Stack) -> Stack:
    stack.call("create_event_type", body={"name": "user_signup"})
    return stack


def subscribe(stack: Stack, url: str) -> str:
    return stack.call("create_webhook_endpoint", body={"url": url, "event_types": ["*"]}).body["id"]


def send(stack: Stack) -> str:
    return stack.call("send_event", sample("api/send_event/user_signup")).body["trigger_id"]


@pytest.mark.parametrize("worker", ["run_triggers", "run_steps", "deliver_webhooks"])
def test_a_sample_whose_rows_are_not_there_is_handled_and_not_repeated_for_ever(stack, worker):
    answer = stack.handler(worker)(sample(f"workers/{worker}"), CONTEXT)

    assert set(answer) == {"batchItemFailures"}


def test_watch_dead_letters_handles_its_sample(stack):
    answer = stack.handler("watch_dead_letters")(sample("workers/watch_dead_letters"), CONTEXT)

    assert answer == {"batchItemFailures": []}


def test_one_bad_message_does_not_repeat_the_good_ones(ready):
    send(ready)
    bad = {**sample("workers/run_triggers")["Records"][0], "messageId": "bad", "body": "{}"}
    good = {
        **bad,
        "messageId": "good",
        "body": sample("workers/run_triggers")["Records"][0]["body"],
    }
    answer = ready.handler("run_triggers")({"Records": [bad, good]}, CONTEXT)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}


def test_an_event_is_logged_and_told_to_its_endpoint(ready):
    endpoint = subscribe(ready, "http://127.0.0.1:65535/")
    id = send(ready)
    ready.work("run_triggers", "TRIGGER")
    ready.work("deliver_webhooks", "DELIVERY")
    team = sample("api/list_workflows")["headers"]["x-team-id"]
    delivery = ready.parts.deliveries.get(delivery_id(team, id, endpoint))

    assert delivery.status is DeliveryStatus.RETRYING
    assert delivery.attempts[0].error == "connect"
    assert ready.waiting("RETRY") == 1
    assert ready.waiting("DELIVERY") == 0


def test_a_delivery_to_an_endpoint_that_was_deleted_ends_with_that_reason(ready):
    endpoint = subscribe(ready, "http://127.0.0.1:65535/")
    id = send(ready)
    ready.work("run_triggers", "TRIGGER")
    ready.call("delete_webhook_endpoint", path={"id": endpoint})
    ready.work("deliver_webhooks", "DELIVERY")
    team = sample("api/list_workflows")["headers"]["x-team-id"]
    delivery = ready.parts.deliveries.get(delivery_id(team, id, endpoint))

    assert (delivery.status, delivery.failure) == (DeliveryStatus.FAILED, "endpoint_deleted")


def test_a_message_without_a_record_is_put_back_for_a_moment(ready):
    id = send(ready)
    ready.parts.triggers_table.delete(f"TRIGGER#{id}", "TRIGGER")
    answer = ready.work("run_triggers", "TRIGGER")

    assert len(answer["batchItemFailures"]) == 1


def test_a_dead_letter_marks_its_trigger_failed_with_the_reason(ready):
    id = send(ready)
    (record,) = sample("workers/run_triggers")["Records"]
    record["body"] = json.dumps({**json.loads(record["body"]), "trigger": id})
    ready.handler("watch_dead_letters")({"Records": [record]}, CONTEXT)
    body = ready.call("get_trigger", path={"id": id}).body

    assert (body["status"], body["failure_reason"]) == ("failed", "internal")


@pytest.fixture
def lines(monkeypatch):
    """Catch what the functions log, as CloudWatch would."""
    written = io.StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", written)
    return written


def test_no_secret_key_or_body_is_ever_logged(ready, lines, capsys):
    secret = ready.call("create_webhook_endpoint").body["secret"]
    send(ready)
    ready.work("run_triggers", "TRIGGER")
    ready.work("deliver_webhooks", "DELIVERY")
    logged = lines.getvalue() + capsys.readouterr().out

    assert "Request answered" in logged
    for hidden in (secret, sample("api/list_workflows")["headers"]["x-api-key"], "john.doe@"):
        assert hidden not in logged


def metrics(text: str) -> dict[str, float]:
    lines = [json.loads(line) for line in text.splitlines() if line.startswith('{"_aws"')]
    names = [line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"] for line in lines]
    return {name: line[name][0] for name, line in zip(names, lines, strict=True)}


def test_every_outcome_is_a_metric(ready, capsys):
    subscribe(ready, "http://127.0.0.1:65535/")
    send(ready)
    ready.call("send_event", sample("api/send_event/user_signup"), body="{")
    ready.work("run_triggers", "TRIGGER")
    ready.work("deliver_webhooks", "DELIVERY")
    ready.handler("run_triggers")(sample("workers/run_triggers"), CONTEXT)
    counted = metrics(capsys.readouterr().out)

    assert {"EventsAccepted", "EventsRefused", "Deliveries", "OrphanedMessages"} <= set(counted)
