"""Which workflows run for an event, and the one reason why each of the others does not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from partner_events.domain.contact import Contact
from partner_events.domain.ids import ContactId, TriggerId
from partner_events.domain.messages import RunTrigger
from partner_events.domain.trigger import Trigger
from tests.crash.world import START, TEAM, World, an_event, duplicated
from tests.usecases.flows import only, tell

WAIT = {"id": "wait", "type": "wait", "for": "P1D"}
MINUTE = timedelta(minutes=1)


def fire(world: World, id: str, **given) -> None:
    """Accept an event as it is; let its trigger run, but no time pass for who waits."""
    event = replace(an_event(), **given)
    trigger = Trigger.accept(event, id=TriggerId(id), now=world.now, trigger_at=None)
    message = RunTrigger(team=TEAM, trigger=trigger.id, accepted_at=world.now)
    world.triggers.add(trigger, now=world.now)
    world.queue.send(message, now=world.now)
    run_due(world)


def run_due(world: World) -> None:
    until = world.now + MINUTE
    while any(each.visible_at <= until for each in world.queue.waiting):
        world.turn()


def reasons(world: World, id: str = "t1") -> dict[str, str | None]:
    plan = world.triggers.get(TriggerId(id)).plan
    ran = dict.fromkeys((each.workflow for each in plan.executions), None)
    return ran | {each.workflow: each.reason.value for each in plan.filtered}


def fired(*steps, given=None, **definition) -> str | None:
    """Tell why this workflow did not run for the usual event."""
    world = only(World(), *(steps or [tell("one")]), **definition)
    fire(world, "t1", **(given or {}))
    return reasons(world)["one"]


@pytest.mark.parametrize("tags", [frozenset(), frozenset({"new_users"})])
def test_the_worked_example_of_the_sends_document_s_30(tags):
    world = only(World(), tell("mail"), key="welcome_email")
    world.put_workflow("onboarding_series", ["mail"], filters={"tags": {"any": ["new_users"]}})
    world.put_workflow("purchase_thank_you", ["mail"], triggers=[{"event": "purchase_completed"}])
    contact = Contact(
        id=ContactId("c1"),
        team=TEAM,
        external_id="user_1",
        tags=tags,
        created_at=START,
        updated_at=START,
    )
    world.contacts.add(contact)
    fire(world, "t1")

    assert reasons(world) == {
        "welcome_email": None,
        "onboarding_series": None if tags else "tags",
    }


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        ({"triggers": [{"event": "user_signup", "if": {"==": [1, 2]}}]}, "trigger_condition"),
        (
            {
                "triggers": [
                    {"event": "user_*", "if": True},
                    {"event": "user_signup", "if": {"==": [1, 2]}},
                    {"event": "user_signup", "if": {"==": [{"var": "event.data.amount"}, 99]}},
                ]
            },
            None,
        ),
        ({"filters": {"sources": {"any": ["web_signup"]}}}, None),
        ({"filters": {"sources": {"none": ["web_signup"]}}}, "sources"),
        ({"filters": {"tags": {"all": ["vip"]}}}, "tags"),
        ({"filters": {"segments": {"any": ["rich"]}}}, "segments"),
        ({"filters": {"if": {"exists": [{"var": "contact.email"}]}}}, None),
        ({"filters": {"if": {"exists": [{"var": "lead.transaction_id"}]}}}, "condition"),
        ({"filters": {"if": {"==": [{"var": "vars.a"}, 1]}}, "vars": {"a": 1}}, None),
        ({"entry": {"frequency": "once_per_key", "key": "{{nothing}}"}}, "key_missing"),
        ({"entry": {"frequency": "once_per_contact"}}, None),
    ],
)
def test_every_filter_has_its_reason_s_28_d_33(definition, reason):
    assert fired(given={"source": '{"type":"web_signup"}'}, **definition) == reason


def again(*, after=MINUTE, given=None, second=None, **definition) -> list[str | None]:
    """Fire twice, and tell why the workflow did not run either time."""
    world = only(World(), tell("one"), **definition)
    fire(world, "t1", **(given or {}))
    world.now = START + after
    fire(world, "t2", **(second or given or {}))
    return [reasons(world, id)["one"] for id in ("t1", "t2")]


OTHER = {"contact": replace(an_event().contact, external_id="user_2", email="b@example.com")}
NOBODY = {"contact": replace(an_event().contact, external_id=None, email=None)}
BY_CODE = {"variables": '{"code":"a"}'}
HOURLY = {"window": "PT1H"}


@pytest.mark.parametrize(
    ("definition", "second", "after", "reason"),
    [
        ({"entry": {"frequency": "once_per_contact"}}, {}, timedelta(days=999), "frequency"),
        ({"entry": {"frequency": "once_per_contact"}}, OTHER, MINUTE, None),
        ({"entry": {"frequency": "once_per_key", "key": "{{code}}"}}, BY_CODE, MINUTE, "frequency"),
        (
            {"entry": {"frequency": "once_per_key", "key": "{{code}}"}},
            {"variables": '{"code":"b"}'},
            MINUTE,
            None,
        ),
        ({"cooldowns": [HOURLY]}, {}, timedelta(minutes=59), "cooldown"),
        ({"cooldowns": [HOURLY]}, {}, timedelta(minutes=60), None),
        ({"cooldowns": [HOURLY]}, OTHER, MINUTE, None),
        ({"cooldowns": [{**HOURLY, "limit": 2}]}, {}, MINUTE, None),
        ({"cooldowns": [{**HOURLY, "scope": "tenant"}]}, OTHER, MINUTE, "cooldown"),
        (
            {"cooldowns": [{**HOURLY, "scope": "key", "key": "{{code}}"}]},
            {**OTHER, **BY_CODE},
            MINUTE,
            "cooldown",
        ),
    ],
)
def test_frequency_and_cooldowns_count_by_contact_key_or_team(definition, second, after, reason):
    told = again(given=BY_CODE, second={**BY_CODE, **second}, after=after, **definition)

    assert told == [None, reason]


def test_who_is_nobody_is_counted_nowhere():
    assert again(given=NOBODY, cooldowns=[HOURLY]) == [None, None]


def test_workflows_that_share_a_cooldown_are_counted_together():
    shared = [{"window": "P7D", "limit": 1, "share": "all_marketing"}]
    world = only(World(), tell("one"), cooldowns=shared)
    world.put_workflow("two", ["one"], cooldowns=shared)
    fire(world, "t1")

    assert reasons(world) == {"one": None, "two": "cooldown"}


def test_who_is_refused_by_one_limit_is_not_counted_by_the_others():
    limits = [{"window": "PT2H", "limit": 2}, {"window": "PT1M", "limit": 1}]
    world = only(World(), tell("one"), cooldowns=limits)
    for minute, id in ((0, "t1"), (0.5, "t2"), (2, "t3"), (4, "t4")):
        world.now = START + minute * MINUTE
        fire(world, id)

    assert [reasons(world, f"t{n}")["one"] for n in (1, 2, 3, 4)] == [
        None,
        "cooldown",
        None,
        "cooldown",
    ]


def test_a_redelivered_copy_of_the_founding_message_is_no_repeat():
    world = only(World(), tell("one"), cooldowns=[HOURLY], entry={"frequency": "once_per_contact"})
    world.accept("t1")
    for _ in range(3):
        duplicated(world, world.queue.waiting[0].message)
    world.drain()

    assert reasons(world) == {"one": None}
    assert world.triggers.get("t1").sent == 1


def test_the_direct_route_goes_round_no_limit_and_no_filter_s_40():
    direct = {"workflow": "one", "name": "workflow.triggered"}
    once = {"frequency": "once_per_contact"}

    assert again(given=direct, entry=once) == [None, "frequency"]
    assert fired(given=direct, filters={"if": {"==": [1, 2]}}) == "condition"
    assert fired(given=direct, triggers=[{"event": "x", "if": {"==": [1, 2]}}]) is None


@pytest.mark.parametrize(
    ("on_running", "reason", "first"),
    [("allow", None, "running"), ("skip", "running", "running"), ("restart", None, "cancelled")],
)
def test_who_comes_while_another_runs_is_let_in_kept_out_or_takes_its_place(
    on_running, reason, first
):
    world = only(World(), WAIT, tell("then"), entry={"on_running": on_running})
    fire(world, "t1")
    fire(world, "t2")
    (execution,) = world.executions.of_trigger("t1")

    assert reasons(world, "t2")["one"] == reason
    assert execution.status.value == first
    assert execution.failure == ("restarted" if first == "cancelled" else None)
    world.drain()
    ended = sum(world.triggers.get(id).sent for id in ("t1", "t2"))
    assert ended == (2 if on_running == "allow" else 1)


def test_who_comes_when_no_other_runs_any_more_is_let_in():
    world = only(World(), tell("one"), entry={"on_running": "skip"})
    for id in ("t1", "t2", "t3"):
        fire(world, id)

    assert [reasons(world, id)["one"] for id in ("t1", "t2", "t3")] == [None] * 3


def test_a_key_tells_apart_who_may_run_beside_each_other():
    entry = {"on_running": "skip", "key": "{{code}}"}
    world = only(World(), WAIT, entry=entry)
    fire(world, "t1", variables='{"code":"a"}')
    fire(world, "t2", variables='{"code":"b"}')
    fire(world, "t3", variables='{"code":"a"}')

    assert [reasons(world, id)["one"] for id in ("t1", "t2", "t3")] == [None, None, "running"]


def restarted(**faults) -> World:
    world = only(
        World(**faults),
        WAIT,
        tell("then"),
        entry={"on_running": "restart"},
        cooldowns=[{"window": "PT1H", "limit": 2}],
    )
    for id in ("t1", "t2"):
        fire(world, id)
    world.drain()
    return world


def points() -> int:
    return restarted().faults.passed


@pytest.mark.parametrize("point", range(1, points() + 1))
def test_a_process_that_dies_at_any_call_counts_once_and_restarts_once(point):
    world = restarted(dies=lambda passed: passed == point)
    executions = [each for id in ("t1", "t2") for each in world.executions.of_trigger(id)]

    assert reasons(world, "t1") == reasons(world, "t2") == {"one": None}
    assert sorted(each.status.value for each in executions) == ["cancelled", "completed"]
    assert [len(each.taken) for each in world.admissions.ledgers.values()] == [2]
    assert not world.queue.dead


def test_an_audience_is_counted_contact_by_contact():
    from partner_events.domain.event import Audience

    world = only(World(), tell("one"), entry={"frequency": "once_per_contact"})
    for number in range(3):
        world.contacts.add(
            Contact(
                id=ContactId(f"c{number}"),
                team=TEAM,
                external_id=f"e{number}",
                created_at=START,
                updated_at=START,
            )
        )
    everybody = {"workflow": "one", "audience": Audience(), **NOBODY}
    for id in ("t1", "t2"):
        fire(world, id, **everybody)
    world.drain()
    first, second = (world.triggers.get(id) for id in ("t1", "t2"))

    assert (first.sent, first.filtered) == (3, 0)
    assert (second.sent, second.filtered) == (0, 3)
    assert {reason.value for reason in second.walk.filtered} == {"frequency"}
