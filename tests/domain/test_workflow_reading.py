"""A definition comes to the steps, filters and limits that it says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from partner_events.domain.ids import TeamId
from partner_events.domain.retry import Backoff, Retry
from partner_events.domain.rules import Rule
from partner_events.domain.wait_steps import (
    OnPast,
    WaitFor,
    WaitForEvent,
    WaitForWindow,
    WaitUntil,
)
from partner_events.domain.workflow import SchemaMode, workflow_from
from partner_events.domain.workflow_entry import (
    Cooldown,
    CooldownScope,
    Entry,
    Exit,
    Frequency,
    NameFilter,
    OnRunning,
)
from partner_events.domain.workflow_steps import END, FAIL, Category, Goto, Missing, OnFailure
from partner_events.jsontext import loads

NOW = datetime(2026, 1, 2, tzinfo=UTC)
TELL = {"id": "tell", "type": "webhook", "url": "https://example.com"}


def read(definition):
    return workflow_from(definition, team=TeamId("t"), version=1, created_at=NOW, updated_at=NOW)


def example(key):
    return read(loads(Path(f"events/workflows/{key}.json").read_text()))


def steps(*documents, **more):
    definition = {"key": "k", "triggers": [{"event": "e"}], "steps": documents, **more}
    return read(definition)


def wait(**how):
    return steps({"id": "w", "type": "wait", **how}).step("w").wait


def test_the_onboarding_series_is_read_as_it_is_written():
    workflow = example("onboarding_series")

    assert workflow.triggers[0].condition == Rule(
        {"!=": [{"var": "event.source.type"}, "admin_panel"]}
    )
    assert workflow.filters.tags == NameFilter(
        any=frozenset({"new_users"}), none=frozenset({"staff"})
    )
    assert workflow.entry == Entry(frequency=Frequency.ONCE_PER_CONTACT)
    assert workflow.exits == (Exit(event="subscription_cancelled"),)
    assert workflow.vars["code"] == "WELCOME20"
    assert workflow.event_schema_mode is SchemaMode.WARN
    assert workflow.step("welcome").category is Category.TRANSACTIONAL
    assert workflow.step("welcome").retry == Retry(
        max_attempts=6, initial=timedelta(seconds=10), max=timedelta(hours=1)
    )
    assert workflow.step("await_purchase").wait == WaitForEvent(
        event="purchase_completed",
        timeout=timedelta(days=3),
        condition=Rule({">=": [{"var": "awaited.data.amount"}, 1]}),
        on_event="mark_buyer",
        on_timeout="nudge",
    )
    assert workflow.after("nudge") == END
    assert workflow.step("mark_buyer").add_tags == ("customer",)
    assert workflow.step("tell_partner").event_type == "contact.first_purchase"


def test_the_sale_postbacks_are_read_as_they_are_written():
    workflow = example("sale_postbacks")
    book, tier = workflow.step("book"), workflow.step("tier")

    assert workflow.entry.key == "{{event.transaction_id}}:{{event.event_id}}"
    assert (book.conversion.revenue, book.cost.operation) == ("{{event.revenue}}", "add")
    assert (book.on_failure, tier.on_failure) == (OnFailure.STOP, OnFailure.CONTINUE)
    assert book.retry.backoff is Backoff.TABLE
    assert book.retry.give_up_after == timedelta(days=3)
    assert [case.goto for case in tier.cases] == ["vip_buyer", "done"]
    assert tier.otherwise == "partner_postback"
    assert workflow.step("vip_buyer").success == frozenset({200, 201, 202, 204})
    assert workflow.step("vip_buyer").save == {"buyer_ref": "body.reference"}
    assert workflow.step("partner_postback").method == "GET"
    assert workflow.step("done").event_name == "conversion.settled"


def test_the_review_request_is_read_as_it_is_written():
    workflow = example("review_request")

    assert workflow.listens_to("loan.funded")
    assert workflow.filters.segments.none == {"open_complaint"}
    assert workflow.cooldowns[1] == Cooldown(
        window=timedelta(days=7), limit=3, share="all_marketing"
    )
    assert workflow.cooldowns[2].scope is CooldownScope.KEY
    assert workflow.step("settle").wait == WaitUntil(
        moment="{{event.metadata.closed_at}}", offset=timedelta(days=1)
    )
    assert workflow.step("office_hours").wait == WaitForWindow(
        opens=540,
        closes=1050,
        days=frozenset(range(5)),
        timezone="{{default contact.timezone tenant.timezone}}",
    )
    assert workflow.step("ask_sms").missing is Missing.EMPTY
    assert workflow.step("ask_sms").on_failure == Goto("ask_email")
    assert workflow.step("await_review").wait.match == (
        "metadata.request_id",
        "{{execution.id}}",
    )


def test_a_wait_lasts_for_a_duration_or_for_what_a_template_comes_to():
    assert wait(**{"for": "PT90S"}) == WaitFor(timedelta(seconds=90))
    assert wait(**{"for": "{{vars.pause}}"}) == WaitFor("{{vars.pause}}")


def test_a_wait_may_end_before_a_moment_and_say_what_to_do_if_it_is_past():
    waits = wait(until="{{event.data.at}}", offset="-P1DT2H", on_past="skip_next")

    assert waits.offset == -timedelta(days=1, hours=2)
    assert waits.on_past is OnPast.SKIP_NEXT


def test_a_window_is_every_day_unless_it_names_days():
    assert wait(window={"from": "22:00", "to": "06:30"}) == WaitForWindow(opens=1320, closes=390)


def test_a_step_s_own_settings_stand_before_the_defaults_one_by_one():
    workflow = steps(
        {**TELL, "retry": {"max_attempts": 2}, "timeout": "PT5S"},
        {**TELL, "id": "again", "on_failure": {"goto": "$fail"}},
        defaults={
            "retry": {"backoff": "fixed", "initial": "PT3S"},
            "timeout": "PT20S",
            "on_failure": "continue",
        },
    )
    tell, again = workflow.steps

    fixed = {"backoff": Backoff.FIXED, "initial": timedelta(seconds=3)}
    assert tell.retry == Retry(max_attempts=2, **fixed)
    assert (tell.timeout, tell.on_failure) == (timedelta(seconds=5), OnFailure.CONTINUE)
    assert again.retry == Retry(**fixed)
    assert (again.timeout, again.on_failure) == (timedelta(seconds=20), Goto(FAIL))


def test_a_workflow_says_nothing_more_than_its_definition():
    workflow = steps(TELL)

    assert workflow.entry == Entry(on_running=OnRunning.ALLOW)
    assert (workflow.cooldowns, workflow.exits, workflow.max_duration) == ((), (), None)


def test_a_year_is_the_longest_that_a_workflow_may_run_s_11():
    assert steps(TELL, max_duration="P366D").max_duration == timedelta(days=366)


@pytest.mark.parametrize(
    ("id", "target"), [("one", "three"), ("two", END), ("three", "four"), ("four", FAIL)]
)
def test_a_step_leads_to_its_next_or_to_the_one_below(id, target):
    nexts = {"one": "three", "two": "$end", "three": None, "four": "$fail"}
    documents = [{**TELL, "id": id} | ({"next": to} if to else {}) for id, to in nexts.items()]
    workflow = steps(*documents)

    assert workflow.after(id) == target
    assert steps(TELL).after("tell") == END
