"""EndpointStore: where a team wants its webhooks."""

from collections.abc import Callable

import pytest

from partner_events.domain.endpoint import Endpoint
from partner_events.domain.ids import EndpointId
from tests.ports.examples import ACME, GLOBEX, a_team, an_endpoint
from tests.ports.stores import Stores

ONE = EndpointId("ep_1")


@pytest.fixture(autouse=True)
def teams(stores: Stores) -> None:
    stores.teams.add(a_team(ACME))
    stores.teams.add(a_team(GLOBEX))


@pytest.mark.parametrize(
    "endpoint",
    [an_endpoint(), an_endpoint(active=False, event_types=("a.*", "b"), description="Ä 😀")],
)
def test_an_endpoint_is_read_as_it_was_added(stores: Stores, endpoint: Endpoint) -> None:
    stores.endpoints.add(endpoint)

    assert stores.endpoints.get(ACME, ONE) == endpoint


def test_another_teams_endpoint_is_not_there(stores: Stores) -> None:
    stores.endpoints.add(an_endpoint())
    stores.endpoints.delete(GLOBEX, ONE)

    assert stores.endpoints.get(GLOBEX, ONE) is None
    assert stores.endpoints.get(ACME, ONE) == an_endpoint()


def test_a_deleted_endpoint_is_not_there(stores: Stores) -> None:
    stores.endpoints.add(an_endpoint())
    stores.endpoints.delete(ACME, ONE)

    assert stores.endpoints.get(ACME, ONE) is None
    assert list(stores.endpoints.all(ACME)) == []


def test_all_endpoints_of_a_team_are_its_own(stores: Stores) -> None:
    for endpoint in (an_endpoint("b"), an_endpoint("a", active=False)):
        stores.endpoints.add(endpoint)
    stores.endpoints.add(an_endpoint("c", team=GLOBEX))

    assert list(stores.endpoints.all(ACME)) == [an_endpoint("a", active=False), an_endpoint("b")]


def test_every_change_of_an_endpoint_gives_the_team_a_new_revision(stores: Stores) -> None:
    changes: list[Callable[[], None]] = [
        lambda: stores.endpoints.add(an_endpoint("a")),
        lambda: stores.endpoints.add(an_endpoint("b")),
        lambda: stores.endpoints.delete(ACME, EndpointId("a")),
    ]
    revisions = [stores.teams.revision(ACME)]
    for change in changes:
        change()
        revisions.append(stores.teams.revision(ACME))

    assert revisions == sorted(set(revisions))
    assert stores.teams.revision(GLOBEX) == 0
