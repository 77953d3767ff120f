"""Where the steps of a definition lead, and which definitions lead nowhere or round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_events.domain.workflow_graph import graph_problems

IDS = "abcdefgh"


def problems(*steps, **more):
    return {each.field: each.message for each in graph_problems({"steps": list(steps), **more})}


def tell(id, **more):
    return {"id": id, "type": "webhook", **more}


def branch(id, *targets, otherwise):
    cases = [{"if": True, "goto": target} for target in targets]
    return {"id": id, "type": "branch", "cases": cases, "else": otherwise}


def awaits(id, on_event=None, on_timeout=None, **more):
    ways = {"on_event": on_event, "on_timeout": on_timeout}
    event = {"name": "paid"} | {name: to for name, to in ways.items() if to}
    return {"id": id, "type": "wait", "event": event, **more}


def test_steps_one_below_the_other_are_well():
    assert problems(tell("a"), tell("b"), tell("c")) == {}


def test_an_id_stands_once():
    assert problems(tell("a"), tell("b"), tell("a"), tell("a")) == {
        "steps.2.id": "is the id of steps.0 already",
        "steps.3.id": "is the id of steps.0 already",
    }


@pytest.mark.parametrize(
    ("step", "place"),
    [
        (tell("a", next="z"), "steps.0.next"),
        (tell("a", on_failure={"goto": "z"}), "steps.0.on_failure.goto"),
        (branch("a", "b", "z", otherwise="b"), "steps.0.cases.1.goto"),
        (branch("a", "b", otherwise="z"), "steps.0.else"),
        (awaits("a", on_event="z"), "steps.0.event.on_event"),
        (awaits("a", on_timeout="z"), "steps.0.event.on_timeout"),
    ],
)
def test_a_target_is_a_step_or_an_end(step, place):
    assert problems(step, tell("b"))[place] == "names 'z', which is the id of no step"


def test_the_target_of_the_defaults_exists_too():
    defaults = {"on_failure": {"goto": "z"}}

    assert list(problems(tell("a"), defaults=defaults)) == ["defaults.on_failure.goto"]


@pytest.mark.parametrize("end", ["$end", "$fail"])
def test_an_end_may_stand_wherever_a_step_may(end):
    steps = [awaits("a", on_event="b", on_timeout=end), branch("b", end, otherwise="c")]

    assert problems(*steps, tell("c", next=end, on_failure={"goto": end})) == {}


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        ([tell("a"), tell("b", next="a")], "steps.1.next"),
        ([tell("a", next="a")], "steps.0.next"),
        ([tell("a"), tell("b", on_failure={"goto": "a"})], "steps.1.on_failure.goto"),
        ([tell("a"), branch("b", "a", otherwise="$end")], "steps.1.cases.0.goto"),
        ([tell("a"), branch("b", "$end", otherwise="b")], "steps.1.else"),
        ([tell("a"), awaits("b", on_timeout="a")], "steps.1.event.on_timeout"),
        ([tell("a", next="c"), tell("b"), tell("c", next="b")], "steps.2.next"),
    ],
)
def test_no_step_leads_back_not_even_through_a_wait(steps, place):
    assert "back to" in problems(*steps)[place]


def test_a_step_above_may_come_later_without_a_circle():
    steps = [tell("a", next="c"), tell("b", next="$end"), tell("c", next="b")]

    assert problems(*steps) == {}


def test_the_step_for_failures_must_not_go_to_itself_when_it_fails():
    steps, defaults = [tell("a"), tell("sorry")], {"on_failure": {"goto": "sorry"}}
    says = problems(*steps, defaults=defaults)
    steps[1]["on_failure"] = "stop"

    assert says == {"defaults.on_failure.goto": "leads from steps.1 back to steps.1"}
    assert problems(*steps, defaults=defaults) == {}


@pytest.mark.parametrize(
    ("steps", "unreached"),
    [
        ([tell("a", next="$end"), tell("b")], {"steps.1"}),
        ([tell("a", next="c"), tell("b"), tell("c")], {"steps.1"}),
        ([branch("a", "c", otherwise="c"), tell("b"), tell("c")], {"steps.1"}),
        ([awaits("a", "c", "d"), tell("b", next="$end"), tell("c"), tell("d")], {"steps.1"}),
        ([awaits("a", on_event="c"), tell("b"), tell("c")], set()),
        ([tell("a", next="$end", on_failure={"goto": "b"}), tell("b")], set()),
        ([{**branch("a", "c", otherwise="c"), "if": False}, tell("b"), tell("c")], set()),
    ],
)
def test_every_step_is_reached_somehow(steps, unreached):
    assert set(problems(*steps)) == unreached


def test_a_wait_that_skips_a_step_when_it_is_too_late_reaches_the_one_behind():
    late = {"id": "a", "type": "wait", "until": "x", "on_past": "skip_next"}
    steps = [late, tell("b", next="$end"), tell("c")]

    assert set(problems(*steps)) == {"steps.2"}
    assert problems(late, tell("b"), tell("c", next="$end")) == {}


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"steps": None},
        {"steps": [None, 5, [], {"id": []}, {"id": {}, "next": 7}, {"cases": [1], "event": 2}]},
        {"steps": [{"id": "a", "on_failure": {"goto": {}}}], "defaults": []},
    ],
)
def test_what_is_no_definition_at_all_is_looked_at_without_harm(definition):
    assert isinstance(list(graph_problems(definition)), list)


@st.composite
def graphs(draw):
    ids = IDS[: draw(st.integers(1, 8))]
    target = st.sampled_from([*ids, "$end"])
    steps = []
    for id in ids:
        step = draw(
            st.one_of(
                st.just(tell(id)),
                st.builds(lambda to, id=id: tell(id, next=to), target),
                st.builds(lambda one, two, id=id: branch(id, one, otherwise=two), target, target),
            )
        )
        steps.append(step)
    return steps


@given(graphs())
def test_every_walk_through_a_good_graph_ends_and_all_walks_see_every_step(steps):
    wrong = problems(*steps)
    below = {step["id"]: IDS[index + 1] for index, step in enumerate(steps[:-1])}
    seen, circular = set(), []

    def walk(id, path):
        if id in path:
            circular.append(id)
        elif id != "$end":
            seen.add(id)
            step = next(step for step in steps if step["id"] == id)
            ways = [case["goto"] for case in step.get("cases", ())] + [step.get("else")]
            ways = ways if "cases" in step else [step.get("next") or below.get(id, "$end")]
            for to in ways:
                walk(to, {*path, id})

    walk("a", frozenset())

    reached = [place for place, words in wrong.items() if words == "is never reached"]
    assert len(reached) == len(steps) - len(seen)
    assert any("back to" in words for words in wrong.values()) or not circular
