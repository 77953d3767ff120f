"""What the payout needs from the world, beside `ports`: promoters, and what they earn.

Whatever tells of itself takes its events along as `told`: they are committed with it, or
neither is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from partner_events.domain.campaign import CampaignId
from partner_events.domain.ids import TeamId
from partner_events.domain.lead import ConversionId
from partner_events.domain.page import Page
from partner_events.domain.promoter import Promoter, Promotion
from partner_events.domain.reward import Fulfilment, Reward, RewardStatus
from partner_events.domain.trigger import Trigger
from partner_events.ports import AlreadyThere


class EmailTaken(AlreadyThere):
    """Another promoter of the team has this e-mail."""


class RefIdTaken(AlreadyThere):
    """The campaign has a promotion with this ref_id already."""


class AlreadyRewarded(AlreadyThere):
    """The conversion has brought its one reward before."""


class PromoterStore(Protocol):
    def add(
        self, promoter: Promoter, *, promotions: Sequence[Promotion] = (), told: Sequence[Trigger]
    ) -> None:
        """Store a new promoter with its promotions, or raise `EmailTaken` or `RefIdTaken`."""

    def get(self, team: TeamId, number: int) -> Promoter | None: ...

    def get_many(self, team: TeamId, numbers: Sequence[int]) -> Mapping[int, Promoter]: ...

    def save(self, promoter: Promoter, *, previous: Promoter) -> None:
        """Replace `previous`, or raise `EmailTaken`, or `AlreadyThere` if it has changed."""

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Promoter]: ...

    def add_promotion(self, promotion: Promotion) -> None:
        """Store a new promotion, or raise `RefIdTaken`."""

    def switch_promotion(self, promotion: Promotion) -> Promotion:
        """Give a promotion its new status, and return it as it is then."""

    def promotion(self, cid: CampaignId, ref_id: str) -> Promotion | None: ...

    def promotions_of(
        self, team: TeamId, number: int, *, cid: CampaignId | None = None
    ) -> Sequence[Promotion]:
        """List a promoter's promotions, in all campaigns or in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """All that one conversion changes for its promoter, at once or not at all.

    `promotion` is as it was; its conversions are counted by the booking. `promoter` is as it is
    afterwards, its revision one higher, also if nothing else of it has changed.
    """

    reward: Reward
    promoter: Promoter
    promotion: Promotion | None
    fulfilment: Fulfilment | None
    told: Sequence[Trigger]


class PayoutStore(Protocol):
    def book(self, booking: Booking) -> None:
        """Commit a booking, or raise `AlreadyRewarded`.

        Raises `AlreadyThere` if the promoter or promotion has changed meanwhile.
        """

    def reward_of(self, team: TeamId, transaction_id: str, id: ConversionId) -> int | None:
        """Find which reward a conversion has brought."""

    def reward(self, team: TeamId, number: int) -> Reward | None: ...

    def decide(
        self,
        reward: Reward,
        *,
        promoter: Promoter | None = None,
        fulfilment: Fulfilment | None = None,
        told: Sequence[Trigger] = (),
    ) -> None:
        """Commit a reward's next status with the balances that it changes.

        Raises `AlreadyThere` if the reward or the promoter has changed meanwhile.
        """

    def rewards(
        self,
        team: TeamId,
        *,
        limit: int,
        cursor: str | None,
        promoter: int | None = None,
        status: RewardStatus | None = None,
    ) -> Page[Reward]:
        """List rewards, the first earned first.

        A page of a list filtered by status may hold fewer than `limit`, even none, and go on.
        """

    def fulfilment(self, team: TeamId, number: int) -> Fulfilment | None: ...

    def fulfilments(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Fulfilment]: ...

    def settle(self, fulfilment: Fulfilment) -> None:
        """Keep how a fulfilment stands now; one that is fulfilled stays so.

        Raises `AlreadyThere` if it is, and this says otherwise.
        """
