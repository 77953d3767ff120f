"""The parts of one environment: what the stores are put together to."""

from datetime import UTC, datetime
from functools import cached_property
from os import urandom
from random import random
from typing import TYPE_CHECKING

from partner_events.aws.secrets import KmsSecretBox
from partner_events.domain.ids import RANDOM_BYTES, uuid7
from partner_events.usecases.admit_request import Gate
from partner_events.usecases.spend_request import LeasedRateLimiter
from partner_events.wiring.stores import Stores

if TYPE_CHECKING:
    from partner_events.usecases.admit_postback import PostbackGate
    from partner_events.usecases.book_reward import PayoutPorts
    from partner_events.usecases.deliver_webhook import DeliveryPorts
    from partner_events.usecases.fan_out import FanOutPorts
    from partner_events.usecases.find_routes import RoutingTable
    from partner_events.usecases.fire_postback import PostbackPorts
    from partner_events.usecases.known_event_types import KnownEventTypes
    from partner_events.usecases.matcher import MatchPorts
    from partner_events.usecases.promoters import PromoterPorts
    from partner_events.usecases.rewards import RewardPorts
    from partner_events.usecases.run_replay import ReplayPorts
    from partner_events.usecases.step_ports import StepPorts
    from partner_events.usecases.told_contacts import ToldContacts
    from partner_events.usecases.trigger_event import RunPorts
    from partner_events.usecases.try_webhook_endpoint import TryPorts
    from partner_events.usecases.webhook_bodies import WebhookBodies
    from partner_events.wiring.senders import Senders


class Parts(Stores):
    @cached_property
    def gate(self) -> Gate:
        return Gate(
            keys=self.keys,
            uses=self.key_uses,
            teams=self.teams,
            secrets=self.secrets,
            limiter=self.limiter,
        )

    @cached_property
    def limiter(self) -> LeasedRateLimiter:
        return LeasedRateLimiter(self.tokens)

    @cached_property
    def known_event_types(self) -> "KnownEventTypes":
        from partner_events.usecases.known_event_types import KnownEventTypes

        return KnownEventTypes(self.event_types)

    @cached_property
    def routing(self) -> "RoutingTable":
        from partner_events.usecases.find_routes import RoutingTable

        return RoutingTable(
            teams=self.teams,
            workflows=self.workflows,
            endpoints=self.endpoints,
            segments=self.segments,
        )

    @cached_property
    def secrets(self) -> KmsSecretBox:
        return KmsSecretBox(self._client("kms"), self._settings.secrets_key, self._directory)

    @cached_property
    def sender(self) -> "Senders":
        from partner_events.wiring.senders import Senders  # most never send

        return Senders(self._settings, self._new_client)

    @cached_property
    def told_contacts(self) -> "ToldContacts":
        from partner_events.usecases.told_contacts import ToldContacts

        return ToldContacts(self.contacts, self.numbers, self.dispatcher)

    @cached_property
    def postback_gate(self) -> "PostbackGate":
        from partner_events.usecases.admit_postback import PostbackGate

        return PostbackGate(
            limiter=self.limiter,
            secrets=self.secrets,
            per_address=self._settings.postbacks_per_address,
            per_campaign=self._settings.postbacks_per_campaign,
        )

    @cached_property
    def postback_ports(self) -> "PostbackPorts":
        from partner_events.aws.postbacks import DynamoPostbackStore
        from partner_events.usecases.fire_postback import PostbackPorts

        return PostbackPorts(
            gate=self.postback_gate,
            event_types=self.known_event_types,
            campaigns=self.campaigns,
            leads=self.leads,
            postbacks=DynamoPostbackStore(self._directory, self.triggers_table),
            triggers=self.triggers,
            dispatcher=self.dispatcher,
        )

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

    @cached_property
    def fan_out_ports(self) -> "FanOutPorts":
        from partner_events.usecases.fan_out import FanOutPorts

        return FanOutPorts(
            triggers=self.triggers,
            audiences=self.audiences,
            contacts=self.contacts,
            workflows=self.workflows,
            routing=self.routing,
            matching=self.matching,
            dispatcher=self.dispatcher,
        )

    def matching(self) -> "MatchPorts":
        from partner_events.wiring.flow_parts import match_ports  # few have rules or limits

        return match_ports(self)

    @cached_property
    def bodies(self) -> "WebhookBodies":
        from partner_events.http.webhook_formats import envelope, render
        from partner_events.usecases.webhook_bodies import WebhookBodies

        return WebhookBodies(teams=self.teams, render=render, envelope=envelope)

    @cached_property
    def step_ports(self) -> "StepPorts":
        from partner_events.wiring.step_parts import step_ports

        return step_ports(self)

    @cached_property
    def delivery_ports(self) -> "DeliveryPorts":
        from partner_events.usecases.deliver_webhook import DeliveryPorts

        return DeliveryPorts(
            deliveries=self.deliveries,
            health=self.health,
            pace=self.pace,
            lines=self.lines,
            endpoints=self.endpoints,
            log=self.log,
            render=self.bodies.of_event,
            secrets=self.secrets,
            sender=self.sender,
            dispatcher=self.dispatcher,
        )

    @cached_property
    def try_ports(self) -> "TryPorts":
        from partner_events.http.webhook_formats import standard
        from partner_events.usecases.try_webhook_endpoint import TryPorts

        return TryPorts(
            endpoints=self.endpoints,
            numbers=self.numbers,
            deliveries=self.deliveries,
            secrets=self.secrets,
            sender=self.sender,
            body=standard,
            render=self.bodies.of_event,
        )

    @cached_property
    def replay_ports(self) -> "ReplayPorts":
        from partner_events.usecases.run_replay import ReplayPorts

        return ReplayPorts(
            replays=self.replays,
            lines=self.lines,
            deliveries=self.deliveries,
            delivery_list=self.delivery_list,
            endpoints=self.endpoints,
            teams=self.teams,
            log=self.log,
            dispatcher=self.dispatcher,
        )

    @cached_property
    def run_ports(self) -> "RunPorts":
        from partner_events.http.webhook_formats import standard
        from partner_events.usecases.trigger_event import RunPorts  # one function runs it all

        return RunPorts(
            triggers=self.triggers,
            executions=self.executions,
            contacts=self.contacts,
            log=self.log,
            numbers=self.numbers,
            routing=self.routing,
            matching=self.matching,
            delivery=self.delivery_ports,
            dispatcher=self.dispatcher,
            steps=self.step_ports,
            new_id=new_id,
            luck=random,
            clock=lambda: datetime.now(UTC),
            body=standard,
            envelope=self.bodies.of_notice,
        )


def new_id() -> str:
    """Make a fresh UUIDv7."""
    return uuid7(datetime.now(UTC), urandom(RANDOM_BYTES))
