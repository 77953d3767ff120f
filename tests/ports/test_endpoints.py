"""EndpointStore: where a team wants its webhooks."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from partner_events.domain.endpoint import Endpoint, Format
from partner_events.domain.ids import EndpointId
from partner_events.domain.ordering import HeadPolicy, Ordering
from partner_events.domain.rules import Rule
from partner_events.ports import AlreadyThere
from tests.ports.examples import ACME, GLOBEX, NOW, SECOND, a_team, an_endpoint
from tests.ports.stores import Stores

ONE = EndpointId("ep_1")


@pytest.fixture(autouse=True)
def teams(stores: Stores) -> None:
    stores.teams.add(a_team(ACME))
    stores.teams.add(a_team(GLOBEX))


@pytest.mark.parametrize(
    "endpoint",
    [
        an_endpoint(),
        an_endpoint(
            url="sqs:arn:aws:sqs:eu-west-1:210987654321:a", role_arn="arn:aws:iam::2:role/a"
        ),
        an_endpoint(active=False, event_types=("a.*", "b"), description="Ä 😀"),
        an_endpoint(
            format=Format.COMPANY,
            headers={"X-Env": "live", "Authorization": "Bearer 1"},
            rate_per_second=5,
            max_concurrency=2,
            timeout_seconds=30,
            filter=Rule({">": [{"var": "event.data.amount"}, Decimal("99.00")]}),
            ordering=Ordering(by="data.order.id"),
            updated_at=NOW + SECOND,
            revision=7,
        ),
        an_endpoint(
            ordering=Ordering(by="contact", policy=HeadPolicy.SKIP, skip_after=3),
        ),
    ],
)
def test_an_endpoint_is_read_as_it_was_added(stores: Stores, endpoint: Endpoint) -> None:
    stores.endpoints.add(endpoint)

    assert stores.endpoints.get(ACME, ONE) == endpoint


def test_another_teams_endpoint_is_not_there(stores: Stores) -> None:
    stores.endpoints.add(an_endpoint())
    stores.endpoints.delete(GLOBEX, ONE)

    assert stores.endpoints.get(GLOBEX, ONE) is None
    assert stores.endpoints.get(ACME, ONE) == an_endpoint()


def changed(endpoint: Endpoint, **given: Any) -> Endpoint:
    return replace(endpoint, revision=endpoint.revision + 1, **given)


def test_a_change_replaces_what_it_was_made_of(stores: Stores) -> None:
    stores.endpoints.add(an_endpoint())
    once = changed(an_endpoint(), description="once")
    twice = changed(once, headers={"X-A": "1"})
    stores.endpoints.save(once, previous=an_endpoint())
    stores.endpoints.save(twice, previous=once)

    assert stores.endpoints.get(ACME, ONE) == twice


def test_a_change_of_what_was_changed_meanwhile_is_refused(stores: Stores) -> None:
    stores.endpoints.add(an_endpoint())
    won = changed(an_endpoint(), description="faster")
    stores.endpoints.save(won, previous=an_endpoint())
    with pytest.raises(AlreadyThere):
        stores.endpoints.save(changed(an_endpoint(), active=False), previous=an_endpoint())

    assert stores.endpoints.get(ACME, ONE) == won


def test_a_change_does_not_bring_a_deleted_endpoint_back(stores: Stores) -> None:
    stores.endpoints.add(an_endpoint())
    stores.endpoints.delete(ACME, ONE)
    with pytest.raises(AlreadyThere):
        stores.endpoints.save(changed(an_endpoint()), previous=an_endpoint())

    assert stores.endpoints.get(ACME, ONE) is None


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
        lambda: stores.endpoints.save(changed(an_endpoint("a")), previous=an_endpoint("a")),
        lambda: stores.endpoints.delete(ACME, EndpointId("a")),
    ]
    revisions = [stores.teams.revision(ACME)]
    for change in changes:
        change()
        revisions.append(stores.teams.revision(ACME))

    assert revisions == sorted(set(revisions))
    assert stores.teams.revision(GLOBEX) == 0
