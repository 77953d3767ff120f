"""Where an execution goes: conditions, targets, branches, failures and their retries."""

from datetime import timedelta

import pytest

from partner_events.domain.execution import ExecutionStatus, StepStatus
from tests.usecases.flows import run, tell, the_execution, way

TRUE = {"==": [{"var": "event.data.amount"}, 99]}
FALSE = {"==": [{"var": "event.data.amount"}, 1]}


def test_a_step_whose_condition_does_not_hold_is_skipped_and_says_so():
    world = run(tell("one", **{"if": FALSE}), tell("two", **{"if": TRUE}))

    assert way(world) == [("one", "skipped", "condition"), ("two", "completed", None)]
    assert the_execution(world).status is ExecutionStatus.COMPLETED


def test_a_step_leads_to_its_next():
    world = run(tell("one", next="three"), tell("two", next="$end"), tell("three", next="two"))

    assert [step for step, _, _ in way(world)] == ["one", "three", "two"]


def test_a_step_may_end_the_execution_as_failed():
    world = run(tell("one", next="$fail"))
    trigger = world.triggers.get("t1")

    assert the_execution(world).status is ExecutionStatus.FAILED
    assert the_execution(world).failure == "workflow_failed"
    assert (trigger.sent, trigger.failed) == (0, 1)


@pytest.mark.parametrize(
    ("rules", "target", "reason"),
    [
        ((TRUE, TRUE), "two", "big"),
        ((FALSE, TRUE), "three", "case_2"),
        ((FALSE, FALSE), "four", "else"),
    ],
)
def test_a_branch_goes_to_the_first_case_that_holds(rules, target, reason):
    cases = [{"name": "big", "if": rules[0], "goto": "two"}, {"if": rules[1], "goto": "three"}]
    branch = {"id": "pick", "type": "branch", "cases": cases, "else": "four"}
    ends = [tell(id, next="$end") for id in ("two", "three", "four")]
    world = run(branch, *ends)

    assert way(world) == [("pick", "completed", reason), (target, "completed", None)]


def test_rules_look_at_contact_variables_and_how_earlier_steps_ended():
    rule = {
        "and": [
            {"==": [{"var": "contact.external_id"}, "user_1"]},
            {"==": [{"var": "vars.product"}, "Acme"]},
            {"==": [{"var": "steps.one.status"}, "skipped"]},
            {"==": [{"var": "workflow.key"}, "one"]},
            {"exists": [{"var": "execution.id"}, {"var": "now"}]},
        ]
    }
    world = run(tell("one", **{"if": FALSE}), tell("two", **{"if": rule}), vars={"product": "Acme"})

    assert way(world)[1] == ("two", "completed", None)


def test_a_step_that_failed_for_good_leads_where_it_says():
    retry = {"max_attempts": 2, "initial": "PT5S"}
    world = run(
        tell("one", retry=retry, on_failure={"goto": "help"}),
        tell("two"),
        tell("help", retry={"max_attempts": 5}),
        failures=lambda _: 2,
    )

    assert [(step, status) for step, status, _ in way(world)] == [
        ("one", "retrying"),
        ("one", "failed"),
        ("help", "retrying"),
        ("help", "retrying"),
        ("help", "completed"),
    ]


@pytest.mark.parametrize(
    ("retry", "waits"),
    [
        ({"backoff": "fixed", "initial": "PT7S", "max_attempts": 4, "jitter": 0}, [7, 7, 7]),
        ({"initial": "PT5S", "max": "PT8S", "max_attempts": 4, "jitter": 0}, [5, 8, 8]),
        (
            {"backoff": "table", "table": ["PT1S", "PT30S"], "max_attempts": 4, "jitter": 0},
            [1, 30, 30],
        ),
        (
            {"backoff": "fixed", "initial": "PT10S", "give_up_after": "PT25S", "jitter": 0},
            [10, 10],
        ),
    ],
)
def test_a_failed_step_waits_by_its_policy_and_is_given_up_on(retry, waits):
    world = run(tell("one", retry=retry), failures=lambda _: 100)
    at = [each.at for each in the_execution(world).history]
    between = [round((b - a) / timedelta(seconds=1)) for a, b in zip(at, at[1:], strict=False)]

    assert the_execution(world).history[-1].status is StepStatus.FAILED
    assert between == waits
