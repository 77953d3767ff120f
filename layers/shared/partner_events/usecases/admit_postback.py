"""Let a postback in. It has no key (P-2): its address, its campaign's rules and rates decide."""

from datetime import datetime
from ipaddress import IPv6Address, ip_address

from partner_events.domain.campaign import Campaign, Switch
from partner_events.domain.errors import AddressNotAllowed, CampaignInactive, InvalidSignature
from partner_events.domain.postback import Sender
from partner_events.domain.postback_signature import is_signed
from partner_events.ports import SecretBox
from partner_events.usecases.spend_request import LeasedRateLimiter, a_minute_of

NETWORK_BITS = 64  # what one caller has of IPv6


class PostbackGate:
    """Limits postbacks per minute: of one address, and of one campaign unless it has its own."""

    def __init__(
        self,
        *,
        limiter: LeasedRateLimiter,
        secrets: SecretBox,
        per_address: int,
        per_campaign: int,
    ) -> None:
        self._limiter = limiter
        self._secrets = secrets
        self._per_address = per_address
        self._per_campaign = per_campaign

    def admit_address(self, address: str, *, now: datetime) -> None:
        """Raise `RateLimited` if too many came from there. Comes before anything is read."""
        limit = self._per_address
        words = f"Rate limit of {limit} requests per minute from one address exceeded"
        name = f"postbacks#address#{_network(address)}"
        self._limiter.take(a_minute_of(name, limit, words), now=now)

    def admit(self, campaign: Campaign, sender: Sender, *, now: datetime) -> None:
        """Check the campaign's own rules (D-29), and its rate last.

        So nobody uses up the rate of a campaign whose signature they cannot make. Raises
        `CampaignInactive`, `AddressNotAllowed`, `InvalidSignature` or `RateLimited`.
        """
        if campaign.status is Switch.INACTIVE:
            raise CampaignInactive("Campaign Inactive")
        if not campaign.lets_in(sender.address):
            raise AddressNotAllowed("Address not allowed for this campaign")
        self._check_signature(campaign, sender, now)
        limit = campaign.requests_per_minute or self._per_campaign
        words = f"Rate limit of {limit} requests per minute for this campaign exceeded"
        rule = a_minute_of(f"postbacks#campaign#{campaign.cid}", limit, words)
        self._limiter.take(rule, now=now)

    def _check_signature(self, campaign: Campaign, sender: Sender, now: datetime) -> None:
        if campaign.sealed_secret is None:
            return
        secret = self._secrets.open(campaign.sealed_secret, team=campaign.team)
        if not is_signed(sender.body, sender.signature, secret=secret, now=now):
            raise InvalidSignature("Invalid X-Signature")


def _network(address: str) -> str:
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address) or ip.ipv4_mapped:
        return address
    return str(IPv6Address(int(ip) >> NETWORK_BITS << NETWORK_BITS))
