"""What promoters and their rewards need, put together from the stores."""

from functools import cached_property
from typing import TYPE_CHECKING

from partner_events.wiring.stores import Stores

if TYPE_CHECKING:
    from partner_events.usecases.book_reward import PayoutPorts
    from partner_events.usecases.promoters import PromoterPorts
    from partner_events.usecases.rewards import RewardPorts


class PayoutParts(Stores):
    """The ports of the use cases of promoters, rewards and payouts."""

    @cached_property
    def promoter_ports(self) -> "PromoterPorts":
        from partner_events.usecases.promoters import PromoterPorts

        return PromoterPorts(
            promoters=self.promoters,
            campaigns=self.campaigns,
            numbers=self.numbers,
            dispatcher=self.dispatcher,
        )

    @cached_property
    def reward_ports(self) -> "RewardPorts":
        from partner_events.usecases.rewards import RewardPorts

        return RewardPorts(
            payouts=self.payouts,
            promoters=self.promoters,
            numbers=self.numbers,
            dispatcher=self.dispatcher,
        )

    @cached_property
    def payout_ports(self) -> "PayoutPorts":
        from partner_events.usecases.book_reward import PayoutPorts

        return PayoutPorts(
            triggers=self.triggers,
            leads=self.leads,
            campaigns=self.campaigns,
            promoters=self.promoters,
            payouts=self.payouts,
            numbers=self.numbers,
            dispatcher=self.dispatcher,
        )
