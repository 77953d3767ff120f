"""WaiterStore: whoever says first that they are there is found by the other."""

from datetime import timedelta

from partner_events.domain.admission import ExecutionRef
from partner_events.domain.awaiting import Arrival, Waiter
from partner_events.domain.ids import ContactId, ExecutionId, TriggerId
from partner_events.domain.workflow import workflow_from
from tests.ports.examples import ACME, HOUR, MILLISECOND, NOW, SECOND, a_team, a_workflow
from tests.ports.stores import Stores


def a_waiter(id: str = "e1", key: str = "k1", step: str = "wait", **given: int) -> Waiter:
    ref = ExecutionRef(trigger=TriggerId(f"t-{id}"), execution=ExecutionId(id), **given)
    return Waiter(key=key, ref=ref, step=step, attempt=2)


def an_arrival(
    id: str = "t9", after: timedelta = timedelta(), contact: str | None = "c1"
) -> Arrival:
    found = ContactId(contact) if contact else None
    return Arrival(trigger=TriggerId(id), at=NOW + after, contact=found)


def test_who_waits_is_found_by_the_key_alone(stores: Stores) -> None:
    waiters = [a_waiter("e1"), a_waiter("e1", step=""), a_waiter("e2", page=3)]
    for each in [*waiters, *waiters, a_waiter("e3", key="k2")]:
        stores.waiters.wait(each, until=NOW + HOUR)

    found = stores.waiters.waiting("k1")
    assert sorted(found, key=repr) == sorted(waiters, key=repr)


def test_who_is_forgotten_waits_no_more(stores: Stores) -> None:
    stores.waiters.wait(a_waiter(), until=NOW + HOUR)
    for _ in range(2):
        stores.waiters.forget(a_waiter())

    assert stores.waiters.waiting("k1") == []


def test_what_arrived_since_is_listed_from_the_oldest_on(stores: Stores) -> None:
    arrivals = [
        an_arrival("t1", -MILLISECOND),
        an_arrival("t3", SECOND, contact=None),
        an_arrival("t2"),
        an_arrival("t4", HOUR),
    ]
    for each in [*arrivals, arrivals[1]]:
        stores.waiters.arrive("k1", each)
    stores.waiters.arrive("k2", an_arrival("t5"))

    found = stores.waiters.arrived("k1", since=NOW)
    assert list(found) == [arrivals[2], arrivals[1], arrivals[3]]


def test_a_team_remembers_what_any_version_of_its_workflows_waits_for(stores: Stores) -> None:
    stores.teams.add(a_team())
    steps = [{"id": "w", "type": "wait", "event": {"name": "a.*", "timeout": "PT1H"}}]
    matching = {"name": "b", "timeout": "PT1H", "match": {"metadata.id": "x"}}
    steps.append({"id": "v", "type": "wait", "event": matching})
    definition = {
        "key": "welcome",
        "triggers": [{"event": "user_signup"}],
        "steps": steps,
        "exit_on": [{"event": "c"}],
    }
    put = {"team": ACME, "created_at": NOW, "updated_at": NOW}
    stores.workflows.put(workflow_from(definition, version=1, **put))  # type: ignore[arg-type]
    stores.workflows.put(a_workflow(version=2))
    team = stores.teams.get(ACME)

    assert team is not None
    assert team.awaited == {"a.*|", "b|metadata.id", "c|"}
    assert stores.teams.revision(ACME) == 2
