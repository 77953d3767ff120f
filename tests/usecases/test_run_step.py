"""What a workflow's webhook step sends, and when it tries again."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from partner_events.domain.execution import ExecutionStatus, StepStatus
from partner_events.domain.ids import TriggerId
from partner_events.domain.messages import RunStep
from partner_events.domain.trigger import Trigger
from partner_events.domain.workflow import workflow_from
from partner_events.domain.workflow_steps import WebhookStep
from partner_events.usecases.make_plan import execution_of
from partner_events.usecases.perform_step import perform
from tests.crash.world import START, TEAM, World, an_event

SECRET = "whsec_" + "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M="


def run(step, *, failures=lambda _: 0, variables="{}", more_steps=(), **definition):
    """Run one workflow with this step for one event; the world after all is over."""
    world = World(failures=failures)
    for key in ("welcome", "onboarding", "vip"):
        world.workflows.delete(TEAM, key)
    steps = [{"id": "tell", "type": "webhook", **step}, *more_steps]
    triggers = [{"event": "user_signup"}]
    document = {"key": "one", "status": "active", "triggers": triggers, "steps": steps}
    workflow = workflow_from(
        {**document, **definition}, team=TEAM, version=1, created_at=START, updated_at=START
    )
    world.workflows.put(workflow)
    for endpoint in ("ep_one", "ep_two"):
        if step.get("endpoint") != endpoint:
            world.endpoints.delete(TEAM, endpoint)
    world.accept("t1", variables=variables)
    world.drain()
    return world


def sent_by_steps(world):
    return [each for each in world.receivers.seen if each[1].startswith("msg_")]


def test_a_url_gets_its_own_body_with_the_references_filled_s_33_s_34():
    text = (
        "Hello {{user_name}},\n\n"
        "Welcome to {{product_name}}! Use code {{discount_code}} for 20% off."
    )
    variables = json.dumps(
        {"user_name": "John", "product_name": "A & B", "discount_code": "X=1&Y", "n": 1}
    )
    world = run(
        {"url": "https://x.example", "body": {"text": text, "amount": "{{event.data.amount}}"}},
        variables=variables,
    )
    ((_, _, body, _),) = sent_by_steps(world)

    assert body.decode() == (
        '{"text":"Hello John,\\n\\nWelcome to A & B! Use code X=1&Y for 20% off.","amount":99.00}'
    )


def test_a_step_without_a_body_tells_the_event_and_its_contact_but_no_variables():
    world = run({"url": "https://x.example"}, variables='{"reset_code":"ABC123"}')
    ((_, _, body, _),) = sent_by_steps(world)
    told = json.loads(body)

    assert list(told) == ["type", "timestamp", "data"]
    assert told["data"]["event"]["data"] == {"amount": 99.00}
    assert told["data"]["contact"]["external_id"] == "user_1"
    assert b"ABC123" not in body


def test_a_registered_endpoint_gets_a_signed_envelope_with_the_step_s_type():
    world = run({"endpoint": "ep_one", "event_type": "contact.welcomed", "body": {"a": 1}})
    request = next(r for r in world.receivers.requests if r.headers["webhook-id"][:4] == "msg_")

    body = json.loads(request.body)
    sent_at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
    signature = Webhook(SECRET).sign(request.headers["webhook-id"], sent_at, request.body.decode())

    assert list(body) == ["type", "timestamp", "data"]
    assert (body["type"], body["data"]) == ("contact.welcomed", {"a": 1})
    assert request.headers["webhook-signature"] == signature


@pytest.mark.parametrize(
    ("on_failure", "status", "steps"),
    [("stop", ExecutionStatus.FAILED, 1), ("continue", ExecutionStatus.COMPLETED, 2)],
)
def test_a_step_that_fails_for_good_stops_the_execution_or_lets_it_go_on(on_failure, status, steps):
    world = run(
        {"url": "https://x.example", "on_failure": on_failure, "retry": {"max_attempts": 2}},
        failures=lambda id: 2 if id == first_id(world_id=id) else 0,
        more_steps=[{"id": "then", "type": "webhook", "url": "https://y.example"}],
    )
    (execution,) = world.executions.of_trigger(TriggerId("t1"))

    assert execution.status is status
    assert len({each.step for each in execution.history}) == steps


def first_id(world_id):
    """Every webhook fails twice, but the second step is let through by its own id."""
    from partner_events.domain.ids import effect_id, execution_id

    execution = execution_id(TEAM, "t1", "one", None)
    return None if world_id == effect_id(execution, "then") else world_id


def test_a_step_is_tried_again_later_and_later():
    world = run({"url": "https://x.example"}, failures=lambda _: 3)
    (execution,) = world.executions.of_trigger(TriggerId("t1"))
    at = [each.at for each in execution.history]
    waits = [(later - earlier) for earlier, later in zip(at, at[1:], strict=False)]

    assert [each.status for each in execution.history] == [StepStatus.RETRYING] * 3 + [
        StepStatus.COMPLETED
    ]
    for wait, usual in zip(waits, (10, 20, 40), strict=True):
        assert timedelta(seconds=usual * 0.8) <= wait <= timedelta(seconds=usual * 1.2 + 1)


def test_a_step_whose_endpoint_is_gone_fails_at_once_with_that_reason():
    world = World()
    world.workflows.put(
        workflow_from(
            {
                "key": "late",
                "status": "active",
                "triggers": [{"event": "user_signup"}],
                "steps": [{"id": "tell", "type": "webhook", "endpoint": "ep_gone"}],
            },
            team=TEAM,
            version=1,
            created_at=START,
            updated_at=START,
        )
    )
    world.accept("t1")
    world.drain()
    failed = [
        each
        for each in world.executions.of_trigger(TriggerId("t1"))
        if each.status is ExecutionStatus.FAILED
    ]

    assert [each.history[-1].error for each in failed] == ["endpoint_deleted"]


def test_an_execution_keeps_the_version_that_it_began_with():
    world = World()
    world.accept("t1")
    world.hand_out(world.queue.waiting[0])
    world.put_workflow("welcome", ["changed"], version=2)
    world.drain()
    (execution,) = [
        each for each in world.executions.of_trigger(TriggerId("t1")) if each.workflow == "welcome"
    ]

    assert execution.version == 1
    assert [each.step for each in execution.history] == ["first", "second"]


def test_a_step_that_another_worker_holds_is_put_back_until_the_lease_is_over():
    from partner_events.domain.errors import TryLater

    world = World()
    world.accept("t1")
    world.hand_out(world.queue.waiting[0])
    each = next(each for each in world.queue.waiting if isinstance(each.message, RunStep))
    world.executions.claim(each.message, now=world.now, until=world.now + timedelta(seconds=40))

    with pytest.raises(TryLater) as later:
        world.handle(each.message, 1)
    assert later.value.after == timedelta(seconds=40)


def test_a_channel_s_own_variables_stand_before_the_others_s_40():
    event = replace(
        an_event('{"code":"for all","name":"Ada"}'),
        channel_variables='{"webhook":{"code":"ours"},"sms":{"code":"theirs"}}',
    )
    world = World()
    step = WebhookStep(id="s", url="https://x.example", body={"text": "{{name}}: {{code}}"})
    trigger = Trigger.accept(event, id=TriggerId("t"), now=START, trigger_at=None)
    execution = execution_of(world.workflows.get(TEAM, "welcome"), trigger, None)
    perform(
        step,
        execution,
        trigger,
        START,
        world._bodies().of_notice,
        world._step_ports(world.receivers),
    )

    assert world.receivers.seen[0][2] == b'{"text":"Ada: ours"}'
