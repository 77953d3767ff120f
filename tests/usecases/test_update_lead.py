"""What an update_lead step changes: state, fields, cost and conversions, each once."""

from decimal import Decimal

import pytest

from partner_events.domain.lead import Lead, LeadState
from partner_events.domain.messages import BookReward, RunTrigger
from tests.crash.world import START, TEAM
from tests.usecases.acting import Stage

TXN = "txn_1"


def a_stage(*, data=None, **lead):
    stage = Stage(data={"transaction_id": TXN, **(data or {})})
    known = {"cost": Decimal("2.50"), "fields": {"clickid": "c"}, **lead}
    stage.world.leads.add(
        Lead(
            transaction_id=TXN, team=TEAM, cid="cmp_1", created_at=START, updated_at=START, **known
        )
    )
    return stage


def update(**more):
    return {"type": "update_lead", **more}


def lead(stage):
    return stage.world.leads.get(TEAM, TXN)


def add(amount):
    return update(cost={"operation": "add", "amount": amount})


def test_the_event_s_lead_is_changed_in_one_revision():
    stage = a_stage(data={"score": 7})
    step = update(set={"score": "{{event.data.score}}", "clickid": None}, status="cancelled")
    outcome = stage.act({**step, "cost": {"operation": "override", "amount": "9.90"}})

    assert outcome.outputs == {"transaction_id": TXN}
    assert lead(stage).fields == {"score": 7}
    assert (lead(stage).state, lead(stage).cancelled_at) == (LeadState.CANCELLED, START)
    assert str(lead(stage).cost) == "9.90"
    assert lead(stage).revision == 2


def test_a_status_that_is_no_state_is_a_field_of_the_lead():
    stage = a_stage()
    stage.act(update(status="converted"))

    assert (lead(stage).state, lead(stage).fields["status"]) == (LeadState.SIGNUP, "converted")


@pytest.mark.parametrize(
    ("operation", "amount", "cost"),
    [
        ("add", "{{event.data.paid}}", "4.00"),
        ("subtract", "0.50", "2.00"),
        ("override", 7, "7"),
        ("add", "{{event.data.nothing}}", "2.50"),
    ],
)
def test_a_cost_is_added_taken_off_or_replaced_digit_for_digit_p_41(operation, amount, cost):
    stage = a_stage(data={"paid": Decimal("1.50")})
    stage.act(update(cost={"operation": operation, "amount": amount}))

    assert str(lead(stage).cost) == cost


def test_a_repeat_of_the_step_never_adds_the_cost_twice():
    stage = a_stage()
    for _ in range(3):
        assert stage.act(add("1.00")).error is None

    assert str(lead(stage).cost) == "3.50"


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (add("many"), "invalid_amount"),
        (add("-1"), "invalid_amount"),
        (update(transaction_id="txn_none", status="active"), "lead_not_found"),
        (update(transaction_id="{{event.data.none}}", status="active"), "lead_not_found"),
        (update(set={"a": {"b": 1}}), "invalid_lead"),
        (update(conversion={"event_id": "a b", "revenue": 1}), "invalid_event_id"),
        (update(conversion={"event_id": "sale", "revenue": "{{event.data.x}}"}), "invalid_revenue"),
    ],
)
def test_what_cannot_be_done_fails_the_step_and_changes_nothing(step, error):
    stage = a_stage()
    before = lead(stage)
    outcome = stage.act(step)

    assert (outcome.error, outcome.final) == (error, True)
    assert lead(stage) == before


def test_a_conversion_is_booked_told_and_paid_for_once_d_27():
    stage = a_stage()
    step = update(conversion={"event_id": "sale", "revenue": "45.00"})
    first, again = stage.act(step), stage.act(step)
    (conversion,) = lead(stage).conversions
    told = [
        each
        for each in stage.world.triggers._rows.triggers.values()
        if each.event.name == "conversion.created"
    ]
    sent = [each.message for each in stage.world.queue.waiting]

    assert first.outputs == again.outputs == {"transaction_id": TXN, "conversion_id": conversion.id}
    assert (str(conversion.revenue), conversion.event_id) == ("45.00", "sale")
    assert lead(stage).state is LeadState.ACTIVE
    assert len(told) == 1
    assert {each.trigger for each in sent if isinstance(each, BookReward)} == {told[0].id}
    assert told[0].id in {each.trigger for each in sent if isinstance(each, RunTrigger)}


def test_a_conversion_with_a_key_is_booked_once_over_all_executions():
    stage = a_stage(data={"order": "o1"})
    sale = {"event_id": "sale", "revenue": 1, "dedup_key": "{{event.data.order}}"}
    one = stage.act({**add(1), "conversion": sale}, key="one")
    two = stage.act({**add(1), "conversion": sale}, key="two")

    assert one.outputs == two.outputs
    assert len(lead(stage).conversions) == 1
    assert str(lead(stage).cost) == "4.50"


def test_an_event_that_is_the_conversion_books_no_second_one():
    stage = a_stage(data={"event_id": "sale", "conversion_id": "conv_1", "revenue": 5})
    sale = {"event_id": "{{event.event_id}}", "revenue": "{{event.revenue}}"}
    outcome = stage.act(update(conversion=sale))

    assert outcome.outputs["conversion_id"] == "conv_1"
    assert lead(stage).conversions == ()
