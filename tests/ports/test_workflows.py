"""WorkflowStore: versions that never change, and one of them in force."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from partner_events.domain.workflow import Workflow, WorkflowStatus, workflow_from
from partner_events.jsontext import dumps, loads
from partner_events.ports import AlreadyThere
from tests.ports.examples import ACME, GLOBEX, NOW, SECOND, a_team, a_workflow
from tests.ports.stores import Stores


@pytest.fixture(autouse=True)
def teams(stores: Stores) -> None:
    stores.teams.add(a_team(ACME))
    stores.teams.add(a_team(GLOBEX))


def test_a_workflow_is_read_as_it_was_put(stores: Stores) -> None:
    workflow = replace(a_workflow(), updated_at=NOW + SECOND)
    stores.workflows.put(workflow)

    assert stores.workflows.get(ACME, "welcome") == workflow
    assert stores.workflows.version(ACME, "welcome", 1) == workflow


def test_no_digit_of_a_definition_is_lost_d_2(stores: Stores) -> None:
    text = dumps(a_workflow().definition).replace('{"n":1}', '{"amount":99.00}')
    usual: dict[str, Any] = {"team": ACME, "version": 1, "created_at": NOW, "updated_at": NOW}
    stores.workflows.put(workflow_from(loads(text), **usual))
    found = stores.workflows.get(ACME, "welcome")

    assert found is not None
    assert dumps(found.definition) == text


def test_the_last_version_is_in_force_and_the_others_stand(stores: Stores) -> None:
    stores.workflows.put(a_workflow(version=1))
    stores.workflows.put(a_workflow(version=2))

    assert stores.workflows.get(ACME, "welcome") == a_workflow(version=2)
    assert stores.workflows.version(ACME, "welcome", 1) == a_workflow(version=1)
    assert stores.workflows.version(ACME, "welcome", 2) == a_workflow(version=2)
    assert stores.workflows.version(ACME, "welcome", 3) is None


def test_a_version_never_changes(environment: Callable[[], Stores], stores: Stores) -> None:
    stores.workflows.put(a_workflow())
    revision = stores.teams.revision(ACME)
    with pytest.raises(AlreadyThere):
        stores.workflows.put(replace(a_workflow(), definition=a_workflow("other").definition))

    assert environment().workflows.get(ACME, "welcome") == a_workflow()
    assert environment().workflows.version(ACME, "welcome", 1) == a_workflow()
    assert stores.teams.revision(ACME) == revision


def test_the_latest_version_is_the_highest_number(stores: Stores) -> None:
    for version in (1, 2, 9, 10, 11):
        stores.workflows.put(a_workflow(version=version))
    stores.workflows.put(a_workflow("welcome-back", version=12))
    stores.workflows.put(a_workflow(version=13, team=GLOBEX))

    assert stores.workflows.latest_version(ACME, "welcome") == 11
    assert stores.workflows.latest_version(ACME, "wel") == 0


def test_a_deleted_workflow_is_not_there_but_its_versions_are(stores: Stores) -> None:
    stores.workflows.put(a_workflow())
    stores.workflows.delete(ACME, "welcome")

    assert stores.workflows.get(ACME, "welcome") is None
    assert list(stores.workflows.all(ACME)) == []
    assert stores.workflows.version(ACME, "welcome", 1) == a_workflow()
    assert stores.workflows.latest_version(ACME, "welcome") == 1


def test_a_workflow_that_comes_back_goes_on_with_its_numbers(stores: Stores) -> None:
    stores.workflows.put(a_workflow(version=1))
    stores.workflows.delete(ACME, "welcome")
    with pytest.raises(AlreadyThere):
        stores.workflows.put(a_workflow(version=1))
    stores.workflows.put(a_workflow(version=2))

    assert stores.workflows.get(ACME, "welcome") == a_workflow(version=2)


def test_all_workflows_of_a_team_are_its_own_in_force(stores: Stores) -> None:
    for workflow in (a_workflow("b"), a_workflow("a"), a_workflow("a", version=2)):
        stores.workflows.put(workflow)
    stores.workflows.put(a_workflow("c", team=GLOBEX))

    assert list(stores.workflows.all(ACME)) == [a_workflow("a", version=2), a_workflow("b")]


def test_every_change_of_a_workflow_gives_the_team_a_new_revision(stores: Stores) -> None:
    changes: list[Callable[[], None]] = [
        lambda: stores.workflows.put(a_workflow(version=1)),
        lambda: stores.workflows.put(a_workflow(version=2)),
        lambda: stores.workflows.set_status(paused(a_workflow(version=2))),
        lambda: stores.workflows.delete(ACME, "welcome"),
    ]
    revisions = [stores.teams.revision(ACME)]
    for change in changes:
        change()
        revisions.append(stores.teams.revision(ACME))

    assert revisions == sorted(set(revisions))
    assert stores.teams.revision(GLOBEX) == 0
    assert stores.teams.get(ACME) == a_team(ACME)


def paused(workflow: Workflow) -> Workflow:
    return workflow.with_status(WorkflowStatus.PAUSED, now=NOW + SECOND)


def test_a_status_is_set_without_a_new_version(stores: Stores) -> None:
    workflow = a_workflow()
    stores.workflows.put(workflow)
    stores.workflows.set_status(paused(workflow))

    assert stores.workflows.get(ACME, "welcome") == paused(workflow)
    assert list(stores.workflows.all(ACME)) == [paused(workflow)]
    assert stores.workflows.version(ACME, "welcome", 1) == workflow
    assert stores.workflows.latest_version(ACME, "welcome") == 1


def test_setting_a_status_twice_is_harmless(stores: Stores) -> None:
    stores.workflows.put(a_workflow())
    for _ in range(2):
        stores.workflows.set_status(paused(a_workflow()))

    assert stores.workflows.get(ACME, "welcome") == paused(a_workflow())


def test_the_status_of_a_version_that_is_not_in_force_cannot_be_set(stores: Stores) -> None:
    for version in (1, 2):
        stores.workflows.put(a_workflow(version=version))
    revision = stores.teams.revision(ACME)
    with pytest.raises(AlreadyThere):
        stores.workflows.set_status(paused(a_workflow(version=1)))
    with pytest.raises(AlreadyThere):
        stores.workflows.set_status(paused(a_workflow("unknown")))

    assert stores.workflows.get(ACME, "welcome") == a_workflow(version=2)
    assert stores.workflows.get(ACME, "unknown") is None
    assert stores.teams.revision(ACME) == revision


def test_a_new_version_has_the_status_it_was_put_with(stores: Stores) -> None:
    stores.workflows.put(a_workflow(version=1))
    stores.workflows.set_status(paused(a_workflow(version=1)))
    stores.workflows.put(a_workflow(version=2))

    assert stores.workflows.get(ACME, "welcome") == a_workflow(version=2)
