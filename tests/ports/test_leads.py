"""LeadStore: leads, each with a transaction id that is the team's only one."""

from decimal import Decimal

import pytest

from partner_events.domain.lead import Lead, LeadState
from partner_events.ports import AlreadyThere
from tests.ports.examples import ACME, GLOBEX, NOW, SECOND
from tests.ports.postback_examples import TXN, a_conversion, a_lead
from tests.ports.stores import Stores


def a_full_lead(transaction_id: str = TXN) -> Lead:
    return a_lead(
        transaction_id,
        pid="src_1",
        ref_id="ref_1",
        email="Ada@Example.com",
        state=LeadState.ACTIVE,
        cost=Decimal("2.50"),
        fields={"name": "naïve 😀", "score": Decimal("1.50"), "age": 42, "vip": True},
        conversions=(a_conversion(revenue=Decimal("45.00")), a_conversion("conv_2")),
        revision=3,
    )


@pytest.mark.parametrize("lead", [a_lead(), a_full_lead()], ids=["bare", "full"])
def test_a_lead_is_read_as_it_was_added_p_4_d_2(stores: Stores, lead: Lead) -> None:
    stores.leads.add(lead)
    found = stores.leads.get(ACME, TXN)

    assert found == lead
    assert found is not None
    assert (str(found.cost), str(found.fields)) == (str(lead.cost), str(lead.fields))
    assert [str(each.revenue) for each in found.conversions] == [
        str(each.revenue) for each in lead.conversions
    ]


@pytest.mark.parametrize("id", ["a#b", "#", "ü" * 200, "😀" * 200, " x "])
def test_any_transaction_id_can_be_kept(stores: Stores, id: str) -> None:
    stores.leads.add(a_lead(id))

    assert stores.leads.get(ACME, id) == a_lead(id)
    assert stores.leads.list(ACME, limit=10, cursor=None).items == [a_lead(id)]


def test_a_transaction_id_is_taken_for_its_team_only(stores: Stores) -> None:
    stores.leads.add(a_lead())
    with pytest.raises(AlreadyThere):
        stores.leads.add(a_lead(pid="src_2"))
    stores.leads.add(a_lead(team=GLOBEX))

    assert stores.leads.get(ACME, TXN) == a_lead()


def test_a_change_is_kept_if_nobody_else_changed_it_meanwhile(stores: Stores) -> None:
    stores.leads.add(a_lead())
    changed = a_lead(email="new@example.com", updated_at=NOW + SECOND, revision=2)
    stores.leads.save(changed, previous=a_lead())
    with pytest.raises(AlreadyThere):
        stores.leads.save(a_lead(email="late@example.com", revision=2), previous=a_lead())

    assert stores.leads.get(ACME, TXN) == changed


def test_the_leads_of_a_team_are_listed_page_by_page(stores: Stores) -> None:
    leads = [a_lead(f"txn_{number}") for number in range(5)]
    for each in [*leads, a_lead("txn_2b", team=GLOBEX)]:
        stores.leads.add(each)
    first = stores.leads.list(ACME, limit=3, cursor=None)
    rest = stores.leads.list(ACME, limit=3, cursor=first.cursor)

    assert [*first.items, *rest.items] == leads
    assert rest.cursor is None
    assert stores.leads.get(GLOBEX, "txn_1") is None
