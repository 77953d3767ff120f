"""The gate of postbacks: per address and per campaign, counted over all environments (D-7)."""

from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.campaign import Campaign, CampaignId, Switch
from partner_events.domain.errors import (
    AddressNotAllowed,
    CampaignInactive,
    InvalidSignature,
    RateLimited,
)
from partner_events.domain.ids import TeamId
from partner_events.domain.postback import Sender
from partner_events.usecases.admit_postback import PostbackGate
from partner_events.usecases.spend_request import LeasedRateLimiter
from tests.fakes.rates import InMemoryTokenCounter
from tests.fakes.secrets import PlainSecretBox

NOW = datetime(2026, 1, 28, 10, 30, 20, tzinfo=UTC)
ACME = TeamId("acme")


class Doors:
    """As many gates (environments) as a test asks for, over one counter."""

    def __init__(self) -> None:
        self.counter = InMemoryTokenCounter()

    def gate(self) -> PostbackGate:
        return PostbackGate(
            limiter=LeasedRateLimiter(self.counter),
            secrets=PlainSecretBox(),
            per_address=100,
            per_campaign=200,
        )


def a_campaign(**given):
    usual = {"number": 1, "team": ACME, "name": "Quotes", "created_at": NOW, "updated_at": NOW}
    return Campaign(cid=CampaignId("cmp_1"), **usual | given)


def a_sender(address="192.0.2.1", signature=None):
    return Sender(address=address, signature=signature, body=b"{}")


def admitted(gate, act):
    count = 0
    while count < 1_000:
        try:
            act(gate)
        except RateLimited as refusal:
            return count, refusal
        count += 1
    return count, None


def test_no_more_than_the_limit_comes_from_one_address_d_7():
    doors = Doors()
    gates = [doors.gate() for _ in range(3)]
    counts = [
        admitted(gate, lambda gate: gate.admit_address("192.0.2.1", now=NOW)) for gate in gates
    ]

    assert sum(count for count, _ in counts) == 100
    assert counts[0][1].retry_after == timedelta(seconds=40)


@pytest.mark.parametrize(
    ("other", "free"),
    [("192.0.2.2", True), ("2001:db8::2", False), ("2001:db8:0:1::1", True)],
)
def test_an_ipv6_caller_is_a_whole_network_d_7(other, free):
    gate = Doors().gate()
    admitted(gate, lambda gate: gate.admit_address("2001:db8::1", now=NOW))
    count, _ = admitted(gate, lambda gate: gate.admit_address(other, now=NOW))

    assert (count > 0) is free


def test_a_new_minute_brings_new_requests_d_7():
    gate = Doors().gate()
    admitted(gate, lambda gate: gate.admit_address("192.0.2.1", now=NOW))

    gate.admit_address("192.0.2.1", now=NOW + timedelta(seconds=40))


@pytest.mark.parametrize(("own", "limit"), [(None, 200), (7, 7)])
def test_a_campaign_has_a_limit_and_may_have_its_own_d_7(own, limit):
    campaign = a_campaign(requests_per_minute=own)
    count, _ = admitted(Doors().gate(), lambda gate: gate.admit(campaign, a_sender(), now=NOW))

    assert count == limit


def test_what_is_not_signed_uses_up_nothing_of_the_campaign_s_d_29():
    gate, sealed = Doors().gate(), PlainSecretBox().seal("secret", team=ACME)
    campaign = a_campaign(requests_per_minute=1, sealed_secret=sealed)
    for _ in range(5):
        with pytest.raises(InvalidSignature):
            gate.admit(campaign, a_sender(), now=NOW)

    gate.admit(a_campaign(requests_per_minute=1), a_sender(), now=NOW)


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "nonsense"])
def test_an_address_outside_of_the_list_is_refused_d_29(address):
    campaign = a_campaign(allowed_addresses=("198.51.100.0/24",))
    with pytest.raises(AddressNotAllowed):
        Doors().gate().admit(campaign, a_sender(address), now=NOW)


def test_an_inactive_campaign_refuses_everybody_d_21():
    with pytest.raises(CampaignInactive):
        Doors().gate().admit(a_campaign(status=Switch.INACTIVE), a_sender(), now=NOW)
